"""Webhook endpoints and deliveries in the admin, and the actions behind it."""

import io
import logging
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.published.webhook_events import WebhookEvent
from editorial.admin.formatting import moment
from editorial.exceptions import Conflict, NotFound, NotPermitted, Unacceptable
from editorial.models import Attempt, Dispatch, Endpoint, EndpointHealth, EndpointSecret, LedgerEntry, Message, Notice
from editorial.tasks import sweep_webhooks
from editorial.webhooks import delivery, endpoints
from editorial.webhooks.http_client import Answer
from tests.admin.test_flow import address, as_sent, do, words
from tests.support.factories import NOW, make_user
from tests.support.webhook_endpoints import listening, make_endpoint, make_message, status

pytestmark = pytest.mark.django_db

LIST = reverse("admin:editorial_endpoint_changelist")
ADD = reverse("admin:editorial_endpoint_add")
LOG = reverse("admin:editorial_dispatch_changelist")
TYPED = {"name": "Website", "address": "https://front.example.org/T0KEN", "events": ["article.approved"]}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


def attempted(answer, *, now=NOW):
    (dispatch,) = delivery.claim(now=now, limit=9)
    delivery.record(dispatch_id=dispatch.pk, answer=answer, now=now)
    return dispatch


def test_administrator_adds_an_endpoint_and_sees_its_secret_once(client, root):
    client.force_login(root)
    assert "article.approved: a text was approved" in words(client.get(ADD))
    shown = client.post(ADD, TYPED)
    (secret,) = SECRET.findall(shown.text)
    endpoint = Endpoint.objects.get()
    assert (endpoint.name, endpoint.events, endpoint.created_by) == ("Website", ["article.approved"], root)
    assert "no-store" in shown["Cache-Control"]
    pages = [LIST, address(endpoint), address(endpoint, "history"), reverse("admin:editorial_ledgerentry_changelist")]
    entry = LedgerEntry.objects.get(action="webhook_added")
    pages += [address(entry), f"{address(endpoint, 'history')}{endpoint.history.get().pk}/"]
    assert not any(secret.removeprefix("whsec_") in client.get(page).text for page in pages)
    assert entry.payload["host"] == "front.example.org"
    assert "T0KEN" not in str(entry.payload)
    assert "whsec" not in str(EndpointSecret.objects.values())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"address": "http://front.example.org/"}, "It has to begin with https://."),
        ({"address": "https://169.254.169.254/"}, "not public"),
        ({"address": "https://front.example.org/\r\nX: y"}, "printable ASCII"),
        ({"events": ["article.exploded"]}, "not one of the available choices"),
        ({"events": []}, "required"),
    ],
)
def test_endpoint_that_cannot_be_told_anything_is_refused_at_its_field(client, root, changed, said):
    client.force_login(root)
    refused = client.post(ADD, TYPED | changed)
    assert said in words(refused)
    assert not Endpoint.objects.exists()


def test_endpoint_is_changed_with_a_reason_and_keeps_its_secret(client, root):
    endpoint = make_endpoint()
    client.force_login(root)
    sent = as_sent(client.get(address(endpoint)), name="App", reason="Renamed.")
    sent["events"] = ["article.retracted"]
    assert client.post(address(endpoint), sent).status_code == 302
    changed = Endpoint.objects.get()
    assert (changed.name, changed.events) == ("App", ["article.retracted"])
    assert changed.history.latest().history_change_reason == "Renamed."
    assert changed.secrets.count() == 1
    refused = client.post(address(endpoint), as_sent(client.get(address(endpoint)), address="https://10.0.0.1/"))
    assert refused.status_code == 422
    assert "not public" in words(refused)


def test_secret_is_rotated_and_the_new_one_shown_once(client, root):
    endpoint = make_endpoint()
    shown = do(client, root, endpoint, "rotate-secret", hours=2)
    (new,) = SECRET.findall(shown.text)
    assert new != endpoint.secret
    assert not SECRET.search(client.get(address(endpoint)).text)
    assert "; ends" in words(client.get(address(endpoint)))
    old, fresh = EndpointSecret.objects.order_by("pk")
    assert timedelta(hours=1) < old.ends_at - timezone.now() < timedelta(hours=3)
    assert fresh.ends_at is None
    assert LedgerEntry.objects.latest("pk").action == "webhook_given_a_new_secret"
    for hours in (-1, 169, 10**12):
        assert do(client, root, endpoint, "rotate-secret", hours=hours).status_code == 422


