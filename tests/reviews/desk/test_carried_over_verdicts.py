"""Verdicts that hold for the next version, and those that do not."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Claim, Reference, Version
from articles.requirements import required
from editorial.models import LedgerEntry, User
from reviews import actions as reviews
from reviews.desk.carried_over_verdicts import carry_over
from reviews.desk.verdicts import current_works
from reviews.models import CarriedCheck, ClaimCheck, Review
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import body, check, check_all, missing, sent, signed

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


def carried_again(version: Version) -> int:
    version = factories.reread(version)
    return carry_over(version, requirements=required(version, at=LATER), now=LATER)


def retract(key: str) -> None:
    work = Reference.objects.get(key=key)
    work.retraction, work.retraction_as_of = "retracted", date(2026, 3, 2)
    work.record(by=factories.make_user("edith", is_editor=True), now=NOW)


def merge(key: str, into: str) -> None:
    work = Reference.objects.get(key=key)
    work.merged_into = Reference.objects.get(key=into)
    work.record(by=factories.make_user("edith", is_editor=True), now=NOW)


# --- the journey ------------------------------------------------------------------------------------------------------


def test_second_review_of_60_claims_asks_for_the_changed_one_and_the_third_for_those_with_another_doi(db, wanda):
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


# --- what is carried --------------------------------------------------------------------------------------------------


@pytest.fixture
def first(policy) -> Version:
    """Two claims, found supported by Ada, who signed."""
    version = sent()
    signed(version)
    return close(version)


def close(version: Version) -> Version:
    """The editor ends the round, so that a next version can follow."""
    editor = factories.make_user("edith", is_editor=True)
    reviews.request_changes(version_id=version.pk, reason="Not yet.", by=editor, now=NOW)
    return version


def next_of(version: Version, text: str | None = None, *, now=LATER) -> Version:
    """The next version, under review by Cleo since ``now``."""
    following = sent(text, after=version)
    factories.make_accepted(following, "cleo", now=now)
    return following


def test_verdicts_are_carried_over_once_by_the_first_who_accepts(first):
    second = next_of(first)
    assert carried(second) == [("Pain is common.", "orbach2005", "ada"), ("It is mild.", "stiehm2013", "ada")]
    factories.make_accepted(second, "ben", now=LATER)
    assert carried_again(second) == 0
    assert CarriedCheck.objects.count() == 2
    assert LedgerEntry.objects.filter(action="carry_over").count() == 1
    assert str(CarriedCheck.objects.earliest("pk")) == "carried: supports: Pain is common."


def test_moved_and_renumbered_claim_keeps_its_verdict_and_a_reworded_one_does_not(first):
    second = next_of(first, "It is mild [@stiehm2013]. Pain is quite common [@orbach2005].\n")
    assert carried(second) == [("It is mild.", "stiehm2013", "ada")]


def test_verdict_leads_to_the_original_through_versions_and_skips_one_that_lacked_the_claim(first):
    second = close(next_of(first, "It is mild [@stiehm2013].\n"))
    third = next_of(second, "Pain is common [@orbach2005]. It is mild [@stiehm2013]. Rest helps.\n")
    assert len(carried(third)) == 2
    originals = CarriedCheck.objects.filter(claim__rendition__version=third)
    assert set(originals.values_list("claim_check__review__version", flat=True)) == {first.pk}


def test_last_verdict_of_each_member_is_carried(first):
    second = close(next_of(first))
    review = Review.objects.get(version=second)
    third_text = sent(None, after=second)
    mine, other = (factories.make_accepted(third_text, name, now=LATER) for name in ("ada", "ben"))
    check_all(mine, verdict="partly", now=LATER)
    check_all(other, only={0}, now=LATER)
    for one in (mine, other):
        factories.sign(one, "request_changes", now=LATER)
    fourth = next_of(factories.reread(third_text))
    found = CarriedCheck.objects.filter(claim__rendition__version=fourth).values_list(
        "claim__position", "claim_check__verdict", "claim_check__review__member__user__username"
    )
    assert sorted(found) == [(1, "partly", "ada"), (1, "supports", "ben"), (2, "partly", "ada")]
    assert review.state == "lapsed"


def test_verdicts_of_reviews_without_a_standing_signature_are_not_carried(policy, ada):
    version = sent()
    review = signed(version)
    reviews.withdraw_signature(review_id=review.pk, reason="Read on.", by=ada, now=NOW)
    check_all(factories.make_accepted(version, "ben"))
    assert carried(next_of(close(version))) == []


def test_claim_that_is_stated_twice_keeps_the_verdict_at_both_places_the_negative_one_if_they_differ(policy):
    text = "Pain is common [@orbach2005].\n\nPain is common [@orbach2005].\n"
    version = sent(text)
    review = factories.make_accepted(version)
    check_all(review, only={0}, verdict="contradicts")
    check_all(review, only={1}, now=NOW + timedelta(hours=1))
    factories.sign(review, "request_changes")
    second = next_of(factories.reread(version))
    assert len(carried(second)) == 2
    assert set(CarriedCheck.objects.values_list("claim_check__verdict", flat=True)) == {"contradicts"}


def test_verdicts_of_another_article_are_not_carried(first):
    other = sent(slug="another")
    factories.make_accepted(other, "cleo")
    assert carried(other) == []


def test_retracted_work_is_not_carried(first):
    second = sent(None, after=first)
    retract("orbach2005")
    factories.make_accepted(second, "cleo", now=LATER)
    assert [key for _, key, _ in carried(second)] == ["stiehm2013"]


def test_work_merged_into_a_retracted_one_is_not_carried_and_one_merged_into_another_is(first):
    second = sent(None, after=first)
    for key, into in (("orbach2005", "gone2020"), ("stiehm2013", "fresh2020")):
        factories.make_reference(into)
        merge(key, into)
    retract("gone2020")
    factories.make_accepted(second, "cleo", now=LATER)
    assert [key for _, key, _ in carried(second)] == ["stiehm2013"]


def test_works_that_were_merged_in_a_circle_are_followed_once(first):
    second = sent(None, after=first)
    merge("orbach2005", "stiehm2013")
    merge("stiehm2013", "orbach2005")
    factories.make_accepted(second, "cleo", now=LATER)
    assert len(carried(second)) == 2
    one, other = (
        Reference.objects.filter(key__in=("orbach2005", "stiehm2013")).order_by("pk").values_list("pk", flat=True)
    )
    assert {pk: work.record for pk, work in current_works({one}).items()} == {one: other}


@pytest.mark.parametrize(("days", "rows"), [(364, 2), (365, 0)])
def test_verdict_past_the_shelf_life_of_the_risk_tier_is_not_carried(first, days, rows):
    assert len(carried(next_of(first, now=NOW + timedelta(days=days)))) == rows


def test_number_of_queries_does_not_depend_on_that_of_the_claims(db):
    factories.make_policy()
    counted = []
    for count in (1, 3, 30):
        cited = "; ".join(f"@{factories.make_reference(f'work{number}').key}" for number in range(3))
        text = "".join(f"- Statement {number} holds [{cited}].\n" for number in range(count))
        version = sent(text, slug=f"slug-{count}")
        review = factories.make_accepted(version)
        check_all(review)
        factories.sign(review, "request_changes")
        second = sent(None, after=factories.reread(version))
        with CaptureQueriesContext(connection) as queries:
            assert carried_again(second) == count * 3
        counted.append(len(queries))
    assert len(set(counted)) == 1


# --- what counts ------------------------------------------------------------------------------------------------------


def test_carried_verdict_that_lapses_during_the_round_comes_back(db):
    version = approved_under("one", "Pain is common [@orbach2005]. It is mild [@stiehm2013].\n")
    second = next_of(version)
    assert missing(second, now=LATER) == ["1 more approving signature"]
    retract("orbach2005")
    assert missing(second, now=LATER)[-1] == "a verdict on 1 claim"
    assert missing(second, now=NOW + timedelta(days=365))[-1] == "a verdict on 2 claims"
    assert CarriedCheck.objects.count() == 2


def test_shelf_life_is_that_of_the_policy_in_force_when_counted(db):
    second = next_of(approved_under("one", "Pain is common [@orbach2005].\n"))
    factories.make_policy(number=2, quorum=1, claim_checks="one", shelf_life_days=20)
    assert missing(second, now=LATER)[-1] == "a verdict on 1 claim"


def test_each_approver_needs_verdicts_of_their_own_under_every_new_or_carried(db, ben, cleo):
    version = approved_under("every", "Pain is common [@orbach2005]. It is mild [@stiehm2013].\n")
    second = sent("Pain is common [@orbach2005]. It is very mild [@stiehm2013].\n", after=version)
    mine, other = (factories.make_accepted(second, name, now=LATER) for name in ("ada", "ben"))
    assert missing(second, now=LATER)[-1] == "a verdict on 2 claims"
    check_all(mine, only={1}, now=LATER)
    check_all(other, only={1}, now=LATER)
    factories.sign(other, now=LATER)
    assert missing(second, now=LATER) == ["a verdict on 1 claim"]
    factories.sign(mine, now=LATER)
    assert missing(second, now=LATER) == ["a verdict on 1 claim"]  # Ada's own was carried over, Ben's is missing still
    reviews.withdraw_signature(review_id=other.pk, reason="I forgot one.", by=ben, now=LATER)
    assert factories.reread(second).state == State.UNDER_REVIEW
    check_all(other, now=LATER)
    factories.sign(other, now=LATER)
    assert factories.reread(second).state == State.APPROVED


def test_a_claim_is_checked_when_each_of_its_works_is_and_not_knowing_is_no_verdict(db):
    factories.make_policy(quorum=1, claim_checks="one")
    version = sent("Pain is common [@orbach2005; @stiehm2013].\n")
    review = factories.make_accepted(version)
    (claim,) = Claim.objects.filter(rendition__version=version)
    one, other = claim.references.order_by("pk")
    check(review, claim, work=one)
    check(review, claim, "could_not_check", work=other)
    review = factories.sign(review)
    assert missing(version) == ["a verdict on 1 claim"]
    second = factories.make_accepted(version, "ben")
    check(second, claim, "partly", work=other)
    factories.sign(second)
    assert factories.reread(version).state == State.APPROVED


def test_new_verdict_of_a_member_takes_the_place_of_their_carried_one(policy):
    version = sent()
    signed(version, verdict="contradicts", decision="request_changes")
    second = sent(None, after=factories.reread(version))
    mine = factories.make_accepted(second, now=LATER)
    lacking = "a ruling on, or another wording of, 2 claims that a reviewer found not supported"
    assert missing(second, now=LATER)[-1] == lacking
    check_all(mine, now=LATER)
    assert missing(second, now=LATER)[-1] == lacking  # a verdict speaks once its reviewer has signed
    factories.sign(mine, now=LATER)
    assert missing(second, now=LATER) == ["1 more approving signature"]


def test_nothing_is_carried_where_no_verdict_was_given(policy):
    version = sent()
    factories.sign(factories.make_accepted(version), "request_changes")
    second = next_of(factories.reread(version))
    assert (carried(second), ClaimCheck.objects.count()) == ([], 0)
    assert not LedgerEntry.objects.filter(action="carry_over").exists()
