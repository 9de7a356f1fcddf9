"""The claims on the page of a review, and an editor's ruling by button."""

import pytest

from articles.lifecycle import State
from reviews.models import ClaimCheck, Ruling
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import check, check_all, claims_of, sent, signed

pytestmark = pytest.mark.django_db

FIRST = "Pain is common [@orbach2005]. Rash is mild [@stiehm2013].\n"
REWORDED = "Rash is mild [@stiehm2013]. Pain is very common [@orbach2005].\n"


@pytest.fixture
def first(db):
    """Approved by Ada and Ben, who each checked both claims."""
    factories.make_policy(claim_checks="one")
    version = sent(FIRST)
    for username in ("ada", "ben"):
        signed(version, username)
    return factories.reread(version)


@pytest.fixture
def contested(policy) -> ClaimCheck:
    review = signed(sent(), verdict="contradicts", decision="request_changes")
    return review.claim_checks.select_related("review__version").order_by("pk")[0]


def page(client, user, record):
    client.force_login(user)
    return words(client.get(address(record)))


def test_review_page_begins_with_what_changed_and_folds_what_was_carried_over(first, ada, client):
    review = factories.make_accepted(sent(REWORDED, after=first))
    shown = page(client, ada, review)
    assert "1 of 2 claims to check. 0 checked in this review, 1 carried over." in shown
    assert "Changed since Ada Example signed version 1: 1." in shown
    assert "Changed since you signed Before: Pain is common." in shown
    assert "<ins>very </ins>" in client.get(address(review)).content.decode()
    assert "1 claim with verdicts carried over from earlier versions" in shown
    assert "Give your own verdict" in shown
    assert "Ben Example, MD, PhD, 2 Mar 2026, on version 1" in shown
    assert shown.index("Before: Pain is common.") < shown.index("1 claim with verdicts")


def test_review_page_says_that_the_words_are_the_same_where_only_the_work_changed(first, ada, wanda, client):
    work = claims_of(first)[0].references.get()
    factories.articles.keep_reference(csl={**work.csl, "title": "Another"}, reference=work, by=wanda, now=NOW)
    review = factories.make_accepted(sent(None, after=first))
    assert "The words are the same; a work cited here is another one." in page(client, ada, review)


def test_review_page_asks_to_look_again_where_the_context_changed(policy, client):
    second = sent("## Harms\n\nRash is mild [@stiehm2013].\n", after=factories.reread(review_of_one().version))
    review = factories.make_accepted(second)
    shown = page(client, review.member.user, review)
    assert "0 of 1 claim to check, 1 to check again." in shown
    assert "Context changed: check again" in shown
    assert "Then Under the heading: Benefits Now Under the heading: Harms" in shown


def test_claim_page_says_in_what_context_the_claim_stands(policy, edith, client):
    (claim,) = claims_of(review_of_one().version)
    assert "Under the heading: Benefits" in page(client, edith, claim)


def review_of_one():
    return signed(sent("## Benefits\n\nRash is mild [@stiehm2013].\n"), decision="request_changes")


def test_review_page_says_when_nothing_is_left_to_check(first, cleo, client):
    review = factories.make_accepted(sent(None, after=first), "cleo")
    shown = page(client, cleo, review)
    assert "0 of 2 claims to check." in shown
    assert "Nothing is left to check" in shown
    assert "Changed since" not in shown


def test_review_page_shows_ones_own_verdict_and_links_each_claim_to_its_place_at_the_desk(first, ada, client):
    review = factories.make_accepted(sent(REWORDED, after=first))
    folded, changed = claims_of(review.version)
    check(review, changed, "contradicts", quote="in 40 %")
    shown = page(client, ada, review)
    assert "Contradicts Ada Example, MD, PhD, 2 Mar 2026 in 40 %" in shown
    assert "Check at the desk : Pain is very common." in shown
    assert "Give your own verdict : Rash is mild." in shown
    source = client.get(address(review)).content.decode()
    desk = address(review, "desk")
    for claim in (folded, changed):
        assert f'href="{desk}?claim={claim.pk}#evidence-{claim.pk}"' in source
        assert f'id="evidence-{claim.pk}"' in client.get(desk).content.decode()
    assert f'href="{desk}#passages"' in source
    assert "<form" not in source.split('id="claims"')[1].split("</main>")[0]


def test_review_page_links_nobody_else_to_the_desk(first, edith, client):
    review = factories.make_accepted(sent(REWORDED, after=first))
    shown = page(client, edith, review)
    assert "Not checked" in shown
    assert f'href="{address(review, "desk")}' not in client.get(address(review)).content.decode()
    assert "at the desk" not in shown


@pytest.mark.parametrize("verb", ["comment", "check_claim"])
def test_comments_and_verdicts_are_given_at_the_desk_only(policy, ada, client, verb):
    review = factories.make_accepted(sent())
    client.force_login(ada)
    assert client.get(address(review, "do", verb)).status_code == 404
    assert client.post(address(review, "do", verb), {"text": "Late."}).status_code == 404


def test_editor_finds_what_blocks_rules_on_it_and_the_page_says_so(contested, edith, client):
    review = contested.review
    assert "Blocking 2 not supported, and not ruled on." in page(client, edith, review)
    assert f'href="{address(contested)}"' in client.get(address(review)).content.decode()
    assert "None yet" in page(client, edith, contested)
    done = do(client, edith, contested, "rule", reason="The trial was small.")
    assert done["Location"] == address(contested)
    assert (Ruling.objects.get().ruled_by, Ruling.objects.get().reason) == (edith, "The trial was small.")
    assert "Edith Example overruled the verdict: The trial was small." in page(client, edith, review)
    assert "The trial was small." in page(client, edith, contested)
    assert "The verdict was ruled on or withdrawn already." in page(client, edith, contested)


def test_carried_negative_verdict_is_not_folded(contested, cleo, client):
    version = contested.review.version
    assert factories.reread(version).state == State.CHANGES_REQUESTED
    review = factories.make_accepted(sent(None, after=version), "cleo")
    shown = page(client, cleo, review)
    assert "Blocks an approval" in shown
    assert "verdicts carried over from earlier versions" not in shown


def test_lapsed_verdict_says_why_it_no_longer_counts(db, cleo, client):
    factories.make_policy(shelf_life_days=1)
    first = sent()
    signed(first, decision="request_changes")
    review = factories.make_accepted(sent(None, after=factories.reread(first)), "cleo")
    assert "no longer counts, since its shelf life is over" in page(client, cleo, review)


def test_ruling_is_offered_to_editors_only_and_where_a_verdict_is_negative(contested, edith, wanda, root, client):
    refusal = "Only editors rule on a verdict."
    assert "Overrule the verdict" in page(client, edith, contested)
    assert refusal in page(client, root, contested)
    assert "Overrule the verdict" not in page(client, wanda, contested)
    fine = signed(sent(slug="another"), "ben").claim_checks.order_by("pk")[0]
    assert "Overrule the verdict" not in page(client, edith, fine)


def test_verdicts_of_colleagues_in_this_round_show_on_the_page_after_signing(policy, ada, ben, client):
    version = sent()
    mine, other = factories.make_accepted(version), factories.make_accepted(version, "ben")
    check(other, claims_of(version)[0], note="ZZNOTEZZ")
    factories.sign(other, "request_changes")
    assert "ZZNOTEZZ" not in page(client, ada, mine)
    check_all(mine)
    factories.sign(mine, "request_changes")
    assert "ZZNOTEZZ" in page(client, ada, mine)
