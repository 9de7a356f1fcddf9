"""Due dates in people's calendars: with the mails, and as a private feed."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from editorial.actions import renew_calendar, revoke_calendar
from editorial.calendar import feeds
from editorial.exceptions import Conflict, NotPermitted
from editorial.mail import notices
from editorial.models import CalendarFeed, LedgerEntry, Notice
from reviews import actions
from reviews.lifecycle import State
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def review():
    return factories.make_review_at(State.ACCEPTED)


def attached(kind):
    message = notices.mail(Notice.objects.select_related("recipient").get(kind=kind))
    (part,) = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    return Calendar.from_ical(part.get_payload(decode=True)), part.get_param("method")


def give(review):
    member = review.member
    return f"/calendar/{feeds.feed_token(renew_calendar(member_id=member.pk, by=member.user, now=NOW))}.ics"


def later(review):
    editor = factories.make_user("edith")
    due_at = review.due_at + timedelta(days=7)
    return actions.extend(review_id=review.pk, due_at=due_at, reason="A holiday.", by=editor, now=NOW)


def test_mails_carry_the_date_the_new_one_and_the_end_under_one_name(review, edith):
    extended = later(review)
    actions.cancel(review_id=review.pk, by=edith, now=NOW)
    found = [attached(kind) for kind in ("review_confirmed", "review_extended", "review_cancelled")]
    events = [calendar.events[0] for calendar, _ in found]
    assert [method for _, method in found] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == sorted({event["SEQUENCE"] for event in events})
    assert [event.start for event in events] == [review.due_at.date(), *[extended.due_at.date()] * 2]
    assert str(events[-1]["STATUS"]) == "CANCELLED"


def test_feed_follows_the_date_and_answers_304(client, review):
    address = give(review)
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    extended = later(review)
    second = client.get(address, headers={"If-None-Match": first["ETag"]})
    (event,) = Calendar.from_ical(second.content).events
    assert (second.status_code, event.start) == (200, extended.due_at.date())
    assert str(event["SUMMARY"]) == f"Review due: {review.version.question}"


def test_feed_says_that_a_review_was_called_off_and_drops_one_that_is_signed(client, review, edith):
    address = give(review)
    factories.sign(review)
    assert Calendar.from_ical(client.get(address).content).events == []
    actions.withdraw_signature(review_id=review.pk, reason="Read on.", by=review.member.user, now=NOW)
    actions.cancel(review_id=review.pk, by=edith, now=NOW)
    (event,) = Calendar.from_ical(client.get(address).content).events
    assert str(event["STATUS"]) == "CANCELLED"


def test_guessed_renewed_and_revoked_addresses_find_nothing(client, review):
    old, new = give(review), give(review)
    assert [client.get(address).status_code for address in ("/calendar/x.ics", old, new)] == [404, 404, 200]
    act = {"member_id": review.member_id, "by": review.member.user, "now": NOW}
    revoke_calendar(**act)
    assert client.get(new).status_code == 404
    with pytest.raises(Conflict):
        revoke_calendar(**act)
    assert LedgerEntry.objects.filter(action__startswith="calendar_").count() == 3


def test_address_is_renewed_by_its_member_only(review, edith, ben):
    for somebody in (edith, ben):
        with pytest.raises(NotPermitted):
            renew_calendar(member_id=review.member_id, by=somebody, now=NOW)
    with pytest.raises(NotPermitted):
        revoke_calendar(member_id=review.member_id, by=ben, now=NOW)


def test_member_page_shows_the_address_to_its_member_alone(client, review, edith, settings):
    page = f"/admin/editorial/boardmember/{review.member_id}/"
    client.force_login(review.member.user)
    assert "None. Make one above" in client.get(f"{page}change/").content.decode()
    client.post(f"{page}do/renew-calendar/")
    shown = client.get(f"{page}change/").content.decode()
    assert "/calendar/" in shown
    settings.SECRET_KEY = "another"
    client.force_login(edith)
    assert "/calendar/" not in client.get(f"{page}change/").content.decode()
    assert client.post(f"{page}do/revoke-calendar/").status_code == 302


def test_address_is_turned_off_by_editors_and_its_member_only(client, review, root):
    give(review)
    client.force_login(root)
    shown = client.get(f"/admin/editorial/boardmember/{review.member_id}/change/").content.decode()
    assert "Only editors and the member turn a calendar off." in shown


def test_address_that_an_old_key_made_works_but_is_not_shown_without_that_key(client, review, settings):
    address = give(review)
    settings.SECRET_KEY = "another key"
    assert client.get(address).status_code == 200
    feed = CalendarFeed.objects.get()
    client.force_login(review.member.user)
    shown = client.get(f"/admin/editorial/boardmember/{review.member_id}/change/").content.decode()
    assert "cannot be shown any more" in shown
    assert str(feed) == "Calendar of Ada Example"
