"""The commands that import and export articles."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from articles import actions
from articles.lifecycle import State
from articles.models import Version
from tests.support.factories import NOW, make_approved, make_audience, make_draft, make_specialty, make_user
from tests.support.paths import ROOT

CONTENT = ROOT / "reviews" / "demo" / "content"


@pytest.fixture
def house(db, wanda):
    for code in ("professional", "patient"):
        make_audience(code)
    for code in ("immunology", "neurology", "cardiology", "general-practice", "pharmacology"):
        make_specialty(code)


def run(*arguments):
    out, err = StringIO(), StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), str(error)
    return out.getvalue(), err.getvalue(), ""


def test_import_says_what_became_of_each_article_and_a_bad_one_stops_no_other(house, tmp_path):
    (tmp_path / "bad.md").write_text("---\nslug: bad\n---\n")
    out, err, error = run("import_articles", CONTENT / "ivig-back-pain", tmp_path, CONTENT / "statin-muscle-symptoms")
    assert out.splitlines() == [
        "refused   bad",
        "created   ivig-back-pain, version 1",
        "created   statin-muscle-symptoms, version 1",
    ]
    assert f"{tmp_path}/bad.md:1: summary: is missing" in err
    assert error == "1 of 3 articles refused; nothing of them was stored."


def test_import_of_what_is_there_says_unchanged(house):
    run("import_articles", CONTENT / "ivig-back-pain")
    assert run("import_articles", CONTENT / "ivig-back-pain") == ("unchanged ivig-back-pain, version 1\n", "", "")


def test_import_by_a_writer_acts_as_that_writer(house, wanda):
    run("import_articles", CONTENT / "ivig-back-pain", "--by", "wanda")
    assert Version.objects.get().created_by == wanda


def test_import_by_nobody_and_of_nothing_is_refused(house, tmp_path):
    make_user("gone", is_active=False)
    assert run("import_articles", CONTENT, "--by", "gone")[2] == "There is no active account “gone”."
    assert run("import_articles", tmp_path)[2] == "There are no .md files."


def test_export_writes_what_import_reads_unchanged(house, tmp_path):
    run("import_articles", CONTENT / "ivig-back-pain")
    out, _, _ = run("export_articles", tmp_path / "new" / "folder")
    assert out == "exported ivig-back-pain, version 1\n"
    written = {path.name for path in (tmp_path / "new" / "folder" / "ivig-back-pain").iterdir()}
    assert written == {"professional.md", "patient.md", "references.json"}
    assert run("import_articles", tmp_path)[0] == "unchanged ivig-back-pain, version 1\n"


def test_export_of_approved_ones_leaves_newer_drafts_out(db, tmp_path):
    approved = make_approved()
    actions.revise(version_id=approved.pk, by=make_user("wanda"), now=NOW)
    make_draft("other")
    assert run("export_articles", tmp_path, "--state", "approved")[0] == "exported ivig-back-pain, version 1\n"
    assert run("export_articles", tmp_path, "--slug", "ivig-back-pain")[0] == "exported ivig-back-pain, version 2\n"


def test_export_of_what_is_not_there_says_so(db, tmp_path):
    make_draft()
    out, _, error = run("export_articles", tmp_path, "--slug", "ivig-back-pain", "--slug", "none")
    assert (out, error) == ("exported ivig-back-pain, version 1\n", "Nothing to export of none.")


def test_export_skips_an_article_without_text(db, wanda, tmp_path):
    version = actions.create(new=actions.NewArticle("bare", "Why?"), by=wanda, now=NOW)
    assert version.state == State.DRAFT
    out, err, _ = run("export_articles", tmp_path)
    assert (out, err) == ("", "skipped  bare, version 1: it has no text yet\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("fields", "remark"),
    [
        ("author = {Doe, Jane, Dr, PhD, MSc}", "The name “Doe, Jane, Dr, PhD, MSc” was kept as it is written."),
        ("note = {a}, note = {b}", "The field note occurs twice; its value “b” was left out."),
        ("crossref = {gone}", "Its crossref “gone” is not in the file; what it would inherit is missing."),
        ("note = undefined", "The abbreviation “undefined” is not defined before it is used; its name was kept."),
    ],
)
def test_import_says_what_was_left_out_of_an_entry(house, tmp_path, fields, remark):
    front = "slug: ivig\nquestion: Why?\naudience: professional\nprimary: true\nsummary: Yes.\nauthors: [wanda]"
    (tmp_path / "a.md").write_text(f"---\n{front}\nrisk: low\nreferences: works.bib\n---\n\nIt can [@x; @y].\n")
    (tmp_path / "works.bib").write_text(f"@article{{x, title = {{One}}}}\n@article{{y, title = {{Two}}, {fields}}}\n")
    out, err, error = run("import_articles", tmp_path)
    assert (out, err, error) == ("created   ivig, version 1\n", f"  {tmp_path}/works.bib:2: y: {remark}\n", "")
