"""Due dates put off and called to mind."""

from datetime import timedelta

import pytest

from editorial.exceptions import Conflict, InvalidTransition, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice
from reviews.actions import extend, remind
from reviews.lifecycle import State
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def put_off(review, by, *, due_at, reason="On leave."):
    return extend(review_id=review.pk, due_at=due_at, reason=reason, by=by, now=NOW)


def test_due_date_of_an_accepted_review_is_put_off(edith):
    review = factories.make_review_at(State.ACCEPTED)
    later = put_off(review, edith, due_at=review.due_at + WEEK)
    assert later.due_at == review.due_at + WEEK
    assert later.respond_by == review.respond_by
    assert later.history.latest().history_change_reason == "On leave."
    notice = Notice.objects.get(kind="review_extended")
    assert (notice.recipient, notice.context["reason"]) == (review.member.user, "On leave.")
    assert LedgerEntry.objects.filter(action="review.extend").count() == 1


def test_answer_date_of_an_invitation_is_put_off_and_the_review_with_it(edith):
    review = factories.make_review_at(State.INVITED)
    later = put_off(review, edith, due_at=review.respond_by + WEEK)
    assert (later.respond_by, later.due_at) == (review.respond_by + WEEK, review.due_at + WEEK)


@pytest.mark.parametrize(("days", "code"), [(0, "not_later"), (-1, "not_later"), (400, "too_far")])
def test_date_that_does_not_do_is_refused_at_its_field(days, code, edith):
    review = factories.make_review_at(State.ACCEPTED)
    with pytest.raises(Unacceptable) as refused:
        put_off(review, edith, due_at=review.due_at + timedelta(days=days))
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/due_at", code)]


def test_putting_off_without_a_reason_is_refused(edith):
    review = factories.make_review_at(State.ACCEPTED)
    with pytest.raises(Unacceptable):
        put_off(review, edith, due_at=review.due_at + WEEK, reason=" ")


def test_putting_off_by_the_member_is_not_permitted():
    review = factories.make_review_at(State.ACCEPTED)
    with pytest.raises(NotPermitted):
        put_off(review, review.member.user, due_at=review.due_at + WEEK)


def test_signed_review_is_neither_put_off_nor_reminded(edith):
    review = factories.make_review_at(State.SIGNED)
    with pytest.raises(InvalidTransition):
        put_off(review, edith, due_at=review.due_at + WEEK)
    with pytest.raises(InvalidTransition):
        remind(review_id=review.pk, by=edith, now=NOW)


def test_member_is_reminded_once_a_day(edith):
    review = factories.make_review_at(State.ACCEPTED)
    remind(review_id=review.pk, by=edith, now=NOW)
    with pytest.raises(Conflict):
        remind(review_id=review.pk, by=edith, now=NOW + timedelta(hours=1))
    remind(review_id=review.pk, by=edith, now=NOW + timedelta(days=1))
    assert Notice.objects.filter(kind="review_reminder", recipient=review.member.user).count() == 2
    assert LedgerEntry.objects.filter(action="review.remind").count() == 2


def test_reminding_by_the_member_is_not_permitted():
    review = factories.make_review_at(State.INVITED)
    with pytest.raises(NotPermitted):
        remind(review_id=review.pk, by=review.member.user, now=NOW)
