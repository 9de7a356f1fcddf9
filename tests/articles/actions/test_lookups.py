"""Works completed from Crossref and PubMed, as a local server answers in their place."""

import json
import threading
import time

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from articles import actions
from articles.library import crossref_pubmed
from articles.models import Reference
from editorial.exceptions import Conflict, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, User
from editorial.record import seals
from tests.support import factories
from tests.support.factories import NOW
from tests.support.paths import DATA

CROSSREF = (DATA / "crossref.json").read_bytes()
PUBMED = (DATA / "pubmed.txt").read_bytes()
DOI, PMID = "10.1385/criai:29:3:173", "16391392"
BARE = {"id": "orbach2005", "type": "article-journal", "title": "IVIG: adverse effects"}


def test_crossref_is_asked_by_doi_and_its_answer_read(outside):
    outside.says(CROSSREF)
    item = crossref_pubmed.crossref(DOI)
    assert outside.asked == ["/works/10.1385%2Fcriai%3A29%3A3%3A173"]
    assert item == {
        "type": "article-journal",
        "title": "Intravenous Immunoglobulin: <i>Adverse Effects</i> and Safe Administration",
        "author": [
            {"family": "Orbach", "given": "Hedi", "ORCID": "http://orcid.org/0000-0002-1825-0097"},
            {"family": "Katz", "given": "Uriel", "suffix": "Jr."},
            {"literal": "IVIG Safety Group"},
        ],
        "container-title": "Clinical Reviews in Allergy & Immunology",
        "container-title-short": "Clinic Rev Allerg Immunol",
        "issued": {"date-parts": [[2005, 12]]},
        "volume": "29",
        "issue": "3",
        "page": "173-184",
        "DOI": DOI,
        "publisher": "Springer Science and Business Media LLC",
    }


def test_crossref_s_orcid_ids_of_authors_are_kept(outside):
    answer = json.loads(CROSSREF)
    answer["message"]["author"][0]["ORCID"] = "http://orcid.org/0000-0002-1825-0097"
    outside.says(json.dumps(answer).encode())
    assert crossref_pubmed.crossref(DOI)["author"][0]["ORCID"] == "http://orcid.org/0000-0002-1825-0097"


def test_pubmed_is_asked_by_pmid_and_its_answer_read(outside):
    outside.says(PUBMED)
    item = crossref_pubmed.pubmed(PMID)
    assert outside.asked == ["/efetch.fcgi?db=pubmed&id=16391392&rettype=medline&retmode=text"]
    assert (item["DOI"].lower(), item["page"], item["container-title-short"]) == (
        DOI,
        "173-184",
        "Clin Rev Allergy Immunol",
    )
    assert item["author"][1] == {"family": "Katz", "given": "Uriel"}


@pytest.mark.parametrize("said", [(b"Resource not found.", 404), (b"", 200), (b"\n\n", 200)])
def test_work_that_is_not_known_there_is_none(outside, said):
    outside.says(*said)
    assert crossref_pubmed.pubmed(PMID) is None
    if said[1] == 404:
        assert crossref_pubmed.crossref(DOI) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((b"", 500), "it answered 500"),
        ((b"", 429), "it answered 429"),
        ((CROSSREF * 4000, 200), "more than 2,097,152 bytes"),
        ((CROSSREF[:-20], 200), "not what Crossref says"),
        ((b"<html>Down for maintenance</html>", 200), "not what Crossref says"),
        ((b"[]", 200), "not what Crossref says"),
        ((b'{"message": {"title": 7}}', 200), "not what Crossref says"),
        ((b'{"message": {"author": ["x"]}}', 200), "not what Crossref says"),
        ((b"[" * 100_000, 200), "not what Crossref says"),
        ((b'{"message": {"DOI": "10.1385/criai:29:3:173"}}', 200), "it has no title"),
        ((CROSSREF.replace(b"criai:29:3:173", b"criai:29:3:174"), 200), "about another work"),
        ((CROSSREF.replace(b'"DOI"', b'"doi"'), 200), "about another work"),
    ],
)
def test_answer_that_cannot_be_used_says_nothing_of_the_work(outside, said, words):
    outside.says(*said)
    with pytest.raises(crossref_pubmed.Unanswered, match=f"(?i){words}"):
        crossref_pubmed.crossref(DOI)


