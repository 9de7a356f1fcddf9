"""Checks of every public URL: a reader's responses, compared with the state that a ``Witness`` expects."""

import html
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

from django.test import Client

from tests.support.expected_status import Row, Truth, Witness, words, written
from tests.support.schemas import atom_faults, fhir_faults, misuses, xml_faults

API = "/api/v1/articles/"
API_SEARCH = "/api/v1/search/"
FORMS = ("json", "md", "csl.json", "ris", "bib", "fhir.json")
LABELS = {"submitted": "Submitted", "under_review": "Under Review", "approved": "Approved"}
FHIR = {
    "submitted": "submitted",
    "under_review": "triaged",
    "changes_requested": "resolved-change-required",
    "approved": "resolved-no-change",
    "lapsed": "waiting-for-input",
    "suspended": "waiting-for-input",
}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
ELSEWHERE = ("/robots.txt", "/policy/", "/board/", "/sitemap.xml", "/sitemap-pages.xml", "/nowhere/", f"{API}nothing/")


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    tag: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def xml(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.text)


@dataclass
class Reader:
    """A client without an account. With ``keeps`` it sends conditional requests (RFC 9110, section 13)."""

    keeps: bool = False
    kept: dict[str, Answer] = field(default_factory=dict)
    given: dict[str, Answer] = field(default_factory=dict)

    @cached_property
    def client(self) -> Client:
        return Client()

    def get(self, address: str) -> Answer:
        """Request ``address`` once at each step: ``given`` is cleared before the next."""
        if address not in self.given:
            self.given[address] = self._get(address)
        return self.given[address]

    def _get(self, address: str) -> Answer:
        kept = self.kept.get(address)
        answer = self.client.get(address, headers={"If-None-Match": kept.tag} if kept else None)
        assert answer.status_code < 500, answer.content
        if answer.status_code == 304:
            assert kept
            return kept
        given = Answer(answer.status_code, answer.content.decode(), answer.headers.get("ETag", ""))
        if self.keeps and given.tag:
            self.kept[address] = given
        return given

    def post_nothing(self, address: str) -> Answer:
        """Send an empty form, which is refused on the page of the form."""
        answer = self.client.post(address, {"text": ""})
        return Answer(answer.status_code, answer.content.decode(), "")

    def ask(self, address: str, question: str) -> Answer:
        """Ask a question. It is stored only if it is sent again."""
        answer = self.client.post(address, {"text": question}, content_type="application/json")
        assert answer.status_code < 500, answer.content
        return Answer(answer.status_code, answer.content.decode(), "")


# --- one article -----------------------------------------------------------------------------------------------------


def look_at_document(reader: Reader, truth: Truth) -> None:
    """Check the JSON for every audience."""
    for code in (None, *(row["code"] for row in truth.witness.audiences)):
        answer = reader.get(f"{API}{truth.slug}/" + (f"?audience={code}" if code else ""))
        assert answer.status == truth.status, (answer, truth)
        if answer.status == 200:
            meant = truth.meant(code)
            hold_document(answer.json, truth, audience=meant)
            assert answer.json["audience"]["instead_of"] == (None if code in (None, meant) else code)
            assert bool(answer.json["audience_note"]) is (code not in (None, meant))
            only(answer, truth.in_document(meant), all_of=words(truth.texts[meant], truth.row["question"]))
        else:
            only(answer, truth.on_tombstone() if truth.shown else set())


def hold_document(told: dict[str, Any], truth: Truth, *, audience: str) -> None:
    row, review, page = truth.row, told["review"], told["json_ld"]
    assert (told["version"], told["digest"], told["question"]) == (row["number"], row["digest"], row["question"])
    assert (told["audience"]["code"], told["summary"]) == (audience, truth.texts[audience]["summary"])
    assert (review["status"], review["standing"]) == (truth.step, truth.standing)
    assert told["indexable"] is truth.is_approved
    assert (review["caution"] is None) is truth.is_approved
    assert truth.is_approved or review["caution"].startswith(truth.witness.policies[-1]["caution"])
    signers = truth.witness.signers(row) if truth.is_approved else []
    assert [person["name"] for person in review["reviewed_by"]] == signers
    assert bool(signers) is truth.is_approved, "approved without its signatures"
    reached = {step["step"]: step["at"] for step in review["steps"]}
    assert reached == {
        "submitted": written(row["submitted_at"]),
        "under_review": written(row["under_review_at"]),
        "approved": written(row["approved_at"]) if truth.is_approved else None,
    }
    assert says_approved(review["statement"]) is truth.is_approved
    assert (page["creativeWorkStatus"], page["url"]) == (LABELS[truth.step], told["html"])
    assert ("lastReviewed" in page, "reviewedBy" in page) == (truth.is_approved, truth.is_approved)
    assert [person["name"] for person in page.get("reviewedBy", [])] == signers
    assert page["version"] == str(row["number"])
    assert list(misuses(page)) == []
    assert [audience["code"] for audience in told["audiences"]] == list(truth.texts)
    assert told["disclaimer"] in [row["disclaimer"] for row in truth.witness.audiences if row["code"] == audience]


