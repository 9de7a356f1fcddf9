"""What front-ends are told of: each change that readers can see, once, and nothing else."""

import gzip
import json
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from articles import actions
from articles.lifecycle import State
from articles.models import Document, Version
from articles.published.document_cache import mark_all
from articles.published.visible_version import shown_among
from articles.published.webhook_events import WebhookEvent
from articles.tasks import tell_of_lapses
from articles.transitions import lock
from editorial.exceptions import NotPermitted
from editorial.models import Audience, Message, User
from editorial.webhooks.retention import purge
from reviews import actions as reviews
from tests.support import factories
from tests.support.factories import NOW, make_policy, make_user
from tests.support.readers import LAPSE, SLUG, resubmit, revise
from tests.support.retraction_lists import make_list

pytestmark = pytest.mark.django_db

WHY = {"now": NOW, "reason": "For the test."}


def told():
    """Event, version and status of every message about articles so far, in order."""
    bodies = [json.loads(message.body) for message in Message.objects.order_by("pk")]
    return [(one["type"].removeprefix("article."), one["data"]["version"], one["data"]["status"]) for one in bodies]


def edith():
    return make_user("edith", is_editor=True)


def test_way_to_an_approval_is_told_step_by_step(policy):
    version = factories.make_approved()
    assert told() == [
        ("submitted", 1, "submitted"),
        ("under_review", 1, "under_review"),
        ("approved", 1, "approved"),
    ]
    message = json.loads(Message.objects.latest("pk").body)
    assert message == {
        "type": "article.approved",
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {
            "slug": SLUG,
            "version": 1,
            "digest": version.digest,
            "url": f"http://127.0.0.1:8000/api/v1/articles/{SLUG}/",
            "html": f"http://127.0.0.1:8000/articles/{SLUG}/",
            "status": "approved",
        },
    }


def test_address_in_a_message_tells_what_the_message_says(policy):
    factories.make_version_at(State.SUSPENDED)
    data = json.loads(Message.objects.latest("pk").body)["data"]
    shown = APIClient().get(data["url"].removeprefix("http://127.0.0.1:8000")).json()
    assert {name: shown[name] for name in ("slug", "version", "digest")} == {
        name: data[name] for name in ("slug", "version", "digest")
    }
    assert shown["review"]["status"] == data["status"] == "under_review"


def test_suspension_reinstatement_and_retraction_are_told(policy):
    version = factories.make_version_at(State.SUSPENDED)
    actions.reinstate(version_id=version.pk, by=edith(), **WHY)
    actions.retract(version_id=version.pk, by=edith(), **WHY)
    assert told()[3:] == [
        ("suspended", 1, "under_review"),
        ("reinstated", 1, "approved"),
        ("retracted", 1, "retracted"),
    ]


def test_changes_that_were_requested_are_told_as_an_update(policy):
    factories.make_version_at(State.CHANGES_REQUESTED)
    assert told()[-1] == ("updated", 1, "under_review")


@pytest.mark.parametrize("verb", [reviews.withdraw, reviews.reject])
def test_text_that_vanishes_is_told_with_nothing_shown(policy, verb):
    version = factories.make_submitted()
    verb(version_id=version.pk, by=edith(), **WHY)
    assert told() == [("submitted", 1, "submitted"), ("withdrawn", 1, None)]
    assert APIClient().get(f"/api/v1/articles/{SLUG}/").status_code == 404


def test_newer_version_behind_an_approved_one_is_told_when_it_is_approved_and_not_before(policy):
    newer = resubmit(factories.make_approved())
    factories.approve(newer)
    assert told()[3:] == [("approved", 2, "approved")]


def test_newer_version_behind_an_approved_one_that_is_withdrawn_is_never_told(policy):
    newer = resubmit(factories.make_approved())
    reviews.withdraw(version_id=newer.pk, by=edith(), **WHY)
    assert len(told()) == 3