def test_test_message_is_sent_and_its_delivery_is_seen(client, root, settings):
    settings.WEBHOOKS_TO_LOOPBACK = True
    with listening() as front:
        endpoint = make_endpoint(front.address, now=timezone.now())
        client.force_login(root)
        assert "No deliveries yet." in words(client.get(address(endpoint)))
        assert do(client, root, endpoint, "send-test").status_code == 302
        assert sweep_webhooks() == 1
    assert b'"type":"endpoint.test"' in front.received[0].body
    page = words(client.get(address(endpoint)))
    assert "endpoint.test" in page
    assert "Delivered" in page
    assert "204" in page


def test_list_shows_how_each_endpoint_stands(client, root):
    client.force_login(root)
    assert "No endpoints yet." in words(client.get(LIST))
    make_endpoint("https://good.example.org/", events=("article.approved",))
    make_endpoint("https://bad.example.org/", events=("article.lapsed",))
    off = make_endpoint("https://off.example.org/")
    endpoints.switch_off(endpoint_id=off.pk, reason="", by=root, now=NOW)
    make_message()
    attempted(Answer(0.1, status=200))
    make_message(event="article.lapsed")
    attempted(Answer(0.1, status=500))
    shown = words(client.get(LIST))
    for expected in ("Active", "Failing", "Switched off", "1 since 2 Mar 2026, 09:00"):
        assert expected in shown.replace("\N{NO-BREAK SPACE}", " ")
    for state, name in (("active", "good"), ("failing", "bad"), ("off", "off")):
        (row,) = client.get(LIST, {"state": state}).context["cl"].result_list
        assert row.name == f"{name}.example.org"
    (house,) = client.get(reverse("admin:index")).context["parts"]
    assert [item.title for item in house.lists[1].items] == ["bad.example.org"]


def test_endpoint_is_switched_off_and_on_again(client, root):
    endpoint, rosa = make_endpoint(), make_user("rosa", is_superuser=True)
    make_message()
    assert do(client, root, endpoint, "switch-off", reason="It moves.").status_code == 302
    assert Dispatch.objects.get().abandoned_at
    assert Notice.objects.get().recipient == rosa
    assert Endpoint.objects.get().history.latest().history_change_reason == "switched off: It moves."
    page = words(client.get(address(endpoint)))
    assert "Switch on" in page
    assert "The endpoint is switched off." in page
    assert do(client, root, endpoint, "switch-off", reason="").status_code == 409
    assert do(client, root, endpoint, "switch-on").status_code == 302
    assert do(client, root, endpoint, "switch-on").status_code == 409
    assert Endpoint.objects.get().is_active
    assert [entry.action for entry in LedgerEntry.objects.order_by("-pk")[:2]] == [
        "webhook_switched_on",
        "webhook_switched_off",
    ]


def test_given_up_delivery_is_read_with_its_attempts_and_sent_again(client, root, settings):
    settings.WEBHOOKS_TO_LOOPBACK = True
    with listening(status(500, b"<b>Out of order</b>")) as front:
        make_endpoint(front.address, now=timezone.now())
        make_message(now=timezone.now())
        client.force_login(root)
        dispatch = Dispatch.objects.get()
        assert "None so far." in words(client.get(address(dispatch)))
        assert "It is queued already." in words(client.get(address(dispatch)))
        assert not endpoints.replay(dispatch_id=dispatch.pk, by=root, now=timezone.now())
        sweep_webhooks()
        assert "Failing, will be retried" in words(client.get(LOG))
        Dispatch.objects.update(abandoned_at=timezone.now())
        page = client.get(address(dispatch))
        assert "&lt;b&gt;Out of order" in page.text
        assert "500 after" in words(page)
        front.answer = None
        Endpoint.objects.get().health.__class__.objects.update(not_before=timezone.now())
        assert do(client, root, dispatch, "replay").status_code == 302
        assert sweep_webhooks() == 1
    assert len(set(front.identities)) == 1
    assert "Delivered" in words(client.get(LOG))
    assert LedgerEntry.objects.latest("pk").payload["message"] == dispatch.message.identity


def test_page_of_a_delivery_says_when_it_is_tried_next_and_how_each_attempt_went(client, root):
    endpoint, now = make_endpoint(now=timezone.now()), timezone.now()
    make_message(now=now)
    dispatch = Dispatch.objects.get()
    client.force_login(root)
    assert "Next attempt: As soon as a worker is free." in words(client.get(address(dispatch)))
    attempted(Answer(0.1, error="timeout"), now=now + timedelta(seconds=1))
    page = client.get(address(dispatch))
    assert "timeout after 100 ms" in words(page)
    assert "<pre></pre>" not in page.text
    rest = now + timedelta(days=3)
    EndpointHealth.objects.filter(endpoint=endpoint).update(not_before=rest)
    assert moment(rest) in client.get(address(dispatch)).text
    Dispatch.objects.update(abandoned_at=now)
    assert "Next attempt" not in words(client.get(address(dispatch)))


