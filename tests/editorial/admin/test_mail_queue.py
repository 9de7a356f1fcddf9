"""The post room: what it shows, and who has dead letters tried again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from editorial.exceptions import NotPermitted
from editorial.mail import notices
from editorial.models import Notice
from editorial.tasks import sweep_notices

ROOM = reverse("admin:editorial_notice_post_room")
CONTEXT = {"question": "Why?", "number": 1, "path": "/x/", "by": "Wanda", "reason": ""}


def dead(user, kind="submitted", occasion="1"):
    """A dead letter to ``user``."""
    now = timezone.now() - timedelta(days=3)
    owed = {"kind": kind, "recipients": [user], "subject": "version:1", "occasion": occasion, "context": CONTEXT}
    (pk,) = notices.owe(now=now, **owed)
    Notice.objects.filter(pk=pk).update(abandoned_at=now, attempts=7, last_error="SMTPRecipientsRefused: no")
    return Notice.objects.get(pk=pk)


def test_owing_again_what_is_owed_writes_nothing_and_says_so(db, edith, wanda):
    now, owed = timezone.now(), {"kind": "submitted", "subject": "version:1", "occasion": "1", "context": CONTEXT}
    assert len(notices.owe(recipients=[edith], now=now, **owed)) == 1
    assert notices.owe(recipients=[edith], now=now, **owed) == []
    (new,) = notices.owe(recipients=[edith, wanda], now=now, **owed)
    assert Notice.objects.get(pk=new).recipient == wanda
    assert notices.owe(recipients=[], now=now, **owed) == []


def test_dead_letters_of_a_kind_are_owed_again_as_new_and_sent(client, edith):
    letters = [dead(edith), dead(edith, occasion="2"), dead(edith, "approved")]
    client.force_login(edith)
    shown = client.get(ROOM, {"kind": "submitted"})
    assert "Try all 2 of this kind again" in shown.text
    assert list(shown.context["dead"]) == [letters[1], letters[0]]
    response = client.post(f"{ROOM}?kind=submitted", follow=True)
    assert "2 mails will be tried again." in response.text
    assert sweep_notices() == 2
    assert len(mail.outbox) == 2
    assert Notice.objects.dead().get() == letters[2]
    (event,) = letters[0].events.all()
    assert (event.by, str(event)) == (edith, "Queued again")


def test_one_dead_letter_is_tried_again_from_the_room_or_its_page(client, root, edith):
    first, second, third = (dead(edith, occasion=str(number)) for number in range(3))
    client.force_login(root)
    assert "1 mail will be tried again." in client.post(ROOM, {"notice": first.pk}, follow=True).text
    assert "There was no failed mail left to send again." in client.post(ROOM, {"notice": first.pk}, follow=True).text
    page = reverse("admin:editorial_notice_change", args=[second.pk])
    again = reverse("admin:editorial_notice_do", args=[second.pk, "try-again"])
    assert "No attempt failed." in client.get(page).text
    assert "back in the queue" in client.post(again, follow=True).text
    assert client.get(again, follow=True).redirect_chain
    assert "Queued again (Root Example)" in client.get(page).text
    assert Notice.objects.dead().get() == third
    assert client.post(ROOM, {"notice": "x"}).status_code == 404


def test_post_room_with_a_late_mail_says_so_and_an_empty_one_is_empty(client, edith):
    client.force_login(edith)
    empty = client.get(ROOM).text
    assert "No mail has failed for good." in empty
    assert "The queue is empty." in empty
    Notice.objects.filter(pk=dead(edith).pk).update(abandoned_at=None)
    late = client.get(ROOM, {"kind": "no such kind"})
    assert "The oldest due mail has waited since" in late.text
    assert [count for _, count, _ in late.context["counts"]] == [1, 1, 0, 0, 0]


def test_mail_that_had_nothing_left_to_say_is_shown_as_such(client, edith):
    notice = dead(edith)
    Notice.objects.filter(pk=notice.pk).update(abandoned_at=None, dropped_at=timezone.now())
    client.force_login(edith)
    assert ("Cancelled today", 1, "dropped") in client.get(ROOM).context["counts"]
    listed = client.get(reverse("admin:editorial_notice_changelist"), {"delivery": "dropped"})
    assert list(listed.context["cl"].result_list) == [notice]
    assert "chip-calm" in listed.text
    assert client.get(ROOM).context["counts"][0] == ("Queued", 0, "owed")


def test_nobody_else_sees_the_post_room_or_has_mail_tried_again(client, wanda, edith):
    letter = dead(edith)
    client.force_login(wanda)
    assert client.get(ROOM).status_code == client.post(ROOM).status_code == 403
    with pytest.raises(NotPermitted):
        notices.try_again(by=wanda, now=timezone.now())
    letter.refresh_from_db()
    assert letter.abandoned_at
