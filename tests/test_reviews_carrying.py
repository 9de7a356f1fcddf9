"""Verdicts that hold for the next version, and those that do not."""

from datetime import date, timedelta

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Claim, Reference, Version
from editorial.models import LedgerEntry, User
from reviews.models import CarriedCheck
from tests import factories
from tests.factories import NOW
from tests.verdicts import body, check, check_all, missing, sent

LATER = NOW + timedelta(days=30)


def carried(version: Version) -> list[tuple[str, str, str]]:
    """What was carried over to ``version``: text, key of the work, and from whom."""
    rows = CarriedCheck.objects.filter(claim__rendition__version=version).order_by("claim__position", "pk")
    return [
        (row.claim.text, row.reference.key, row.claim_check.review.member.user.username)
        for row in rows.select_related("claim", "reference", "claim_check__review__member__user")
    ]


def approved_under(rule: str, texts: str, *, quorum: int = 1, **fields) -> Version:
    """Approved by Ada, who checked every claim."""
    factories.make_policy(quorum=quorum, claim_checks=rule, **fields)
    version = sent(texts)
    review = factories.make_accepted(version)
    check_all(review)
    factories.sign(review)
    return factories.reread(version)


def retract(key: str) -> None:
    work = Reference.objects.get(key=key)
    work.retraction, work.retraction_as_of = "retracted", date(2026, 3, 2)
    work.record(by=factories.make_user("edith", is_editor=True), now=NOW)


def merge(key: str, into: str) -> None:
    work = Reference.objects.get(key=key)
    work.merged_into = Reference.objects.get(key=into)
    work.record(by=factories.make_user("edith", is_editor=True), now=NOW)


# --- the journey ------------------------------------------------------------------------------------------------------


def test_second_review_of_60_claims_asks_for_the_changed_one_and_after_a_corrected_doi_for_those_that_cite_it(
    db, wanda
):
    factories.make_policy(quorum=1, claim_checks="one")
    claims = {number: f"work{number % 20}" for number in range(60)}
    first = sent(body(claims))
    for name, half in (("ada", claims.items()), ("ben", ())):
        review = factories.make_accepted(first, name)
        if half:
            check_all(review, only=range(30))
        else:
            check_all(review, only=range(30, 60))
        factories.sign(review)
    assert factories.reread(first).state == State.APPROVED

    second = sent(body(claims).replace("Statement 7 ", "The reworded statement 7 "), after=first)
    again = factories.make_accepted(second, "cleo", now=LATER)
    rows = carried(second)
    assert len(rows) == 59
    assert {who for text, _, who in rows if int(text.split()[1]) < 30} == {"ada"}
    assert {who for text, _, who in rows if int(text.split()[1]) >= 30} == {"ben"}
    told = LedgerEntry.objects.get(action="carry_over")
    assert (told.payload["verdicts"], len(told.payload["checks"]), told.actor) == (59, 59, User.objects.system())
    assert missing(second, now=LATER)[-1] == "a verdict on 1 claim"
    (changed,) = Claim.objects.filter(rendition__version=second, text__contains="reworded")
    check(again, changed, now=LATER)
    factories.sign(again, now=LATER)
    assert factories.reread(second).state == State.APPROVED

    work = Reference.objects.get(key="work5")
    csl = {**work.csl, "DOI": "10.1000/corrected"}
    articles.keep_reference(csl=csl, reference=work, by=wanda, now=LATER)
    third = sent(None, after=second)
    factories.make_accepted(third, "dora", now=LATER)
    texts = set(Claim.objects.filter(rendition__version=third).values_list("text", flat=True))
    came_back = texts - {text for text, _, _ in carried(third)}
    assert came_back == {f"Statement {number} holds." for number in (5, 25, 45)}
    assert missing(third, now=LATER)[-1] == "a verdict on 3 claims"
    whom = {text: who for text, _, who in carried(third)}
    assert whom["The reworded statement 7 holds."] == "cleo"