def test_revision_that_is_withdrawn_gives_readers_back_the_text_before(policy):
    newer = resubmit(factories.make_version_at(State.CHANGES_REQUESTED))
    reviews.withdraw(version_id=newer.pk, by=edith(), **WHY)
    assert told()[-2:] == [("submitted", 2, "submitted"), ("updated", 1, "under_review")]


def test_draft_is_never_told(policy):
    revise(factories.make_submitted())
    assert told() == [("submitted", 1, "submitted")]


def test_pending_text_that_the_policy_hides_is_told_when_it_is_approved(db):
    make_policy(show_pending=False)
    version = factories.make_submitted()
    reviews.withdraw(version_id=version.pk, by=edith(), **WHY)
    assert told() == []
    factories.approve(resubmit(version))
    assert told() == [("approved", 2, "approved")]


def test_nothing_is_shown_while_no_policy_makes_anything_public(policy):
    version = factories.make_submitted()
    assert shown_among([version], policy=policy, at=NOW)
    assert shown_among([version], policy=None, at=NOW) is None


# --- beside the versions ---------------------------------------------------------------------------------------------


def write(*, now=NOW):
    return actions.write_documents(by=User.objects.system(), now=now, limit=100)


def new_words(before):
    return [one for one in told_whole()[before:] if one["type"] != "site.updated"]


def told_whole():
    return [json.loads(message.body) for message in Message.objects.order_by("pk")]


def test_text_that_is_written_for_the_first_time_or_says_what_it_said_is_not_told(policy):
    factories.make_approved()
    before = len(told_whole())
    assert write() == 1
    mark_all()
    assert write() == 1
    assert new_words(before) == []


def test_what_the_list_of_retractions_says_of_a_cited_work_is_told_for_texts_that_are_shown(policy):
    factories.make_reference("orbach2005", DOI="10.1000/1")
    factories.make_version_at(State.RETRACTED, "retracted")
    factories.make_draft("draft")
    factories.make_approved("approved")
    write()
    before = len(told_whole())
    make_list()
    actions.look_up_works(by=edith(), now=NOW)
    write()
    assert [(one["type"], one["data"]["slug"]) for one in new_words(before)] == [("article.updated", "approved")]
    actions.look_up_works(by=edith(), now=NOW)
    write()
    assert len(new_words(before)) == 1


def test_disclaimer_that_changes_to_and_fro_is_told_each_time(policy):
    factories.make_approved()
    write()
    before = len(told_whole())
    for disclaimer in ("Ask your doctor.", "Ask your nurse.", "Ask your doctor."):
        audience = Audience.objects.get(code="professional")
        audience.disclaimer = disclaimer
        audience.record(by=edith(), now=NOW)
        write()
    assert [one["type"] for one in new_words(before)] == ["article.updated"] * 3


def test_approval_is_not_told_again_as_an_update_when_it_is_written(policy):
    version = factories.make_submitted()
    write()
    factories.approve(version)
    before = len(told_whole())
    assert write() == 1
    assert new_words(before) == []


def test_document_of_former_code_that_tells_no_standing_is_replaced_without_a_word(policy):
    factories.make_approved()
    write()
    former = Document.objects.get()
    words = json.loads(gzip.decompress(former.gzipped))
    del words["review"]["standing"]
    former.gzipped, former.etag = gzip.compress(json.dumps(words).encode()), '"former"'
    former.save()
    before = len(told_whole())
    mark_all()
    write()
    assert new_words(before) == []


def test_policy_is_told_once_for_all_texts_when_it_comes_into_force(policy):
    for slug in ("one", "two"):
        factories.make_approved(slug)
    write()
    before = len(told_whole())
    tomorrow = NOW + timedelta(days=1)
    factories.make_policy(number=2, in_force_from=tomorrow, caution="Beware.")
    assert write() == 0
    assert write(now=tomorrow) == 2
    assert [(one["type"], one["data"]) for one in told_whole()[before:]] == [
        (
            "site.updated",
            {"url": "http://127.0.0.1:8000/api/v1/articles/", "html": "http://127.0.0.1:8000/"},
        )
    ]
    mark_all()
    write(now=tomorrow)
    assert len(told_whole()) == before + 1


