"""Works in and out by command."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from articles.models import LibraryImport, Reference
from tests.support import works


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
    assert out[2] == "position,line,record,outcome,key,reason"


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
