"""Files that are made to fill memory or to confuse: each record is refused by name, and memory has a limit."""

import json
import os
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles import actions
from articles.library.formats import registry
from articles.library.formats.records import MAX_RECORD
from articles.library.formats.registry import MAX_FILE
from articles.models import Reference
from tests.support.api import nothing_stored
from tests.support.factories import NOW
from tests.support.paths import ROOT

LIMIT = 300
"""Megabytes that a reader takes with Python, Django and the file."""

ARTICLE = "<PubmedArticle><MedlineCitation><Article><ArticleTitle>&a;</ArticleTitle></Article></MedlineCitation>"
XML = f"<PubmedArticleSet>{ARTICLE}</PubmedArticle>"
DECLARED = f'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "{"&a;" * 9}">]>{XML}'
NO_FAULT, NOT_UTF8 = [""], ["It holds bytes that are not UTF-8."]

OWN = f"@misc{{k,title={{x}},note={{{'x' * 5_000}}},crossref={{k}}}}\n"

FILES: dict[str, tuple[str, str, str, list[str]]] = {
    "field.ris": ("ris", "TY  - JOUR\nTI  - a\nAB  - " + "x" * 10 * 2**20 + "\nER  - \n", "\n", ["It is too large."]),
    "fields.ris": ("ris", "TY  - JOUR\nTI  - a\n", "KW  - a\n", ["It is too large."]),
    "records.ris": ("ris", "", "TY  - JOUR\nTI  - 😀\nER  - \n", NO_FAULT),
    "ends.ris": ("ris", "", "ER  - \n", []),
    "mixed.ris": ("ris", "", "TY  - JOUR\nTI  - caf\udce9 é\nER  - \n", NOT_UTF8),
    "wos.ris": ("ris", "FN x\n", "PT J\nTI a\nER\n", NO_FAULT),
    "ovid.ris": ("ris", "VN  - Ovid\n", "<1>\nVN  - Ovid\nTI  - a\n\n", ["", "It has no title."]),
    "records.nbib": ("nbib", "", "PMID- 1\n\n", ["It ends before its last field, SO: it was cut off."]),
    "open.xml": ("nbib", "", "<PubmedArticle>", ["It has no end: it was cut off."]),
    "nested.xml": ("nbib", "<PubmedArticle>", "<a>", ["It has no end: it was cut off."]),
    "open.bib": ("bibtex", "@misc{k, title={", "{", ["It has more than 262,144 characters."]),
    "own.bib": (
        "bibtex",
        "",
        OWN,
        ["Its crossref leads back to k."],
    ),
    "keys.bib": ("bibtex", "", "@misc{k,title={😀}}\n", NO_FAULT),
    "nested.json": ("csl-json", "[", "[", ["It is nested too deeply."]),
    "long.json": ("csl-json", '[{"title":"', "x", ["It is not JSON, or has more than 262,144 characters."]),
    "types.json": ("csl-json", '[{"id":1,"type":[]}', ',{"id":1,"type":[]}', ["Its type is not text."]),
}
"""By name: the format, how the file begins, what is repeated up to the limit of a file, and its faults."""


def test_reader_of_a_file_of_the_largest_size_takes_little_memory(tmp_path):
    arguments = []
    for name, (form, begins, repeated, _) in FILES.items():
        start, part = (text.encode(errors="surrogateescape") for text in (begins, repeated))
        (tmp_path / name).write_bytes(start + part * ((MAX_FILE - len(start)) // len(part)))
        arguments.append(f"{form}={tmp_path / name}")
    command = [sys.executable, "-m", "tests.support.reader_memory", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
    measured = {one["file"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert {name: one["faults"] for name, one in measured.items()} == {name: file[3] for name, file in FILES.items()}
    assert {name: one["peak"] for name, one in measured.items() if one["peak"] >= LIMIT} == {}


@pytest.mark.parametrize(
    ("form", "text", "faults"),
    [
        ("nbib", DECLARED, [(1, "", "The file declares entities of its own, and was not read.")]),
        ("nbib", XML, [(1, "", "It is not well-formed XML: undefined entity: line 1, column 55.")]),
        ("bibtex", "@misc{a,title={A},crossref={a}}", [(1, "a", "Its crossref leads back to a.")]),
        ("bibtex", "@misc{a,title={A},xdata={a}}", [(1, "a", "")]),
        ("csl-json", '[{"id":"a","type":"book","title":["A"]}]', [(1, "a", "Its title is not text.")]),
        (
            "csl-json",
            '[{"id":"a","type":"book","title":"A","author":{}}]',
            [(1, "a", "Its author is not a list of names.")],
        ),
        ("csl-json", '[{"id":"a","type":"book","title":"A","issued":2020}]', [(1, "a", "Its issued is not a date.")]),
        ("csl-json", '[{"id":"a","type":"book","title":"A","volume":true}]', [(1, "a", "Its volume is not text.")]),
        ("csl-json", '[{"id":{},"type":"book","title":"A"}]', [(1, "", "Its id is not text.")]),
    ],
)
def test_fault_names_the_record(form, text, faults):
    found = registry.records(text.encode(), form=form)
    assert [(one.line, one.label, one.fault) for one in found] == faults


def test_bytes_of_another_encoding_cost_only_their_record():
    content = "TY  - JOUR\nTI  - é\nER  - \nTY  - JOUR\nTI  - caf\udce9\nER  - \nTY  - JOUR\nTI  - ü\nER  - \n"
    found = registry.records(content.encode(errors="surrogateescape"), form="ris")
    assert [(one.line, one.fault) for one in found] == [(1, ""), (4, *NOT_UTF8), (7, "")]


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["ris", "nbib", "bibtex", "csl-json"])
def test_file_over_the_limit_is_refused_in_the_admin_and_nothing_is_stored(client, wanda, form):
    client.force_login(wanda)
    client.get("/admin/")  # the first request of a session is stored
    file = SimpleUploadedFile("works.txt", b"x" * (MAX_FILE + 1))
    with nothing_stored():
        answer = client.post("/admin/articles/libraryimport/add/", {"format": form, "file": file})
    assert f"The file has {MAX_FILE + 1:,} bytes; {MAX_FILE:,} are allowed." in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "content", "created"),
    [
        (
            "ris",
            "TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nTI  - Two\nAB  - " + "x" * MAX_RECORD + "\nER  - \n",
            ["One"],
        ),
        ("bibtex", "@misc{a,title={One}}\n@misc{b,title={Two},crossref={b}}", ["One"]),
        (
            "csl-json",
            '[{"id":"a","type":"book","title":"One"},\n{"id":"b","type":"book","title":"Two","author":7}]',
            ["One"],
        ),
        ("nbib", XML, []),
    ],
)
def test_refused_record_stores_nothing_of_itself(wanda, form, content, created):
    job = actions.request_import(form=form, content=content.encode(), by=wanda, now=NOW)
    actions.work_through(import_id=job.pk, by=wanda, now=NOW)
    job.refresh_from_db()
    assert (job.progress, job.created, job.refused) == ("done", len(created), 1)
    assert list(Reference.objects.values_list("title", flat=True)) == created