def says_approved(statement: str) -> bool:
    return "Reviewed and approved by our medical advisory board" in statement


def look_at_page(reader: Reader, truth: Truth) -> None:
    """Check that the page agrees with the JSON, also after a refused form."""
    for audience in (None, *(truth.texts if truth.status == 200 else ())):
        query = f"?audience={audience}" if audience else ""
        answers = [reader.get(f"/articles/{truth.slug}/{query}")]
        if not audience:
            answers.append(reader.post_nothing(f"/articles/{truth.slug}/report/"))
            assert answers[1].status == (truth.status if truth.status != 200 else 422)
        assert answers[0].status == truth.status
        for answer in answers:
            if truth.status == 200:
                hold_page(answer.text, reader.get(f"{API}{truth.slug}/{query}").json)
                only(answer, truth.in_document(audience or truth.primary))
            else:
                only(answer, truth.on_tombstone() if truth.shown else set())
                assert "statement-" not in answer.text
                assert not re.search(r"\bis approved|chip-approved|<dt>Reviewed by", answer.text)


def hold_page(page: str, told: dict[str, Any]) -> None:
    review = told["review"]
    (statement,) = re.findall(r'<h2 class="statement statement-(\w+)">\s*(.*?)\s*<span', page)
    assert (statement[0], html.unescape(statement[1])) == (review["status"], review["statement"])
    (current,) = re.findall(r'aria-current="step">.*?<span class="label">(.*?)</span>', page, re.DOTALL)
    assert current == LABELS[review["status"]]
    assert page.count('class="step reached"') == sum(step["reached"] for step in review["steps"])
    assert ('class="caution"' in page) is bool(review["caution"])
    assert ("<dt>Reviewed by" in page) is bool(review["reviewed_by"])
    (robots,) = re.findall(r'<meta name="robots" content="(.*?)">', page)
    assert robots == ("index, follow" if told["indexable"] else "noindex")
    (ld,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(ld) == told["json_ld"]
    assert told["body"]["html"] in page
    assert f"Version {told['version']} · {told['digest']}" in page


def look_at_forms(reader: Reader, truth: Truth) -> None:
    answers = {form: reader.get(f"{API}{truth.slug}.{form}") for form in FORMS}
    for answer in answers.values():
        assert answer.status == truth.status
        only(answer, in_either(truth))
    if truth.status == 200:
        told = reader.get(f"{API}{truth.slug}/").json
        review = answers["fhir.json"].json
        assert answers["json"].json == told
        assert f"\n- Status: {LABELS[truth.step]}\n" in answers["md"].text
        assert says_approved(answers["md"].text.replace("\\", "")) is truth.is_approved
        assert ("- Reviewed by: " in answers["md"].text) is truth.is_approved
        assert fhir_faults(review) == []
        assert review["workflowStatus"] == FHIR[truth.standing]
        assert (review.get("disposition") == "persuasive", "approvalDate" in review) == (truth.is_approved,) * 2
        cited = {word for reference in told["references"] for word in words(reference["text"])}
        assert all(words(answers[form].text) == cited for form in ("csl.json", "ris", "bib"))


def in_either(truth: Truth) -> set[str]:
    """Return the words of the primary document, or of the tombstone."""
    if truth.shown is None:
        return set()
    return truth.in_document(truth.primary) if truth.status == 200 else truth.on_tombstone()


def look_at_history(reader: Reader, truth: Truth) -> None:
    answer, page = reader.get(f"{API}{truth.slug}/history/"), reader.get(f"/articles/{truth.slug}/history/")
    expected = 404 if truth.shown is None else 200
    assert (answer.status, page.status) == (expected, expected)
    for found in (answer, page):
        only(found, truth.in_history() if truth.shown else set())
    if expected == 200:
        told = answer.json
        assert [entry_told(entry) for entry in told["versions"]] == [entry_true(row, truth) for row in truth.known]
        labels = [event["label"] for event in told["events"]]
        assert [html.unescape(label) for label in re.findall(r"<h2>(.*?)</h2>", page.text)] == labels
        hold_events(told["events"], truth)


def entry_told(entry: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(entry[name] for name in ("version", "status", "digest", "approved_at", "valid_until"))


def entry_true(row: Row, truth: Truth) -> tuple[Any, ...]:
    moments = (written(row[name]) for name in ("approved_at", "valid_until"))
    return row["number"], truth.told_of(row), row["digest"], *moments


GIVEN = {"first", "correction", "update", "re_review", "reinstatement"}
TAKEN = {"suspension", "lapse", "retraction"}


def hold_events(events: list[dict[str, Any]], truth: Truth) -> None:
    """Check that the last event of each approval agrees with its standing."""
    for row in truth.known:
        kinds = [event["kind"] for event in events if event["version"] == row["number"]]
        last = next((kind for kind in kinds if kind in GIVEN | TAKEN), None)
        standing = truth.told_of(row)
        if standing == "approved":
            assert last in GIVEN
        elif standing in ("lapsed", "suspended", "retracted"):
            assert last == {"lapsed": "lapse", "suspended": "suspension", "retracted": "retraction"}[standing]


# --- all of them -----------------------------------------------------------------------------------------------------


def look_at_list(reader: Reader, witness: Witness) -> None:
    """Check the list as JSON and as a page, complete and by each status."""
    public = {slug: truth for slug, truth in witness.truths.items() if truth.status == 200}
    answer, page = reader.get(API), reader.get("/")
    entries = answer.json["results"]
    assert [entry["slug"] for entry in entries] == list(reversed(public))
    for entry in entries:
        truth = public[entry["slug"]]
        assert (entry["question"], entry["status"]) == (truth.row["question"], truth.step)
        assert entry["statement"] == reader.get(f"{API}{truth.slug}/").json["review"]["statement"]
        assert says_approved(entry["statement"]) is truth.is_approved
    chips = re.findall(r'class="chip chip-(\w+)".*?<a href="/articles/([\w-]+)/"', page.text, re.DOTALL)
    assert chips == [(entry["status"], entry["slug"]) for entry in entries]
    for found in (answer, page):
        only(found, set().union(*(truth.in_list() for truth in public.values())))
    for step in LABELS:
        listed = [entry["slug"] for entry in reader.get(f"{API}?status={step}").json["results"]]
        assert listed == [slug for slug in reversed(public) if public[slug].step == step]


def look_at_feed(reader: Reader, witness: Witness) -> None:
    answer = reader.get("/feed.atom")
    entries = [
        (entry.findtext(f"{ATOM}title", ""), entry.findtext(f"{ATOM}id", ""))
        for entry in answer.xml.iter(f"{ATOM}entry")
    ]
    expected = {
        (f"{'Approved' if truth.is_approved else 'Retracted'}: {truth.row['question']}", name_of(truth))
        for truth in witness.truths.values()
        if truth.standing in ("approved", "retracted")
    }
    assert {(title, name.partition("/articles/")[2]) for title, name in entries} == expected
    assert len(entries) == len(expected)
    assert atom_faults(answer.text.encode()) == []
    only(answer, set().union(*(truth.in_news() for truth in witness.truths.values())))


def name_of(truth: Truth) -> str:
    return f"{truth.slug}/#version-{truth.row['number']}-{truth.standing}"


def look_at_sitemap(reader: Reader, witness: Witness) -> None:
    """Check that the sitemap exists only while it has entries, and lists the approved articles."""
    approved = sorted(f"{slug}/" for slug, truth in witness.truths.items() if truth.is_approved)
    index, answer = reader.get("/sitemap.xml"), reader.get("/sitemap-answers.xml")
    assert ("sitemap-answers.xml" in index.text) is bool(approved)
    assert answer.status == (200 if approved else 404)
    assert xml_faults(index.text.encode(), "siteindex.xsd") == []
    if approved:
        found = [(element.text or "").partition("/articles/")[2] for element in answer.xml.iter(f"{SITEMAP}loc")]
        assert sorted(found) == approved
        assert xml_faults(answer.text.encode(), "sitemap.xsd") == []
    only(answer, set())


IN_EVERY_TEXT = "mild"
HIDDEN_WORDS = 3
"""Number of words of hidden texts that are searched for at each step."""


def look_at_search(reader: Reader, witness: Witness) -> None:
    """Check that a word of every text finds each shown article with its status, and hidden words find nothing."""
    public = {slug: truth for slug, truth in witness.truths.items() if truth.status == 200}
    allowed = set().union(*(truth.in_document(code) for truth in public.values() for code in truth.texts))
    answer = reader.get(f"{API_SEARCH}?q={IN_EVERY_TEXT}&page_size=100")
    found = answer.json["results"]
    assert {(hit["slug"], hit["status"]) for hit in found} == {(slug, truth.step) for slug, truth in public.items()}
    assert len(found) == len(public)
    for hit in found:
        told = reader.get(f"{API}{hit['slug']}/").json
        assert (hit["question"], hit["statement"]) == (told["question"], told["review"]["statement"])
        assert hit["caution"] == told["review"]["caution"]
    page = reader.get(f"/search/?q={IN_EVERY_TEXT}")
    assert page.text.count("chip-approved") == sum(truth.is_approved for truth in public.values())
    for each in (answer, page):
        only(each, allowed)
    for word in sorted(hidden_words(witness, allowed))[:HIDDEN_WORDS]:
        answer = reader.get(f"{API_SEARCH}?q={word}")
        only(answer, allowed | {word})  # the response names the word as one that no text has
        assert word not in words(json.dumps(answer.json["results"]))


def hidden_words(witness: Witness, allowed: set[str]) -> set[str]:
    """Return words of the newest texts that no reader is shown."""
    told = {truth.row["id"] for truth in witness.truths.values() if truth.shown}
    hidden = [row["id"] for row in sorted(witness.rows, key=lambda row: -row["id"]) if row["id"] not in told]
    return words([witness.texts[pk] for pk in hidden[:HIDDEN_WORDS]]) - allowed


def look_at_answers(reader: Reader, witness: Witness) -> None:
    """Check that a follow-up question is answered only from texts that are approved at that time."""
    approved = {slug: truth for slug, truth in witness.truths.items() if truth.is_approved}
    allowed = set().union(*(truth.in_document(code) for truth in approved.values() for code in truth.texts))
    for slug, truth in witness.truths.items():
        answer = reader.ask(f"{API}{slug}/questions/", f"Is the heading {IN_EVERY_TEXT}?")
        assert answer.status == truth.status
        if answer.status == 200:
            answered = [(one["slug"], one["status"]) for one in answer.json["answers"]]
            assert set(answered) <= {(slug, "approved") for slug in approved}
            assert bool(answered) is answer.json["answered"] is bool(approved)
            only(answer, allowed)


def look_elsewhere(reader: Reader, witness: Witness) -> None:
    """Check the URLs at which no article text may appear."""
    for address in ELSEWHERE:
        only(reader.get(address), words(*witness.house) if address == "/policy/" else set())


# --- words -----------------------------------------------------------------------------------------------------------


def only(answer: Answer, allowed: set[str], *, all_of: Iterable[str] = ()) -> None:
    """Check that ``answer`` has no words except ``allowed``, and every one of ``all_of``."""
    found = words(answer.text)
    assert found <= allowed, f"{sorted(found - allowed)} must not be read in {answer}"
    assert set(all_of) <= found


AT_ARTICLE: tuple[Callable[[Reader, Truth], None], ...] = (
    look_at_document,
    look_at_page,
    look_at_forms,
    look_at_history,
)
AT_ALL: tuple[Callable[[Reader, Witness], None], ...] = (
    look_at_list,
    look_at_feed,
    look_at_sitemap,
    look_at_search,
    look_at_answers,
    look_elsewhere,
)
"""The checks after every step. A new way to find an article needs one more function here."""


def look(reader: Reader, witness: Witness, *, at: Iterable[str]) -> None:
    """Check every public response about the articles ``at`` these slugs, and about all articles together."""
    reader.given.clear()
    for slug in at:
        for look_at in AT_ARTICLE:
            look_at(reader, witness.truths[slug])
    for look_at_all in AT_ALL:
        look_at_all(reader, witness)
