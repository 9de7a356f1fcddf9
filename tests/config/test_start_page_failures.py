"""What could not be processed, on the start page of editors."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Question, Version
from editorial.models import Specialty, SweepFailure, SweepTask
from editorial.models.reminder_ladder import Consequence, Moment, ReminderRecipient
from editorial.record.sweeps import SubjectLockedError, Sweep
from reviews import reminders
from reviews.lifecycle import State
from reviews.models import Reminder, Review
from tests.support import factories
from tests.support.reminder_ladders import noon, step

pytestmark = pytest.mark.django_db


def lists(client, user):
    client.force_login(user)
    parts = client.get(reverse("admin:index")).context["parts"]
    return {entry.title: entry.items for part in parts for entry in part.lists}


def test_start_page_of_an_editor_names_articles_that_cannot_be_processed(client, edith):
    rung = step(Moment.ANSWER_DUE, 1, ReminderRecipient.EDITOR, consequence=Consequence.LAPSE)
    factories.make_policy(rungs=[rung])
    review, now = factories.make_review_at(State.INVITED), timezone.now()
    reminders.take_due_rungs(now=noon(review.respond_by, 1))
    version = review.version
    subjects = [(Version, version.pk), (Review, review.pk), (Reminder, Reminder.objects.get().pk)]
    subjects += [(type(version.article), version.article_id), (Specialty, 7)]
    for minutes, (model, pk) in enumerate(subjects):
        Sweep(SweepTask.FILL_SEATS, now=now - timedelta(minutes=30 - minutes)).fail(model, pk, ValueError())
    failed = lists(client, edith)["5 records could not be processed"]
    question = version.question
    assert [item.title for item in failed] == [question, question, question, version.article.slug, "Specialty 7"]
    assert [item.address for item in failed[1:3]] == [reverse("admin:reviews_review_change", args=[review.pk])] * 2
    failure = SweepFailure.objects.get(subject_type="editorial.specialty")
    assert failed[4].address == reverse("admin:editorial_sweepfailure_change", args=[failure.pk])
    assert "Error" in failed[0].state
    assert failed[0].note.startswith("Could not invite members for empty seats, since ")
    assert failed[0].note.endswith("; next try within minutes")


def test_lock_appears_on_the_start_page_when_it_was_met_three_times(client, edith):
    now = timezone.now()
    for minutes in (3, 2):
        Sweep(SweepTask.ERASE_ADDRESSES, now=now - timedelta(minutes=minutes)).fail(Question, 1, SubjectLockedError())
    assert not any("processed" in title for title in lists(client, edith))
    Sweep(SweepTask.ERASE_ADDRESSES, now=now).fail(Question, 1, SubjectLockedError())
    (item,) = lists(client, edith)["1 record could not be processed"]
    assert "Locked" in item.state
    assert re.search(r"; next try \d+\s\w+\s\d{4},\s\d\d:\d\d$", item.note)


def test_start_page_of_others_says_nothing_of_it(client, wanda):
    Sweep(SweepTask.FILL_SEATS, now=timezone.now()).fail(Version, 1, ValueError())
    assert not any("processed" in title for title in lists(client, wanda))


def test_list_of_failures_offers_the_tasks_that_have_some_and_only_locked_ones(edith, client):
    for task, is_lock in ((SweepTask.FILL_SEATS, True), (SweepTask.TAKE_RUNGS, False)):
        error = SubjectLockedError() if is_lock else KeyError()
        Sweep(task, now=timezone.now()).fail(Review, 1, error)
    client.force_login(edith)
    listed = reverse("admin:editorial_sweepfailure_changelist")
    page = client.get(listed)
    (by_task, _) = page.context["cl"].filter_specs
    assert [choice["display"] for choice in by_task.choices(page.context["cl"])] == [
        "All",
        "send the reminder",
        "invite members for empty seats",
    ]
    assert "By only locked" in page.text
    (found,) = client.get(listed, {"task": "fill_seats"}).context["cl"].queryset
    assert found.task == SweepTask.FILL_SEATS
