"""Verdicts on claims whose words are the same while something around them, or a record of a work, is not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import actions as articles
from articles.models import Reference, Version
from reviews import actions as reviews
from reviews.desk.claims import ClaimChecklist, claim_checklist
from reviews.desk.context_changes import NO_SUCH_PART, NOT_SHOWN, UNKNOWN
from reviews.desk.objections import open_objections
from reviews.models import Review
from tests.support import factories
from tests.support.api import client
from tests.support.factories import NOW
from tests.support.verdicts import body, check_all, claims_of, missing, sent, signed

LATER = NOW + timedelta(days=30)

LIST = "".join(f"- Use {number} helps [@work{number % 20}]\n" for number in range(10))
ROWS = [f"| Drug {number} [@work{number % 20}] | {number} mg | daily |" for number in range(10, 20)]
HEAD = ["| Drug | Dose | Interval |", "|------|------|------|"]
TABLE = "\n".join([*HEAD, *ROWS])
FACTS = [f"Statement {number} holds [@work{number % 20}]." for number in range(20, 48)]
HARMS = "\n\n".join(f"Harm {number} is rare [@work{number % 20}]." for number in range(50, 60))
ARTICLE = f"""\
## Benefits

Approved uses are:

{LIST}
## Doses

{TABLE}

## Evidence

{chr(10).join(f"{fact}{chr(10)}" for fact in FACTS)}
Aspirin lowers fever [@work8]. It is cheap [@work9].

## Harms

