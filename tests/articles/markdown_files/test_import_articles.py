"""Articles from files into the database and back: whole or not at all, and nothing lost on the way."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from articles import actions
from articles.library.formats.citation_keys import spare
from articles.lifecycle import State
from articles.markdown_files.bundles import collect
from articles.markdown_files.export import files_of
from articles.markdown_files.import_articles import Result, import_article
from articles.models import Article, Reference, Version
from articles.text.content import Text
from editorial.models import Company, LedgerEntry, Product
from editorial.record import ledger
from editorial.record.canonical_json import normalised
from tests.support.factories import (
    NOW,
    csl,
    make_audience,
    make_policy,
    make_product,
    make_reference,
    make_specialty,
    make_user,
)
from tests.support.paths import DATA

PRIMARY = """---
slug: ivig
question: "Can it: hurt?"
audience: professional
primary: true
summary: Yes.
specialties: [immunology]
risk: low
products:
  - {name: Privigen, manufacturer: CSL Behring}
authors: [wanda]
references: references.json
---

It can [@orbach2005].
"""
PATIENT = "---\nslug: ivig\naudience: patient\nsummary: It can.\n---\n\nYes [@orbach2005].\n"


@pytest.fixture
def house(db, wanda, edith):
    for code in ("professional", "patient"):
        make_audience(code)
    make_specialty("immunology")


@pytest.fixture
def hand_in(house, tmp_path):
    """Writes files into one folder and imports it; returns the outcome of its one article."""

    def hand_in(*, by=None, works=None, **texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.md").write_text(text)
        (tmp_path / "references.json").write_text(json.dumps([csl("orbach2005")] if works is None else works, indent=0))
        (bundle,) = collect([tmp_path])
        return import_article(bundle, by=by, now=NOW)

    return hand_in


def faults(outcome):
    assert outcome.result == Result.REFUSED
    assert outcome.version is None
    return [re.sub(r"^\S*/", "", str(fault)) for fault in outcome.faults]


def test_new_article_is_created_with_all_that_the_files_say(hand_in, wanda):
    outcome = hand_in(professional=PRIMARY, patient=PATIENT)
    article = Article.objects.get(slug="ivig")
    assert (outcome.result, outcome.version.state, outcome.version.question) == (
        Result.CREATED,
        State.DRAFT,
        "Can it: hurt?",
    )
    assert (article.risk, article.specialties, list(article.authors.all())) == ("low", ["immunology"], [wanda])
    assert [str(company) for company in article.companies()] == ["CSL Behring"]
    assert set(outcome.version.renditions.values_list("audience__code", "is_primary")) == {
        ("professional", True),
        ("patient", False),
    }


def test_same_files_again_write_nothing(hand_in):
    hand_in(professional=PRIMARY, patient=PATIENT)
    entries = LedgerEntry.objects.count()
    outcome = hand_in()
    assert (outcome.result, outcome.remarks, LedgerEntry.objects.count()) == (Result.UNCHANGED, (), entries)


def test_import_says_what_it_read_as_a_table_and_what_looks_like_a_citation(hand_in):
    body = (
        "It can [@orbach2005].\n\n<table>\n<tr><th>Dose</th></tr>\n<tr><td>5 mg</td></tr>\n</table>\n\n"
        "Take acetaminophen. 1, 2\n\n<table><tr><td colspan=2>x</td></tr></table>\n\nTake acetaminophen.^3^"
    )
    outcome = hand_in(professional=PRIMARY.replace("It can [@orbach2005].", body))
    assert "| Dose |\n| --- |\n| 5 mg |" in outcome.version.renditions.get().body
    assert [said.rpartition("/")[2] for said in outcome.remarks] == [
        "professional.md:17: body: has an HTML table, which was read as a Markdown table; check its header, and lines "
        "within cells",
        "professional.md:22: body: “1, 2” looks like a citation, but names no work; cite the work as [@key]",
        "professional.md:24: body: has an HTML table with more than plain cells, which readers will see as it is "
        "written",
        "professional.md:26: body: “3” looks like a citation, but names no work; cite the work as [@key]",
    ]


def test_changed_text_of_a_draft_is_edited(hand_in):
    first = hand_in(professional=PRIMARY).version
    outcome = hand_in(professional=PRIMARY.replace("It can", "It may"))
    assert (outcome.result, outcome.version.pk) == (Result.EDITED, first.pk)
    assert first.renditions.get().body == "It may [@orbach2005]."


def test_changed_text_of_a_submitted_version_is_a_revision(hand_in, wanda):
    make_policy()
    first = hand_in(professional=PRIMARY, patient=PATIENT).version
    actions.submit(version_id=first.pk, by=wanda, now=NOW)
    assert hand_in().result == Result.UNCHANGED
    outcome = hand_in(professional=PRIMARY.replace("Can it: hurt?", "Does it hurt?"))
    assert (outcome.result, outcome.version.number, outcome.version.question) == (Result.REVISED, 2, "Does it hurt?")


def test_text_for_an_audience_that_is_not_handed_in_stays(hand_in, tmp_path):
    version = hand_in(professional=PRIMARY, patient=PATIENT).version
    (tmp_path / "patient.md").unlink()
    assert hand_in(professional=PRIMARY.replace("Yes.", "Sure.")).result == Result.EDITED
    assert set(version.renditions.values_list("audience__code", "summary")) == {
        ("professional", "Sure."),
        ("patient", "It can."),
    }


def test_changed_risk_of_a_draft_is_classified_anew(hand_in):
    hand_in(professional=PRIMARY)
    outcome = hand_in(professional=PRIMARY.replace("risk: low", "risk: high"))
    assert (outcome.result, Article.objects.get().risk) == (Result.EDITED, "high")


def test_changed_risk_after_submission_is_the_editors_to_set(hand_in, wanda, edith):
    make_policy()
    actions.submit(version_id=hand_in(professional=PRIMARY).version.pk, by=wanda, now=NOW)
    changed = PRIMARY.replace("risk: low", "risk: high")
    assert faults(hand_in(professional=changed)) == [
        "professional.md: After the first submission only editors classify an article."
    ]
    assert hand_in(professional=changed, by=edith).result == Result.EDITED


def test_what_the_files_leave_out_stays(hand_in):
    hand_in(professional=PRIMARY)
    bare = (
        PRIMARY.replace("risk: low\n", "").replace("specialties: [immunology]\n", "").replace("authors: [wanda]\n", "")
    )
    bare = bare.replace("products:\n  - {name: Privigen, manufacturer: CSL Behring}\n", "")
    assert hand_in(professional=bare).result == Result.UNCHANGED
    assert Article.objects.get().risk == "low"


def test_new_article_without_authors_needs_somebody_to_act(hand_in, wanda):
    bare = PRIMARY.replace("authors: [wanda]\n", "")
    assert faults(hand_in(professional=bare)) == [
        "professional.md:1: authors: is missing; or say whose article it is with --by"
    ]
    assert list(hand_in(professional=bare, by=wanda).version.article.authors.all()) == [wanda]


def test_known_product_is_used_and_an_unknown_one_added(hand_in):
    known = make_product("Privigen", "CSL Behring")
    hand_in(professional=PRIMARY.replace("  - {name: Priv", "  - {name: Other, manufacturer: New}\n  - {name: Priv"))
    assert set(Product.objects.values_list("name", flat=True)) == {"Privigen", "Other"}
    assert Article.objects.get().products.filter(pk=known.pk).exists()
    assert LedgerEntry.objects.filter(chain="board", action__in=["product_added", "company_added"]).count() == 2


def test_refused_article_leaves_nothing_behind(hand_in):
    hand_in(professional=PRIMARY.replace("audience: professional", "audience: aliens"))
    kept = (Article, Version, Reference, Product, Company)
    assert [model.objects.count() for model in kept] == [0] * 5
    assert not list(ledger.chain_breaks())


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("[wanda]", "[wanda, zora]", "professional.md:11: authors: there is no account “zora”"),
        ("[wanda]", "[edith]", "professional.md:11: authors: Not a writer: edith."),
        ("professional\np", "aliens\np", "professional.md:4: audience: there is no audience “aliens”"),
        ("[immunology]", "[alchemy]", "professional.md:7: specialties: there is no specialty “alchemy”"),
    ],
)
def test_what_is_unknown_is_named_with_file_line_and_field(hand_in, edith, before, after, fault):
    outcome = hand_in(professional=PRIMARY.replace(before, after), by=edith)
    assert faults(outcome) == [fault]


@pytest.mark.parametrize(
    ("body", "remark", "listed"),
    [
        (
            "It\ncan [@x] [@orbach2005]",
            "professional.md:16: body: cites “x”, which is neither in the references nor in the library",
            [],
        ),
        ("It can", "references.json:2: orbach2005: is cited nowhere", ["orbach2005"]),
    ],
)
def test_texts_and_works_that_do_not_fit_are_taken_with_a_remark(hand_in, body, remark, listed):
    changed = PRIMARY.replace("It can [@orbach2005]", body)
    outcome = hand_in(professional=changed)
    assert [said.rpartition("/")[2] for said in outcome.remarks] == [remark]
    assert (outcome.result, outcome.version.listed) == (Result.CREATED, listed)
    assert hand_in(professional=changed).result == Result.UNCHANGED
    assert hand_in(professional=PRIMARY).version.listed == []


def test_too_many_citations_are_refused(hand_in):
    assert faults(hand_in(professional=PRIMARY.replace("It can", "[@orbach2005] " * 1000))) == [
        "professional.md:15: body: A text has at most 1,000 citations."
    ]


NUMBERED = PRIMARY.replace("risk: low", "risk: low\nmarkers: numbered").replace("[@orbach2005]", "[1,3] and [2-3]")
THREE = [csl("orbach2005"), csl("stiehm2013", title="Another"), csl("our2020", title="A third")]


def test_numbered_markers_become_citations_of_the_works_in_their_order(hand_in):
    numbered = PATIENT.replace("[@orbach2005]", "[2]").replace("patient\n", "patient\nmarkers: numbered\n")
    version = hand_in(professional=NUMBERED, patient=numbered, works=THREE).version
    assert dict(version.renditions.values_list("audience__code", "body")) == {
        "professional": "It can [@orbach2005; @our2020] and [@stiehm2013; @our2020].",
        "patient": "Yes [@stiehm2013].",
    }
    assert hand_in(works=THREE).result == Result.UNCHANGED


def test_number_that_is_the_key_of_another_work_is_refused(hand_in):
    make_reference("5")
    outcome = hand_in(professional=NUMBERED.replace("[2-3]", "\n[5]"), works=THREE)
    assert faults(outcome) == ["professional.md:17: body: [5] has no work, and the library has another one as “5”"]


def test_markers_that_are_not_numbered_name_their_field(hand_in):
    outcome = hand_in(professional=NUMBERED.replace("markers: numbered", "markers: letters"), works=THREE)
    assert faults(outcome) == [
        "professional.md:9: markers: “letters” is not “numbered”; leave it out where works are cited as [@key]"
    ]


def test_other_authors_than_the_article_has_are_refused(hand_in, walter):
    hand_in(professional=PRIMARY)
    outcome = hand_in(professional=PRIMARY.replace("[wanda]", "[wanda, walter]"))
    assert faults(outcome) == ["professional.md:11: authors: the article's authors are wanda"]


def test_unreadable_file_refuses_the_article_as_a_whole(hand_in):
    outcome = hand_in(professional=PRIMARY, patient="---\nslug: ivig\naudience: [\n---\n")
    assert faults(outcome) == ["patient.md:3: is not YAML: expected the node content, but found '<stream end>'"]
    assert not Article.objects.exists()


def test_work_of_the_library_is_used_and_a_difference_remarked(hand_in):
    make_reference("orbach2005", DOI="10.1000/x", volume="30")
    outcome = hand_in(professional=PRIMARY, works=[csl("orbach2005", DOI="10.1000/X")])
    assert outcome.result == Result.CREATED
    assert [remark.rpartition("/")[2] for remark in outcome.remarks] == [
        "references.json:2: orbach2005 differs from the library's record, which stays"
    ]


def test_work_without_identifiers_is_known_by_what_it_is(hand_in):
    make_reference("orbach2005")
    assert hand_in(professional=PRIMARY).remarks == ()


def body(outcome) -> str:
    return outcome.version.renditions.get(is_primary=True).body


@pytest.mark.parametrize("other", [{"DOI": "10.1000/y"}, {"PMID": "2"}, {"title": "Another"}])
def test_another_work_under_the_same_key_gets_a_free_key_and_the_text_follows(hand_in, other):
    make_reference("orbach2005", **({} if "title" in other else {"DOI": "10.1000/x", "PMID": "1"}))
    outcome = hand_in(professional=PRIMARY, works=[csl("orbach2005", **other)])
    new = Reference.objects.latest("pk")
    assert new.key == spare("orbach2005", csl("orbach2005", **other))
    assert (outcome.result, body(outcome)) == (Result.CREATED, f"It can [@{new.key}].")
    assert [remark.rpartition("/")[2] for remark in outcome.remarks] == [
        f"references.json:2: orbach2005 is another work than the library's orbach2005: its key is {new.key} there; "
        "the text was changed"
    ]
    again = hand_in(professional=PRIMARY, works=[csl("orbach2005", **other)])
    assert (again.result, Reference.objects.count(), body(again)) == (Result.UNCHANGED, 2, body(outcome))


@pytest.mark.parametrize("same", [{"DOI": "10.1000/x"}, {"PMID": "1"}, {"title": "Title of known2001"}])
def test_work_that_the_library_has_under_another_key_is_cited_by_that_key(hand_in, same):
    make_reference("known2001", DOI="10.1000/x", PMID="1")
    work = csl("orbach2005", **{"title": "Title of known2001", **same})
    works = [work, csl("other", title="Nothing of the kind", page="1")]
    outcome = hand_in(professional=PRIMARY, patient=PATIENT, works=works)
    assert (outcome.result, body(outcome)) == (Result.CREATED, "It can [@known2001].")
    assert outcome.version.renditions.get(is_primary=False).body == "Yes [@known2001]."
    assert "orbach2005 is the library's known2001 (By " in outcome.remarks[0]
    assert outcome.remarks[1].endswith("other: is cited nowhere")
    assert outcome.version.listed == ["other"]
    assert Reference.objects.count() == 2


def test_two_works_of_a_file_that_are_one_in_the_library_are_cited_once(hand_in):
    make_reference("known2001", DOI="10.1000/x")
    works = [csl(key, title="Title of known2001", DOI="10.1000/x") for key in ("orbach2005", "b")]
    outcome = hand_in(professional=PRIMARY.replace("orbach2005]", "orbach2005; @b]"), works=works)
    assert body(outcome) == "It can [@known2001]."


def test_keys_of_a_file_that_are_exchanged_in_the_library_are_exchanged_in_the_text(hand_in):
    make_reference("orbach2005", title="First made-up work", DOI="10.1000/first")
    make_reference("b", title="Second made-up work", DOI="10.1000/second")
    works = [
        csl("orbach2005", title="Second made-up work", DOI="10.1000/second"),
        csl("b", title="First made-up work", DOI="10.1000/first"),
    ]
    outcome = hand_in(professional=PRIMARY.replace("orbach2005].", "orbach2005, p. 3]. It may [@b]."), works=works)
    assert body(outcome) == "It can [@b, p. 3]. It may [@orbach2005]."


def test_work_with_the_doi_of_another_under_its_key_is_another_work(hand_in):
    make_reference("orbach2005", DOI="10.1000/x")
    other = csl("orbach2005", title="Another abstract", author=[{"family": "Poe"}], page="S557", DOI="10.1000/x")
    outcome = hand_in(professional=PRIMARY, works=[other])
    new = Reference.objects.latest("pk")
    assert (outcome.result, new.doi, new.csl["custom"]) == (Result.CREATED, None, {"told": {"DOI": "10.1000/x"}})


def test_work_in_another_spelling_under_its_key_is_the_same(hand_in):
    make_reference("orbach2005", title="A made-up trial of nothing", **{"container-title": "The Journal of Nothing"})
    works = [csl("orbach2005", title="[A made-up trial of nothing.]", **{"container-title": "J Noth"})]
    outcome = hand_in(professional=PRIMARY, works=works)
    assert (outcome.result, Reference.objects.count(), body(outcome)) == (Result.CREATED, 1, "It can [@orbach2005].")


def test_case_of_an_article_whose_keys_collide(house):
    make_reference("smith2020", title="The work that the library means")
    (bundle,) = collect([DATA / "cases" / "key-collision"])
    outcome = import_article(bundle, by=None, now=NOW)
    new = Reference.objects.latest("pk")
    assert (new.title, body(outcome)) == ("The work that this file means", f"It is made up [@{new.key}].")
    assert import_article(bundle, by=None, now=NOW).result == Result.UNCHANGED


def test_references_may_be_missing_where_the_library_has_every_key(hand_in):
    bare = PRIMARY.replace("references: references.json\n", "")
    assert faults(hand_in(professional=bare)) == [
        "professional.md:1: references: is missing, and the library has no orbach2005"
    ]
    make_reference("orbach2005")
    outcome = hand_in(professional=bare)
    assert (outcome.result, outcome.remarks) == (Result.CREATED, ())


def test_work_that_does_not_do_is_named_with_its_line_and_field(hand_in):
    works = [{"id": "orbach2005", "type": "book", "title": "", "DOI": "11.x"}]
    found = faults(hand_in(professional=PRIMARY, works=works))
    assert [fault.partition(": ")[2].partition(":")[0] for fault in found] == ["orbach2005.title", "orbach2005.DOI"]


def test_works_of_somebody_who_may_not_keep_the_library_are_refused(hand_in, cleo):
    assert faults(hand_in(professional=PRIMARY, by=cleo)) == [
        "references.json:2: orbach2005: Only writers and editors change the library."
    ]


def exported(version, folder: Path):
    files = files_of(version)
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, newline="\n")
    return files


def test_exported_files_come_back_unchanged_and_byte_for_byte(hand_in, tmp_path):
    kind = {"custom": {"kind": "guideline", "note": "n"}}
    version = hand_in(professional=PRIMARY, patient=PATIENT, works=[csl("orbach2005", **kind)]).version
    files = exported(version, tmp_path / "out")
    (bundle,) = collect([tmp_path / "out"])
    outcome = import_article(bundle, by=None, now=NOW)
    assert (outcome.result, outcome.remarks) == (Result.UNCHANGED, ())
    assert exported(outcome.version, tmp_path / "out") == files


def test_works_that_are_listed_and_not_cited_survive_export_and_import(hand_in, tmp_path):
    version = hand_in(professional=PRIMARY, works=THREE).version
    files = exported(version, tmp_path / "out")
    assert [item["id"] for item in json.loads(files["references.json"])] == ["orbach2005", "stiehm2013", "our2020"]
    assert import_article(collect([tmp_path / "out"])[0], by=None, now=NOW).result == Result.UNCHANGED


def test_export_tells_the_kind_that_the_library_holds_beside_the_record(house, tmp_path, wanda):
    make_reference("orbach2005")
    texts = [actions_text("It can [@orbach2005].")]
    version = actions.create(new=actions.NewArticle("ivig", "Why?", texts=texts), by=wanda, now=NOW)
    files = exported(version, tmp_path)
    assert json.loads(files["references.json"])[0]["custom"] == {"kind": "research"}
    outcome = import_article(collect([tmp_path])[0], by=None, now=NOW)
    assert (outcome.result, outcome.remarks) == (Result.UNCHANGED, ())


def actions_text(body, summary="So."):
    return Text("professional", summary, body, is_primary=True)


WRITTEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking against a database takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(question=WRITTEN, summary=WRITTEN, body=WRITTEN)
def test_whatever_is_written_survives_export_and_import(house, tmp_path, wanda, question, summary, body):
    make_reference("orbach2005")
    slug = f"a{Article.objects.count()}"
    texts = [actions_text(f"{body}\n\n[@orbach2005]", summary)]
    version = actions.create(new=actions.NewArticle(slug, question, texts=texts), by=wanda, now=NOW)
    files = exported(version, tmp_path / slug)
    (bundle,) = collect([tmp_path / slug])
    assert import_article(bundle, by=None, now=NOW).result == Result.UNCHANGED
    assert normalised(bundle.primary.values["question"]) == version.question
    other = import_article(renamed(bundle, f"{slug}-b"), by=None, now=NOW).version
    assert files_of(other) == {
        name: text.replace(f"slug: {slug}", f"slug: {slug}-b", 1) for name, text in files.items()
    }


def renamed(bundle, slug):
    for sheet in bundle.sheets:
        sheet.values["slug"] = slug
    bundle.slug = slug
    return bundle


def test_import_by_a_stranger_is_refused(hand_in):
    hand_in(professional=PRIMARY)
    walter = make_user("walter", is_writer=True)
    (fault,) = faults(hand_in(professional=PRIMARY.replace("It can", "It may"), by=walter))
    assert fault.startswith("professional.md: ")
