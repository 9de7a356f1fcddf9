"""Works in and out by command."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from articles.models import ImportedRecord, LibraryImport, Reference
from tests.support import factories, works


@pytest.fixture
def file(tmp_path):
    def made(content: bytes, name: str = "works.ris"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return made


def test_import_says_how_far_it_is_and_exports_what_it_took(wanda, file, tmp_path, capsys):
    call_command("import_references", file(works.file("ris", 3)), by="wanda")
    assert capsys.readouterr().err == "3 records: 3 created, 0 matched, 0 refused\n"
    call_command("export_references", "nbib", tmp_path / "out.nbib")
    assert (tmp_path / "out.nbib").read_text().count("PMID- ") == 3
    call_command("export_references", "bibtex", key=["smith1991-1"])
    assert capsys.readouterr().out.startswith("@article{smith1991-1,")
    with pytest.raises(CommandError, match="The library has no x"):
        call_command("export_references", "ris", key=["x"])


def test_import_names_what_it_refused_in_text_or_as_csv(wanda, file, capsys):
    path = file(works.file("ris", 2, every=2) + b"TY  - GEN\n")
    for report in ("text", "csv"):
        with pytest.raises(CommandError, match="2 of 3 records refused"):
            call_command("import_references", path, by="wanda", report=report)
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "line 18, record 2 smith1991-1: It has no ER at its end." or "record 2 smith1991-1" in out[0]
    assert out[2] == "position,line,record,outcome,key,reason,remarks"


def test_import_names_its_encoding_and_remarks(wanda, file, capsys):
    content = "TY  - BOOK\nTI  - Müdigkeit in Büchern\nSN  - 978-3-16-148410-7\nER  - \n".encode("cp1252")
    call_command("import_references", file(content), by="wanda")
    said = capsys.readouterr()
    assert said.err == "1 records: 1 created, 0 matched, 0 refused, 1 with remarks\nRead as windows-1252, detected.\n"
    assert said.out.startswith("line 1, record 1 Müdigkeit in Büchern: The ISBN “978-3-16-148410-7” cannot be read")


@pytest.fixture
def past_matches(wanda, file):
    """Two matches by one DOI, of the time when a DOI decided: one of them is of another work."""
    work = factories.make_reference("a", DOI="10.1000/a")
    text = "TY  - JOUR\nAU  - {}\nTI  - {}\nPY  - 2005\nDO  - 10.1000/a\nVL  - {}\nSP  - {}\nER  - \n"
    records = (("Orbach, H", "Title of a", 29, 173), ("Poe, B", "On something else", 7, 1))
    path = file("".join(text.format(*record) for record in records).encode())
    call_command("import_references", path, by="wanda")
    ImportedRecord.objects.update(outcome="matched", reason="By DOI.", reference=work)
    LibraryImport.objects.update(matched=2)
    return path


def test_contradicted_matches_of_past_imports_are_listed(past_matches, capsys):
    capsys.readouterr()
    call_command("check_imports")
    number = LibraryImport.objects.get().pk
    begin = f"import {number}, record 2, line 9: “On something else” was matched with a, but"
    assert capsys.readouterr().out.splitlines() == [f"{begin} title differs", "1 matches are contradicted."]
    call_command("check_imports", past_matches)
    assert capsys.readouterr().out.splitlines() == [
        f"{begin} title, first author, volume and pages differ",
        "1 matches are contradicted.",
    ]


def test_matches_by_title_of_past_imports_are_compared_too(past_matches, capsys):
    ImportedRecord.objects.update(reason="By title and year.")
    ImportedRecord.objects.filter(position=1).update(label="akey")
    capsys.readouterr()
    call_command("check_imports")
    assert capsys.readouterr().out.splitlines()[1:] == ["1 matches are contradicted."]


def test_check_of_a_missing_file_says_so(db, tmp_path):
    with pytest.raises(CommandError, match="A file cannot be read"):
        call_command("check_imports", tmp_path / "none.ris")


@pytest.mark.parametrize(
    ("content", "name", "by", "words"),
    [
        (b"TY", "a.ris", "nobody", "no active account"),
        (b"TY", "a.txt", "wanda", "--format"),
        (b"", "a.ris", "wanda", "empty"),
        (b"hello", "a.ris", "wanda", "no records"),
        (b"TY", "a.ris", "ada", "Only writers and editors"),
    ],
)
def test_import_that_cannot_be_done_says_why(content, name, by, words, wanda, ada, file):
    with pytest.raises(CommandError, match=words):
        call_command("import_references", file(content, name), by=by)
    assert Reference.objects.count() == 0


def test_import_of_no_file_says_so(wanda, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_references", tmp_path / "none.ris", by="wanda")
    assert not LibraryImport.objects.exists()
