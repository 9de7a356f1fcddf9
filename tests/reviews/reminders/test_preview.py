"""What a ladder will tell, or would have told, on its page."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from editorial.actions import draft_next_policy
from editorial.models.reminder_ladder import Consequence, Moment, OffsetUnit, ReminderRecipient
from reviews import reminders
from reviews.lifecycle import State
from tests.admin.test_flow import words
from tests.support import factories
from tests.support.factories import NOW
from tests.support.reminder_ladders import noon, step

pytestmark = pytest.mark.django_db

MEMBER, EDITOR = ReminderRecipient.MEMBER, ReminderRecipient.EDITOR
RUNGS = [
    step(Moment.ANSWER_DUE, -2, MEMBER, unit=OffsetUnit.WORKING_DAYS, text="Please answer on $about, due $days."),
    step(Moment.ANSWER_DUE, 1, EDITOR, consequence=Consequence.NEXT_MEMBER, text="$member is late on $about."),
    step(Moment.ANSWER_DUE, -30, MEMBER, text="Long before."),
]
MONTH = timedelta(days=30)


@pytest.fixture
def policy():
    return factories.make_policy(rungs=RUNGS)


def told(policy, first, last, *, now=NOW):
    return [
        (one.day, one.words) for one in reminders.preview_reminders(policy, first=first, last=last, now=now, limit=9)
    ]


def test_preview_tells_each_rung_on_its_day_and_nothing_that_had_passed(policy):
    review = factories.make_review_at(State.INVITED)
    due = review.respond_by.date()
    expected = [
        (due - timedelta(days=4), "Please answer on Can IVIG cause back pain?, due in 4 days."),
        (due + timedelta(days=1), "Ada Example is late on Can IVIG cause back pain?."),
    ]
    assert told(policy, NOW.date(), NOW.date() + MONTH) == expected
    assert told(policy, expected[1][0], expected[1][0]) == expected[1:]
    assert told(policy, expected[1][0] + timedelta(days=1), NOW.date() + MONTH) == []


def test_preview_names_the_member_who_is_told(policy):
    factories.make_review_at(State.INVITED)
    month = {"first": NOW.date(), "last": NOW.date() + MONTH, "now": NOW, "limit": 9}
    assert [one.whom for one in reminders.preview_reminders(policy, **month)] == ["Ada Example", "the editors"]


def test_preview_is_what_the_sweep_then_takes(policy):
    review = factories.make_review_at(State.INVITED)
    foretold = told(policy, NOW.date(), NOW.date() + MONTH)
    taken = [reminders.take_due_rungs(now=noon(NOW, days)) for days in range(31)]
    assert sum(taken) - 1 == len(foretold)  # one had passed
    assert [day for day in range(31) if taken[day]] == [0, *((day - NOW.date()).days for day, _words in foretold)]
    assert review.respond_by > NOW


def test_page_shows_the_next_and_the_last_month_to_who_reads_the_record(policy, client, edith):
    factories.make_review_at(State.INVITED)
    client.force_login(edith)
    page = reverse("admin:editorial_editorialpolicy_ladder", args=[policy.pk])
    with time_machine.travel(NOW, tick=False):
        ahead, before = words(client.get(page)), words(client.get(page, {"span": "before"}))
    assert "Ada Example is late on Can IVIG cause back pain?. the review lapses and the next member is invited" in ahead
    assert "There are no reminders on these days." in before
    with time_machine.travel(NOW + MONTH, tick=False):
        assert "Ada Example is late" in words(client.get(page, {"span": "before"}))
    assert page in client.get(reverse("admin:editorial_editorialpolicy_change", args=[policy.pk])).content.decode()


def test_page_of_a_draft_is_for_who_may_see_the_draft(policy, client, edith, ada):
    draft = draft_next_policy(by=edith, now=NOW)
    page = reverse("admin:editorial_editorialpolicy_ladder", args=[draft.pk])
    client.force_login(edith)
    assert client.get(page).status_code == 200
    client.force_login(ada)
    assert client.get(page).status_code in (302, 404)
    client.force_login(factories.make_user("reader"))
    assert client.get(page).status_code in (302, 403, 404)


def test_long_preview_is_shown_in_pages_with_the_same_number_of_queries(
    policy, client, edith, django_assert_max_num_queries
):
    for number in range(30):
        factories.make_invitation(factories.make_submitted(f"article-{number}"))
    client.force_login(edith)
    page = reverse("admin:editorial_editorialpolicy_ladder", args=[policy.pk])
    with time_machine.travel(NOW, tick=False), django_assert_max_num_queries(16):
        assert "Page 2 of 2" in words(client.get(page, {"page": "2"}))