{HARMS}
"""


def text(old: str, new: str) -> Callable[[], str]:
    """An edit of the text."""

    def edit() -> str:
        assert ARTICLE.count(old) == 1
        return ARTICLE.replace(old, new)

    return edit


def work(key: str, **fields) -> Callable[[], str]:
    """A correction of a record in the library; the text stays."""

    def correct() -> str:
        found = Reference.objects.get(key=key)
        csl = {name: value for name, value in {**found.csl, **fields}.items() if value is not None}
        articles.keep_reference(csl=csl, reference=found, by=factories.make_user("wanda", is_writer=True), now=NOW)
        return ARTICLE

    return correct


def merged() -> str:
    """Another record of the same work stands for work7 from now on."""
    factories.make_reference("twin", title="Title of work7", PMID="77")
    edith = factories.make_user("edith", is_editor=True)
    loser, winner = (Reference.objects.get(key=key) for key in ("work7", "twin"))
    articles.merge_references(loser_id=loser.pk, winner_id=winner.pk, by=edith, now=NOW)
    return ARTICLE.replace("[@work7]", "[@twin]")


REORDERED = "\n".join("|" + "|".join(line.split("|")[index] for index in (2, 1, 3)) + "|" for line in (*HEAD, *ROWS))
MOVED = "\n".join([*HEAD, *ROWS[1:], ROWS[0]])
SHOWN_WRONG = "The following was later shown to be wrong."


@dataclass(frozen=True)
class Edit:
    """What is changed, how many claims are to check after it and how many to check again, of 60."""

    what: str
    make: Callable[[], str]
    to_check: int
    look_again: int


BROUGHT_BACK = [
    Edit("nothing", lambda: ARTICLE, 0, 0),
    Edit("white space and emphasis in a heading", text("## Benefits", "##  **Benefits**"), 0, 0),
    Edit("a heading", text("## Benefits", "## Harms in pregnancy"), 0, 10),
    Edit("a header cell", text("| Dose |", "| Maximum dose in children |"), 0, 10),
    Edit("a lead-in", text("Approved uses are:", "Withdrawn uses are:"), 0, 10),
    Edit("an uncited sentence that points forward", text("## Harms\n", f"## Harms\n\n{SHOWN_WRONG}\n"), 0, 10),
    Edit("an uncited sentence before a claim", text("Statement 30", "In rats only. Statement 30"), 0, 1),
    Edit("an uncited sentence that looks back", text("[@work10].\n\nS", "[@work10]. This was refuted.\n\nS"), 0, 2),
    Edit("a pronoun's antecedent", text("Aspirin lowers", "Heparin lowers"), 1, 1),
    Edit("a table row moved", text(TABLE, MOVED), 0, 0),
    Edit("columns reordered with their headers", text(TABLE, REORDERED), 0, 0),
    Edit("two header cells exchanged", text("| Dose | Interval |", "| Interval | Dose |"), 0, 10),
    Edit("a paragraph moved within its section", text(f"{FACTS[0]}\n\n{FACTS[1]}", f"{FACTS[1]}\n\n{FACTS[0]}"), 0, 0),
    Edit("a heading inserted", text("Aspirin lowers", "## Dissent\n\nAspirin lowers"), 0, 2),
    Edit("a word of a claim", text("Statement 30 holds", "Statement 30 hardly holds"), 1, 0),
    Edit("a PMID added", work("work7", PMID="7007"), 0, 0),
    Edit("a journal abbreviated", work("work7", **{"container-title": "Clin Rev"}), 0, 0),
    Edit("a journal abbreviated, without DOI", work("work0", **{"container-title": "Clin Rev"}), 0, 0),
    Edit("a given name abbreviated", work("work0", author=[{"family": "Orbach", "given": "H."}]), 0, 0),
    Edit("a DOI added", work("work0", DOI="10.1000/added"), 0, 0),
    Edit("a record merged into a fuller one", merged, 0, 0),
    Edit("a DOI changed", work("work7", DOI="10.1000/changed"), 3, 0),
    Edit("a DOI removed", work("work7", DOI=None), 3, 0),
    Edit("a title changed, without DOI", work("work0", title="Another title"), 3, 0),
]


@pytest.fixture
def first(db) -> Version:
    """60 claims on 20 works, each with a DOI but the first; Ada checked all and approved."""
    factories.make_policy(quorum=1, claim_checks="one")
    for number in range(20):
        factories.make_reference(f"work{number}", **({"DOI": f"10.1000/{number}"} if number else {}))
    version = sent(ARTICLE)
    assert len(claims_of(version)) == 60
    signed(version)
    return factories.reread(version)


def listed(review: Review, *, now=LATER) -> ClaimChecklist:
    review = Review.objects.select_related("version__article", "member__user").get(pk=review.pk)
    return claim_checklist(review, user=review.member.user, now=now)


@pytest.mark.parametrize("edit", BROUGHT_BACK, ids=lambda edit: edit.what)
def test_verdicts_on_60_claims_come_back_where_the_claim_or_its_context_changed(first, edit):
    second = sent(edit.make(), after=first)
    review = factories.make_accepted(second, now=LATER)
    summary = listed(review).summary
    assert (summary.to_check, summary.look_again) == (edit.to_check, edit.look_again)
    assert summary.carried == 60 - edit.to_check - edit.look_again
    open_claims = edit.to_check + edit.look_again
    assert missing(second, now=LATER)[1:] == (
        [f"a verdict on {open_claims} claim{'s' if open_claims > 1 else ''}"] if open_claims else []
    )


# --- looking again ----------------------------------------------------------------------------------------------------

UNDER_A = "## Benefits\n\nPain is common [@orbach2005].\n"
UNDER_B = UNDER_A.replace("Benefits", "Harms")
NOTE = "\n## Note\n\nThe end.\n"
"""Behind a text that was handed in before: the same text is not taken again."""


def signed_under(body: str, *, verdict: str = "supports", decision: str = "request_changes", after=None) -> Version:
    """A version of one claim on which Ada gave this verdict and signed."""
    version = sent(body, after=after)
    signed(version, verdict=verdict, decision=decision, now=NOW)
    return factories.reread(version)


def accepted(version: Version, username: str = "ben") -> Review:
    """Accepted by the action itself, so that carrying over is measured."""
    invited = factories.make_invitation(version, username, now=LATER)
    return reviews.accept(review_id=invited.pk, by=invited.member.user, now=LATER)


def item(review: Review):
    (found,) = listed(review).items
    return found


def test_verdict_in_another_context_does_not_count_and_shows_both_contexts(db):
    factories.make_policy(claim_checks="one")
    second = sent(UNDER_B, after=signed_under(UNDER_A))
    found = item(accepted(second))
    (change,) = found.context_changes
    assert (found.state, found.has_changed) == ("context_changed", True)
    assert (change.then, change.now) == (["Under the heading: Benefits"], ["Under the heading: Harms"])
    assert change.since == "Ada Example on version 1"
    assert missing(second, now=LATER)[-1] == "a verdict on 1 claim"


def test_member_confirms_their_verdict_and_it_counts_in_the_new_context_from_then_on(policy):
    second = sent(UNDER_B, after=signed_under(UNDER_A))
    review = factories.make_accepted(second, now=LATER)
    (cited,) = item(review).works
    assert (cited.to_confirm.verdict, cited.own) == ("supports", None)
    check_all(review, now=LATER)
    (cited,) = item(review).works
    assert (cited.state, cited.to_confirm) == ("checked", None)
    factories.sign(review, "request_changes", now=LATER)
    third = sent(None, after=factories.reread(second))
    assert item(accepted(third)).state == "carried"


def test_another_reviewer_checks_anew_where_the_context_changed(db):
    factories.make_policy(quorum=1, claim_checks="one")
    second = sent(UNDER_B, after=signed_under(UNDER_A))
    review = accepted(second)
    assert item(review).works[0].to_confirm is None
    check_all(review, now=LATER)
    factories.sign(review, now=LATER)
    assert factories.reread(second).state == "approved"


def test_under_every_the_verdict_of_another_context_is_missing_for_its_own_signer_too(db):
    factories.make_policy(quorum=1, claim_checks="every")
    second = sent(UNDER_B, after=signed_under(UNDER_A))
    mine, other = (factories.make_accepted(second, name, now=LATER) for name in ("ada", "ben"))
    assert (item(mine).state, item(other).state) == ("context_changed", "to_check")
    factories.sign(mine, now=LATER)
    assert missing(second, now=LATER) == ["a verdict on 1 claim"]


def test_negative_verdict_still_blocks_in_another_context(policy):
    second = sent(UNDER_B, after=signed_under(UNDER_A, verdict="contradicts"))
    found = item(accepted(second))
    assert (found.blocks, found.state) == (True, "context_changed")
    assert "ruling" in missing(second, now=LATER)[-1]


def test_could_not_check_in_another_context_is_to_check(policy):
    second = sent(UNDER_B, after=signed_under(UNDER_A, verdict="could_not_check"))
    assert item(accepted(second)).state == "to_check"


def test_context_that_changes_back_finds_the_verdict_given_in_it(policy):
    second = sent(UNDER_B, after=signed_under(UNDER_A, verdict="contradicts"))
    signed(second, "ada", decision="request_changes", now=LATER)
    third = sent(UNDER_A + NOTE, after=factories.reread(second))
    found = item(accepted(third))
    assert [voice.verdict.check.verdict for voice in found.works[0].voices] == ["contradicts"]
    assert found.blocks


def test_later_negative_verdict_of_another_context_stands_beside_the_one_of_this(policy):
    second = sent(UNDER_B, after=signed_under(UNDER_A))
    signed(second, verdict="contradicts", decision="request_changes", now=LATER)
    third = sent(UNDER_A + NOTE, after=factories.reread(second))
    found = item(accepted(third))
    said = [(voice.verdict.check.verdict, voice.verdict.lapse) for voice in found.works[0].voices]
    assert said == [("supports", ""), ("contradicts", "context_changed")]
    assert (found.state, found.blocks) == ("carried", True)


# --- the same words twice ---------------------------------------------------------------------------------------------


def twice(*headings: str) -> str:
    return "".join(f"## {heading}\n\nPain is common [@orbach2005].\n\n" for heading in headings)


@pytest.fixture
def both(policy) -> Version:
    """The same words under Adults, supported, and under Children, contradicted."""
    version = sent(twice("Adults", "Children"))
    review = factories.make_accepted(version)
    check_all(review, only={0})
    check_all(review, only={1}, verdict="contradicts")
    factories.sign(review, "request_changes")
    return factories.reread(version)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Adults", "Children"], ["supports", "contradicts"]),
        (["Children", "Adults"], ["contradicts", "supports"]),
        (["Grown-ups", "Children"], ["supports again", "contradicts"]),
        (["Adults", "Infants"], ["supports", "contradicts again"]),
        (["Grown-ups", "Infants"], ["supports again", "contradicts again"]),
        (["Adults", "Children", "Infants"], ["supports", "contradicts", "none"]),
        (["Infants"], ["contradicts again"]),
        (["Adults"], ["supports contradicts again"]),
        (["Adults", "Adults"], ["supports contradicts again", "supports contradicts again"]),
    ],
    ids=" ".join,
)
def test_claims_with_the_same_words_keep_the_verdict_of_their_context(both, headings, expected):
    review = factories.make_accepted(sent(twice(*headings) + NOTE, after=both), "ben", now=LATER)
    items = sorted(listed(review).items, key=lambda one: one.claim.position)
    said = [[(one.verdict.check.verdict, one.verdict.lapse) for one in item.works[0].voices] for item in items]
    words = [
        " ".join(f"{verdict}{' again' if lapse else ''}" for verdict, lapse in voices) or "none" for voices in said
    ]
    assert words == expected


def test_claims_that_state_the_same_in_one_context_share_the_negative_verdict(policy):
    version = sent("Pain is common [@orbach2005].\n\nPain is common [@orbach2005].\n")
    review = factories.make_accepted(version)
    check_all(review, only={0}, verdict="contradicts")
    check_all(review, only={1}, now=NOW + timedelta(hours=1))
    factories.sign(review, "request_changes")
    again = factories.make_accepted(sent(None, after=factories.reread(version)), "ben", now=LATER)
    voices = [voice.verdict for one in listed(again).items for voice in one.works[0].voices]
    assert [(said.check.verdict, said.lapse) for said in voices] == [("contradicts", "")] * 2


def test_claim_of_unknown_context_is_to_look_at_again(policy):
    first = signed_under(UNDER_A)
    forget_contexts()
    found = item(factories.make_accepted(sent(None, after=first), "ben", now=LATER))
    (change,) = found.context_changes
    assert (found.state, change.then) == ("context_changed", [UNKNOWN])
    assert "Under the heading: Benefits" in change.now


def forget_contexts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE articles_claim SET context = NULL, context_words = '[]'")
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_context_that_differs_beyond_what_is_shown_says_so(policy):
    long = f"{'Very long. ' * 60}These help:\n\n- Pain ends [@orbach2005]\n"
    first = signed_under(long)
    found = item(factories.make_accepted(sent(long.replace("help", "harm"), after=first), "ben", now=LATER))
    (change,) = found.context_changes
    assert change.then == change.now == [NOT_SHOWN]


def test_context_that_came_anew_has_nothing_before_it(policy):
    first = signed_under("Pain is common [@orbach2005].\n")
    (change,) = item(factories.make_accepted(sent(UNDER_A, after=first), "ben", now=LATER)).context_changes
    assert (change.then, change.now) == ([NO_SUCH_PART], ["Under the heading: Benefits"])


# --- works ------------------------------------------------------------------------------------------------------------


def test_claim_that_cites_one_work_more_or_less_is_to_check(policy):
    first = signed_under("Pain is common [@orbach2005; @stiehm2013].\n")
    factories.make_reference("third2020")
    for changed in ("Pain is common [@orbach2005].\n", "Pain is common [@orbach2005; @stiehm2013; @third2020].\n"):
        second = sent(changed, after=first)
        assert item(accepted(second)).state == "to_check"
        reviews.withdraw(version_id=second.pk, by=factories.make_user("edith"), now=LATER, reason="Again.")


def test_work_cited_by_another_record_with_its_doi_keeps_the_verdict(policy, wanda):
    factories.make_reference("first2020", DOI="10.1000/same")
    first = signed_under("Pain is common [@first2020].\n")
    work = Reference.objects.get(key="first2020")
    articles.keep_reference(csl={**work.csl, "DOI": "10.1000/other"}, reference=work, by=wanda, now=NOW)
    factories.make_reference("again2020", DOI="10.1000/same")
    second = sent("Pain is common [@again2020].\n", after=first)
    review = accepted(second)
    assert (item(review).state, item(review).has_changed) == ("carried", True)


def test_two_records_that_were_merged_are_one_work_at_the_claim(policy):
    first = signed_under("Pain is common [@orbach2005; @stiehm2013].\n")
    factories.make_reference("twin", title="Title of orbach2005")
    edith = factories.make_user("edith", is_editor=True)
    loser, winner = (Reference.objects.get(key=key) for key in ("orbach2005", "twin"))
    articles.merge_references(loser_id=loser.pk, winner_id=winner.pk, by=edith, now=NOW)
    second = sent("Pain is common [@twin; @stiehm2013].\n", after=first)
    assert item(accepted(second)).state == "carried"


# --- over HTTP --------------------------------------------------------------------------------------------------------


def test_claims_over_http_say_that_the_context_changed_with_both_contexts(policy):
    second = sent(UNDER_B, after=signed_under(UNDER_A))
    review = factories.make_accepted(second, now=LATER)
    answer = client(review.member.user).get(f"/api/v1/reviews/{review.pk}/claims/").json()
    (claim,) = answer["claims"]
    (voice,) = claim["works"][0]["verdicts"]
    assert (answer["summary"]["look_again"], claim["state"], voice["lapse"]) == (
        1,
        "context_changed",
        "context_changed",
    )
    assert {"kind": "heading", "words": "Harms"} in claim["context_now"]
    assert {"kind": "heading", "words": "Benefits"} in voice["context_then"]
    work = Reference.objects.get(key="orbach2005")
    given = {"claim": claim["id"], "reference": work.key, "verdict": voice["verdict"]}
    client(review.member.user).post(f"/api/v1/reviews/{review.pk}/claim-checks/", given)
    answer = client(review.member.user).get(f"/api/v1/reviews/{review.pk}/claims/").json()
    assert (answer["summary"]["look_again"], answer["summary"]["checked"]) == (0, 1)
    assert answer["claims"][0]["works"][0]["verdicts"][0]["context_then"] is None


def test_queries_are_the_same_for_1_and_12_claims_whose_context_changed(db, ada):
    factories.make_policy(quorum=1)
    counted = []
    for count in (1, 12):
        text = f"## Benefits\n\n{body({number: f'work{number}' for number in range(count)})}"
        first = sent(text, slug=f"slug-{count}")
        signed(first, decision="request_changes")
        review = factories.make_accepted(sent(text.replace("Benefits", "Harms"), after=factories.reread(first)))
        with CaptureQueriesContext(connection) as queries:
            assert client(ada).get(f"/api/v1/reviews/{review.pk}/claims/").json()["summary"]["look_again"] == count
            browser = Client()
            browser.force_login(ada)
            shown = browser.get(reverse("admin:reviews_review_desk", args=[review.pk])).content.decode()
        assert shown.count('class="context-change"') == count
        counted.append(len(queries))
    assert len(set(counted)) == 1


# --- objections -------------------------------------------------------------------------------------------------------


def open_verdicts(version: Version) -> list[str]:
    """The context, by its last heading, of each negative verdict that is open against ``version``."""
    found = open_objections(factories.reread(version))
    return [one.source.claim.context_words[-1]["words"] for one in found]


def test_negative_verdict_is_replaced_in_another_context_and_open_again_where_its_own_comes_back(policy):
    second = sent(UNDER_B, after=signed_under(UNDER_A, verdict="contradicts"))
    assert open_verdicts(second) == ["Benefits"]
    signed(second, decision="request_changes", now=LATER)
    assert open_verdicts(second) == []
    third = sent(UNDER_A + NOTE, after=factories.reread(second))
    assert open_verdicts(third) == ["Benefits"]
    signed(third, decision="request_changes", now=LATER)
    assert open_verdicts(third) == []


@pytest.mark.parametrize(
    ("headings", "checked", "left"),
    [
        (["Adults", "Children"], 0, ["Children"]),
        (["Adults", "Children"], 1, []),
        (["Grown-ups", "Infants"], 0, ["Children"]),
        (["Grown-ups", "Infants"], 1, []),
        (["Adults"], 0, []),
    ],
)
def test_later_verdict_on_the_same_words_ends_the_objection_to_the_claim_that_it_is_about(
    both, headings, checked, left
):
    second = sent(twice(*headings) + NOTE, after=both)
    review = factories.make_accepted(second, now=LATER)
    check_all(review, only={checked}, now=LATER)
    factories.sign(review, "request_changes", now=LATER)
    assert open_verdicts(second) == left


def test_verdict_on_a_claim_of_unknown_context_is_replaced_by_one_on_the_same_claim_and_later(policy):
    first = signed_under(UNDER_A, verdict="contradicts")
    forget_contexts()
    second = sent(None, after=first)
    assert len(open_objections(second)) == 1
    signed(second, decision="request_changes", now=LATER)
    assert open_objections(second) == []