def test_nothing_is_told_of_what_is_written_while_no_policy_makes_anything_public(policy):
    factories.make_submitted()
    before = len(told_whole())
    assert write(now=policy.in_force_from - timedelta(days=1)) == 1
    assert len(told_whole()) == before


def test_only_the_house_itself_writes_what_readers_are_told(policy):
    with pytest.raises(NotPermitted, match="Only the system"):
        actions.write_documents(by=edith(), now=NOW, limit=1)


# --- the clock ------------------------------------------------------------------------------------------------------


def lapse(*, now=LAPSE):
    return actions.tell_of_lapses(by=User.objects.system(), now=now)


def test_lapse_is_told_once_however_often_it_is_swept(policy):
    version = factories.make_approved()
    assert lapse(now=LAPSE - timedelta(seconds=1)) == []
    assert [found.pk for found in lapse()] == [version.pk]
    assert lapse() == lapse(now=LAPSE + timedelta(days=9)) == []
    assert told()[3:] == [("lapsed", 1, "under_review")]
    assert Message.objects.latest("pk").occurred_at == LAPSE


def test_lapse_and_policy_are_not_told_again_when_what_was_told_is_forgotten(policy):
    factories.make_approved()
    write()
    assert len(lapse()) == 1
    for late in (LAPSE + timedelta(days=99), LAPSE + timedelta(days=999)):
        purge(before=late, limit=100)
        assert [one["type"] for one in told_whole()] == ["site.updated", "article.lapsed"]
        mark_all()
        assert (write(now=late), lapse(now=late)) == (1, [])


def test_lapse_after_a_reinstatement_is_not_told_as_an_approval_that_counts(policy):
    version = factories.make_version_at(State.SUSPENDED)
    late = {"by": edith(), "now": LAPSE, "reason": "For the test."}
    assert lapse() == []
    actions.reinstate(version_id=version.pk, **late)
    assert told()[-1] == ("updated", 1, "under_review")
    assert len(lapse()) == 1
    actions.suspend(version_id=version.pk, **late)
    actions.reinstate(version_id=version.pk, **late)
    assert lapse() == []
    assert [event for event, _, _ in told()].count("lapsed") == 1


def test_lapse_of_each_approval_is_told(policy):
    factories.make_approved()
    lapse()
    factories.approve(resubmit(Version.objects.get()), now=NOW + timedelta(days=400))
    lapse(now=NOW + timedelta(days=800))
    assert told()[3:] == [
        ("lapsed", 1, "under_review"),
        ("approved", 2, "approved"),
        ("lapsed", 2, "under_review"),
    ]


def test_lapse_of_one_that_was_suspended_between_search_and_lock_is_not_told(policy, monkeypatch):
    """The search found it; by the time its article is locked, somebody has suspended it."""
    version = factories.make_approved()

    def suspended_meanwhile(version_id):
        actions.suspend(version_id=version_id, by=edith(), now=LAPSE, reason="For the test.")
        return lock(version_id)

    monkeypatch.setattr("articles.actions.lapses.lock", suspended_meanwhile)
    assert lapse() == []
    assert told()[-1] == ("suspended", version.number, "under_review")


def test_only_the_house_tells_of_lapses(policy, edith):
    with pytest.raises(NotPermitted):
        actions.tell_of_lapses(by=edith, now=NOW)


def test_task_tells_of_what_lapsed_by_now(policy):
    make_policy(number=2, shelf_life_days=1)
    factories.make_approved()
    assert (tell_of_lapses(), tell_of_lapses()) == (1, 0)


def test_every_event_can_be_chosen_and_is_explained():
    assert {event.value.removeprefix("article.") for event in WebhookEvent} == {
        *("submitted", "under_review", "approved", "updated", "suspended"),
        *("reinstated", "lapsed", "retracted", "withdrawn", "site.updated"),
    }
    assert all(event.label for event in WebhookEvent)