def test_redirection_is_not_followed(outside):
    outside.says(b"", 302, Location="file:///etc/passwd")
    with pytest.raises(crossref_pubmed.Unanswered, match="it answered 302"):
        crossref_pubmed.crossref(DOI)
    assert len(outside.asked) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (PUBMED[:-90], "not one whole record"),
        (PUBMED * 2, "not one whole record"),
        (b"<html>", "not one whole record"),
        (PUBMED.replace(b"16391392", b"16391393"), "about another work"),
    ],
)
def test_pubmed_answer_that_cannot_be_used_says_nothing_of_the_work(outside, body, words):
    outside.says(body)
    with pytest.raises(crossref_pubmed.Unanswered, match=words):
        crossref_pubmed.pubmed(PMID)


FOUND = b'{"esearchresult": {"idlist": ["16391392"]}}'


def test_pubmed_is_asked_by_pmcid_for_the_pmid_first(outside):
    outside.says_in_turn(FOUND, PUBMED.replace(b"\nSO  -", b"\nPMC - PMC7\nSO  -"))
    item = crossref_pubmed.pubmed_central("PMC7")
    assert (item["PMCID"], item["PMID"]) == ("PMC7", PMID)
    assert outside.asked == [
        "/esearch.fcgi?db=pubmed&term=PMC7%5Bpmcid%5D&retmode=json",
        "/efetch.fcgi?db=pubmed&id=16391392&rettype=medline&retmode=text",
    ]


@pytest.mark.parametrize("said", [(b'{"esearchresult": {"idlist": []}}', b""), (FOUND, b"")])
def test_pmcid_that_pubmed_does_not_know_has_no_work(outside, said):
    outside.says_in_turn(*said)
    assert crossref_pubmed.pubmed_central("PMC7") is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((b"<html>Down</html>",), "not what PubMed says of a search"),
        ((b'{"esearchresult": {"ERROR": "x"}}',), "not what PubMed says of a search"),
        ((b'{"esearchresult": {"idlist": ["x"]}}',), "not what PubMed says of a search"),
        ((b'{"esearchresult": {"idlist": ["1", "2"]}}',), "2 works with this PMCID"),
        ((FOUND, PUBMED), "about another work"),
        ((FOUND, PUBMED[: PUBMED.index(b"\nSO  -") + 1]), "not one whole record"),
    ],
)
def test_answer_about_a_pmcid_that_cannot_be_used_says_nothing_of_the_work(outside, said, words):
    outside.says_in_turn(*said)
    with pytest.raises(crossref_pubmed.Unanswered, match=words):
        crossref_pubmed.pubmed_central("PMC7")


def test_time_for_a_pmcid_is_that_of_both_answers(outside):
    outside.says(FOUND)
    with pytest.raises(crossref_pubmed.Unanswered, match="did not answer within 1e-09 s"):
        crossref_pubmed.pubmed_central("PMC7", timeout=1e-9)


def test_command_asks_by_pmcid_only_without_a_pmid(db, outside, capsys):
    factories.make_reference("both", PMID="5", PMCID="PMC5")
    factories.make_reference("only", PMCID="PMC7")
    outside.says(b"")
    with pytest.raises(CommandError):
        call_command("look_up_references", pause=0)
    assert [path.partition("?")[0] for path in outside.asked] == ["/efetch.fcgi", "/esearch.fcgi"]


def test_source_that_hangs_or_drips_is_given_up(outside):
    ended = threading.Event()

    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not ended.wait(0.05):
            handler.wfile.write(b" ")

    for answer in (lambda _handler: ended.wait(30), drip):
        outside.answer, begun = answer, time.monotonic()
        with pytest.raises(crossref_pubmed.Unanswered, match=r"within 0.5 s"):
            crossref_pubmed.crossref(DOI)
        assert time.monotonic() - begun < 5
    ended.set()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "file:///etc/passwd?", "no address", "http://[broken/"])
def test_source_that_cannot_be_reached_says_so(settings, url):
    settings.CROSSREF_URL = url
    with pytest.raises(crossref_pubmed.Unanswered, match="could not be asked"):
        crossref_pubmed.crossref(DOI)


