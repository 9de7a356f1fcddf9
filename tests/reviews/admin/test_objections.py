"""Open objections on the desk, the sign page and the editor's page, and the buttons that end them."""

import pytest
from django.urls import reverse

from articles.lifecycle import State
from reviews import actions
from reviews.models import AcceptedChange, ClaimCheck, Comment, Review
from tests.admin.test_flow import address, do, words
from tests.reviews.desk.test_objections import REWORDED, object_to
from tests.reviews.desk.test_unsigned_work import cancel
from tests.support import factories
from tests.support.verdicts import check, claims_of, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def objected(policy) -> Review:
    """Ada blocks a passage of the first claim, finds it contradicted, and is called off."""
    review = factories.make_accepted(sent())
    object_to(review)
    check(
        review, claims_of(review.version)[0], "contradicts", note="It says the opposite.", locator="p. 3", quote="No."
    )
    cancel(review)
    factories.sign(factories.make_accepted(review.version, "ben"), "request_changes")
    return review


def desk(review: Review) -> str:
    return reverse("admin:reviews_review_desk", args=[review.pk])


def sign_page(review: Review) -> str:
    return reverse("admin:reviews_review_do", args=[review.pk, "sign"])


def page(client, user, url: str) -> str:
    client.force_login(user)
    return words(client.get(url))


def test_unchanged_objections_lie_at_the_top_of_desk_sign_page_and_editors_page(objected, cleo, edith, client):
    second = sent(None, after=factories.reread(objected.version))
    mine = factories.make_accepted(second, "cleo")
    for user, url in ((cleo, desk(mine)), (cleo, sign_page(mine)), (edith, address(second))):
        shown = page(client, user, url)
        assert "Open objections" in shown
        assert "Ada Example , on version 1, 2 Mar 2026 Blocking comment Unsigned Words unchanged" in shown
        assert "Contradicts Unsigned Words unchanged" in shown
        assert "It says the opposite." in shown
        assert "The change answers this" not in shown
    assert "0 of 2 checked, 2 blocking" in page(client, cleo, desk(mine))


def test_page_of_a_rejected_version_lists_no_open_objections(objected, edith, client):
    second = sent(None, after=factories.reread(objected.version))
    assert "Open objections" in page(client, edith, address(second))
    actions.reject(version_id=second.pk, reason="Not for us.", by=edith, now=factories.NOW)
    assert "Open objections" not in page(client, edith, address(second))


def test_reviewer_accepts_the_change_from_the_desk(objected, cleo, client):
    second = sent(REWORDED, after=factories.reread(objected.version))
    mine = factories.make_accepted(second, "cleo")
    shown = page(client, cleo, desk(mine))
    assert "Words changed" in shown
    assert "Then: Pain is common . Now: Pain is rare ." in shown
    comment, found = Comment.objects.get(is_blocking=True), ClaimCheck.objects.get()
    for record in (comment, found):
        answer = do(client, cleo, record, "accept_change", reason="Better.")
        assert answer.status_code == 302
        assert answer.url == desk(mine)
    assert AcceptedChange.objects.count() == 2
    assert "Open objections of earlier rounds" not in page(client, cleo, desk(mine))
    assert "The change answers this" not in page(client, cleo, address(comment))


def test_objection_of_which_nothing_is_left_says_so(objected, cleo, client):
    second = sent("It is mild [@stiehm2013].\n", after=factories.reread(objected.version))
    mine = factories.make_accepted(second, "cleo")
    assert "This version has no similar claim." in page(client, cleo, desk(mine))


def test_draft_lists_objections_without_saying_where_they_stand(objected, wanda, client):
    version = factories.reread(objected.version)
    draft = factories.articles.revise(version_id=version.pk, by=wanda, now=factories.NOW)
    shown = page(client, wanda, address(draft))
    assert "Open objections (1)" in shown
    assert "Open comments on version 1" in shown
    assert "Words unchanged" not in shown


def test_editor_gives_a_reason_for_a_ruling_and_an_author_needs_none(objected, edith, ada, cleo, client):
    blocking = Comment.objects.get(is_blocking=True)
    answer = do(client, edith, blocking, "resolve", reason="")
    assert "This field is required" in words(answer)
    do(client, edith, blocking, "resolve", reason="The label says so.")
    shown = page(client, edith, address(blocking))
    assert "ruled on by an editor: The label says so." in shown
    do(client, ada, ClaimCheck.objects.get(), "withdraw", reason="")
    second = sent(None, after=factories.reread(objected.version))
    mine = factories.make_accepted(second, "cleo")
    shown = page(client, cleo, desk(mine))
    assert "2 objections ended, with by whom and why" in shown
    assert "The label says so." in shown
    assert "Withdrawn by its reviewer" in shown


def test_open_verdict_is_withdrawn_at_the_desk_only(policy, ada, client):
    review = factories.make_accepted(sent())
    found = check(review, claims_of(review.version)[0], "contradicts")
    assert "Your review is open: give another verdict at the desk." in page(client, ada, address(found))


def test_comment_that_was_resolved_long_ago_says_by_whom(objected, edith, client):
    blocking = Comment.objects.get(is_blocking=True)
    blocking.resolved_at, blocking.resolved_by = factories.NOW, edith
    blocking.record(by=edith, now=factories.NOW, reason="resolved")
    assert "2 Mar 2026" in page(client, edith, address(blocking))
    assert "Edith Example" in page(client, edith, address(blocking))


def test_member_is_asked_what_becomes_of_unsigned_work(objected, ada, client):
    shown = page(client, ada, reverse("admin:reviews_review_do", args=[objected.pk, "hand_over"]))
    assert "In this review you wrote 1 comment and 1 verdict." in shown
    do(client, ada, objected, "hand_over", handed_over="yes")
    assert Review.objects.get(pk=objected.pk).handed_over is True
    assert factories.reread(objected.version).state == State.CHANGES_REQUESTED
