"""Taking a wording over, giving more time and reminding, by the buttons of the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from editorial.models import Notice
from reviews.lifecycle import State
from reviews.models import Comment, Review
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.proposals import make_draft_of, make_proposal

pytestmark = pytest.mark.django_db


def test_writer_sees_what_a_wording_changes_and_takes_it_over(client, wanda):
    comment = make_proposal("Immunoglobulin often causes back pain.")
    make_draft_of(comment)
    client.force_login(wanda)
    page = words(client.get(address(comment, "do", "take_over")))
    assert "often causes" in page
    assert "The passage cites orbach2005" in page
    assert do(client, wanda, comment, "take_over").status_code == 302
    assert Comment.objects.get().taken_over_by == wanda
    assert "Wanda Example" in words(client.get(address(comment)))


def test_wording_that_cannot_be_taken_over_says_why(client, wanda):
    comment = make_proposal()
    client.force_login(wanda)
    assert "There is no draft to take it over into." in words(client.get(address(comment)))
    answer = client.post(address(comment, "do", "take_over"))
    assert answer.status_code == 409
    assert "Revise the article first." in words(answer)


def test_wording_is_not_offered_to_the_editor(client, edith):
    comment = make_proposal()
    make_draft_of(comment)
    client.force_login(edith)
    assert "Only the writers of the article can use a proposed wording." in words(client.get(address(comment)))


def test_editor_gives_more_time_and_reminds(client, edith):
    review = factories.make_review_at(State.ACCEPTED, now=timezone.now())
    day = timezone.localdate() + timedelta(days=90)
    assert do(client, edith, review, "extend", due_at=day.isoformat(), reason="A holiday.").status_code == 302
    assert timezone.localtime(Review.objects.get().due_at).date() == day
    assert do(client, edith, review, "remind").status_code == 302
    assert Notice.objects.filter(kind="review_reminder").count() == 1


def test_editor_who_gives_less_time_is_told_at_the_field(client, edith):
    review = factories.make_review_at(State.ACCEPTED, now=timezone.now())
    answer = do(client, edith, review, "extend", due_at=timezone.localdate().isoformat(), reason="Hurry.")
    assert answer.status_code == 422
    assert "has to be later than the present one" in words(answer)