# --- what becomes of the record --------------------------------------------------------------------------------------


def keep(**fields) -> Reference:
    writer = factories.make_user("wanda", is_writer=True)
    return actions.keep_reference(csl={**BARE, **fields}, kind="review", by=writer, now=NOW)


def complete(work: Reference, by: User | None = None, **found) -> list[str]:
    by, found = by or User.objects.system(), {"type": "article", "title": "Other", **found}
    return actions.complete_reference(reference_id=work.pk, found=found, source="Crossref", by=by, now=NOW)


def test_only_what_is_missing_is_filled_in_with_the_source_on_record(db):
    work = keep(DOI=DOI, volume="30")
    assert complete(work, volume="29", issue="3", PMID=PMID, DOI=DOI, abstract="x") == ["issue", "PMID"]
    work = Reference.objects.get()
    assert work.csl == {**BARE, "DOI": DOI, "volume": "30", "issue": "3", "PMID": PMID}
    assert (work.pmid, work.kind) == (PMID, "review")
    last = work.history.latest("history_id")
    assert (last.history_user, last.history_change_reason) == (
        User.objects.system(),
        "completed from Crossref: issue, PMID",
    )
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.action, entry.payload["source"], entry.payload["fields"]) == (
        "complete_reference",
        "Crossref",
        ["issue", "PMID"],
    )
    assert list(seals.breaks_in_history_of(Reference)) == []
    assert complete(work, issue="4") == []
    assert work.history.count() == 2


def test_what_contradicts_the_record_or_belongs_to_another_work_changes_nothing(db, edith):
    work = keep(DOI=DOI)
    other = factories.make_reference("other", PMID="7")
    with pytest.raises(Conflict, match="another DOI"):
        complete(work, DOI="10.1000/other", issue="3")
    with pytest.raises(Conflict, match="has this work already"):
        complete(work, PMID="7", issue="3")
    with pytest.raises(Unacceptable):
        complete(work, PMID="seven", issue="3")
    with pytest.raises(NotPermitted):
        complete(work, by=edith, issue="3")
    actions.merge_references(loser_id=work.pk, winner_id=other.pk, by=edith, now=NOW)
    with pytest.raises(Conflict, match="was merged"):
        complete(work, issue="3")
    assert "issue" not in Reference.objects.get(pk=work.pk).csl


def test_command_completes_from_each_source_and_asks_nothing_twice(db, outside, capsys):
    keep(DOI=DOI, PMID=PMID)
    factories.make_reference("nameless")
    outside.says(CROSSREF)
    with pytest.raises(CommandError, match="1 questions got no answer"):
        call_command("look_up_references", pause=0)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("orbach2005: Crossref gave author, issued, container-title,")
    assert said[1] == "orbach2005: PubMed: what it says is not one whole record"
    outside.says(PUBMED)
    work = Reference.objects.get(key="orbach2005")
    work.csl = {**work.csl, "PMCID": "PMC7", "volume": ""}
    work.record(by=User.objects.system(), now=NOW)
    outside.asked.clear()
    with pytest.raises(CommandError):
        call_command("look_up_references", "orbach2005", pause=0)
    assert Reference.objects.get(key="orbach2005").csl["volume"] == "29"
    outside.asked.clear()
    call_command("look_up_references", "orbach2005", "nameless", pause=0)
    assert outside.asked == []


def test_command_says_what_is_not_known_and_what_is_nothing_new(db, outside, capsys, settings):
    keep(PMID=PMID, **{name: value for name, value in json.loads(CROSSREF)["message"].items() if name in ("volume",)})
    settings.CROSSREF_URL = ""
    outside.says(b"", 404)
    call_command("look_up_references", pause=0)
    assert capsys.readouterr().out == "orbach2005: PubMed does not know it\n"
    outside.says(PUBMED)
    call_command("look_up_references", pause=0)
    call_command("look_up_references", pause=0)
    assert capsys.readouterr().out.splitlines()[1] == "orbach2005: PubMed gave nothing new"


def test_command_asks_nobody_by_default(db):
    with pytest.raises(CommandError, match="set CROSSREF_URL or PUBMED_URL"):
        call_command("look_up_references")
