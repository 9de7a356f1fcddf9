from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from articles.tasks import sweep_reader_mail
from config.celery import app
from editorial.mail import notices
from editorial.models import ApiToken, DeliveryEvent, Dispatch, Notice, StoredAnswer
from editorial.tasks import LOGINS_KEPT, purge_answers, purge_logins, purge_mail_log, sweep_notices, sweep_webhooks
from tests.support import factories
from tests.support.webhook_endpoints import make_endpoint


def test_purge_answers_old_and_young_forgets_the_old_only(wanda):
    now = timezone.now()
    for key, age in (("old", timedelta(days=8)), ("young", timedelta(days=6))):
        StoredAnswer.objects.create(user=wanda, key=key, fingerprint="0" * 64, status=200, answered_at=now - age)
    assert purge_answers() == 1
    assert list(StoredAnswer.objects.values_list("key", flat=True)) == ["young"]


def test_purge_logins_deletes_sessions_and_tokens_that_expired(wanda):
    now = timezone.now()
    for ahead in (timedelta(hours=-1), timedelta(hours=1)):
        Session.objects.create(session_key=f"key {ahead}", session_data="", expire_date=now + ahead)
        ApiToken.objects.create(user=wanda, expiry=ahead)
    assert purge_logins() == 2
    assert Session.objects.get().expire_date > now
    assert ApiToken.objects.get().expiry > now


def test_purge_logins_deletes_what_was_known_of_sessions_that_ended(wanda):
    now = timezone.now()
    for key, ahead in (("expired", timedelta(hours=-1)), ("live", timedelta(hours=1)), ("ended", None)):
        if ahead:
            Session.objects.create(session_key=key, session_data="", expire_date=now + ahead)
        wanda.account_sessions.create(session_key=key, begun_at=now, last_seen_at=now)
    purge_logins()
    assert wanda.account_sessions.get().session_key == "live"


@pytest.mark.django_db
def test_purge_logins_deletes_the_log_of_log_ins_after_a_year():
    for name, age in (("old", LOGINS_KEPT + timedelta(hours=1)), ("young", LOGINS_KEPT - timedelta(hours=1))):
        row = AccessLog.objects.create(username=name, user_agent="", ip_address="192.0.2.1", path_info="/")
        AccessLog.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - age)
    purge_logins()
    assert AccessLog.objects.get().username == "young"


@pytest.mark.parametrize(("state", "is_kept"), [({"sent_at": 1}, False), ({"dropped_at": 1}, False), ({}, True)])
def test_purge_mail_log_deletes_old_attempts_of_settled_notices(edith, settings, state, is_kept):
    now, settings.MAIL_LOG_KEPT_DAYS = timezone.now(), 30
    (notice,) = notices.owe(kind="x", recipients=[edith], subject="x:1", occasion="1", context={}, now=now)
    Notice.objects.filter(pk=notice).update(**dict.fromkeys(state, now))
    for age in (31, 29):
        DeliveryEvent.objects.create(notice_id=notice, what="failed", at=now - timedelta(days=age))
    assert purge_mail_log() == (0 if is_kept else 1)
    assert DeliveryEvent.objects.count() == (2 if is_kept else 1)
    assert Notice.objects.filter(pk=notice).exists()


@pytest.mark.parametrize("state", ["sent_at", "dropped_at", "abandoned_at"])
def test_purge_mail_log_empties_the_words_of_old_mail_that_is_settled(edith, settings, state):
    now, settings.MAIL_LOG_KEPT_DAYS = timezone.now(), 30
    told = {"kind": "x", "recipients": [edith], "subject": "x:1", "context": {"question": "Why?"}, "now": now}
    for age in (31, 29):
        (notice,) = notices.owe(occasion=str(age), **told)
        Notice.objects.filter(pk=notice).update(**{state: now - timedelta(days=age)})
    assert purge_mail_log() == (0 if state == "abandoned_at" else 1)
    kept = [notice.context for notice in Notice.objects.order_by("pk")]
    assert kept == [told["context"] if state == "abandoned_at" else {}, told["context"]]


def test_copy_of_a_site_sends_nothing_and_says_so(edith, settings, client, mailoutbox):
    make_endpoint(now=timezone.now())
    factories.make_policy()
    factories.make_submitted(now=timezone.now())
    settings.MAIL_AND_WEBHOOKS = False
    assert (sweep_notices(), sweep_webhooks(), sweep_reader_mail(), mailoutbox) == (0, 0, 0, [])
    assert Notice.objects.filter(sent_at=None, claimed_until=None).exists()
    assert Dispatch.objects.exists()
    client.force_login(edith)
    assert "This site sends no mail" in client.get(reverse("admin:editorial_notice_post_room")).text


def test_beat_asks_for_every_task_but_those_that_somebody_asks_for():
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    asked = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert ours - asked == {"articles.tasks.run_import"}
    assert asked - ours == set()