def test_log_is_filtered_by_how_far_deliveries_have_come(client, root):
    client.force_login(root)
    assert "No deliveries match." in words(client.get(LOG))
    make_endpoint()
    for number in range(3):
        make_message(number)
    owed, delivered, dead = Dispatch.objects.order_by("pk")
    Dispatch.objects.filter(pk=delivered.pk).update(delivered_at=NOW)
    Dispatch.objects.filter(pk=dead.pk).update(abandoned_at=NOW)
    for part, row in (("owed", owed), ("delivered", delivered), ("given-up", dead)):
        assert list(client.get(LOG, {"delivery": part}).context["cl"].result_list) == [row]
    assert "Failed" in words(client.get(LOG))
    found = client.get(LOG, {"q": Message.objects.get(dispatches=owed).identity})
    assert list(found.context["cl"].result_list) == [owed]


def test_delivery_to_an_endpoint_that_is_off_is_not_sent_again(client, root):
    endpoint = make_endpoint()
    make_message()
    endpoints.switch_off(endpoint_id=endpoint.pk, reason="", by=root, now=NOW)
    dispatch = Dispatch.objects.get()
    client.force_login(root)
    assert "The endpoint is switched off." in words(client.get(address(dispatch)))
    assert do(client, root, dispatch, "replay").status_code == 409
    assert do(client, root, endpoint, "send-test").status_code == 409
    assert not LedgerEntry.objects.filter(action__in=["webhook_told_again", "webhook_tried"]).exists()


def test_nobody_but_administrators_keeps_webhooks(edith):
    endpoint = make_endpoint()
    make_message()
    act = {"by": edith, "now": NOW}
    new = Endpoint(name="x", address="https://x.example/", events=[WebhookEvent.APPROVED])
    for attempt in (
        lambda: endpoints.add_endpoint(endpoint=new, **act),
        lambda: endpoints.change_endpoint(endpoint=endpoint, **act),
        lambda: endpoints.rotate_secret(endpoint_id=endpoint.pk, overlap=timedelta(0), **act),
        lambda: endpoints.switch_off(endpoint_id=endpoint.pk, reason="", **act),
        lambda: endpoints.switch_on(endpoint_id=endpoint.pk, **act),
        lambda: endpoints.send_test(endpoint_id=endpoint.pk, **act),
        lambda: endpoints.replay(dispatch_id=Dispatch.objects.get().pk, **act),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_what_is_not_there_or_listens_to_nothing_is_refused(root):
    with pytest.raises(NotFound):
        endpoints.send_test(endpoint_id=0, by=root, now=NOW)
    with pytest.raises(NotFound):
        endpoints.replay(dispatch_id=0, by=root, now=NOW)
    for events in ([], ["article.exploded"]):
        endpoint = Endpoint(name="x", address="https://x.example/", events=events)
        with pytest.raises(Unacceptable) as refused:
            endpoints.add_endpoint(endpoint=endpoint, by=root, now=NOW)
        assert [fault.pointer for fault in refused.value.faults] == ["/events"]
    make_endpoint()
    make_message()
    with pytest.raises(Conflict):
        endpoints.switch_on(endpoint_id=Endpoint.objects.get().pk, by=root, now=NOW)


def test_no_secret_and_no_address_of_an_endpoint_stands_in_the_log(root, settings):
    settings.WEBHOOKS_TO_LOOPBACK = True
    handler = next(one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    lines = io.StringIO()
    before = handler.setStream(lines)
    try:
        with listening(status(500)) as front:
            endpoint = make_endpoint(f"{front.address}/t0p-s3cret-path", now=timezone.now())
            new = endpoints.rotate_secret(endpoint_id=endpoint.pk, overlap=timedelta(1), by=root, now=timezone.now())
            make_message(now=timezone.now())
            sweep_webhooks()
    finally:
        handler.setStream(before)
    assert f"to endpoint {endpoint.pk}: 500 in" in lines.getvalue()
    secrets = [endpoint.secret.removeprefix("whsec_"), new.removeprefix("whsec_"), "t0p-s3cret-path"]
    assert not any(secret in lines.getvalue() for secret in secrets)
    kept = str([list(model.objects.values()) for model in (Attempt, Message, LedgerEntry, Notice, EndpointSecret)])
    assert not any(secret in kept for secret in secrets)
