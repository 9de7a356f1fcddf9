"""The actions on endpoints: add, change, rotate the secret, switch on and off, test, replay. Administrators only.

Field history and the ledger of the board record what happens to an endpoint. Neither holds a secret.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from editorial.accounts.derived_secrets import new_salt
from editorial.exceptions import Conflict, Fault, NotFound, Unacceptable
from editorial.mail import notices
from editorial.models import Dispatch, Endpoint, EndpointHealth, EndpointSecret, Message, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.models.webhooks import UNSETTLED
from editorial.permissions import is_administrator, require
from editorial.record import ledger
from editorial.webhooks.allowed_addresses import AddressError, target
from editorial.webhooks.outbox import ask_for_delivery, owe_test
from editorial.webhooks.secrets import derived, digest, spelled

ONLY_ADMINISTRATORS = "Only administrators change webhooks."

LONGEST_OVERLAP = timedelta(days=7)
"""Maximum time for which a replaced secret still signs."""


def known_events() -> list[tuple[str, str]]:
    """Return the events that an endpoint can subscribe to, each with its label. Other apps define them."""
    choices: list[tuple[str, str]] = import_string(settings.WEBHOOK_EVENTS).choices
    return choices


@transaction.atomic
def add_endpoint(*, endpoint: Endpoint, by: User, now: datetime, reason: str = "") -> str:
    """Save a new endpoint, which gets all events from now on; return its secret, which is shown only this once.

    Raises NotPermitted, and Unacceptable for an address that is not allowed or an event that does not exist.
    """
    require(is_administrator(by), ONLY_ADMINISTRATORS)
    _refuse_faults(endpoint)
    endpoint.created_at, endpoint.created_by = now, by
    endpoint.record(by=by, now=now, reason=reason)
    EndpointHealth.objects.create(endpoint=endpoint, not_before=now)
    _tell(endpoint, "added", by=by, now=now, reason=reason)
    return _new_secret(endpoint, by=by, now=now)


@transaction.atomic
def change_endpoint(*, endpoint: Endpoint, by: User, now: datetime, reason: str = "") -> Endpoint:
    """Save a changed name, address or choice of events. Pending messages go to the new address.

    Raises as ``add_endpoint`` does.
    """
    require(is_administrator(by), ONLY_ADMINISTRATORS)
    _refuse_faults(endpoint)
    endpoint.record(by=by, now=now, reason=reason)
    _tell(endpoint, "changed", by=by, now=now, reason=reason)
    return endpoint


def _refuse_faults(endpoint: Endpoint) -> None:
    faults = []
    try:
        target(endpoint.address, to_loopback=settings.WEBHOOKS_TO_LOOPBACK)
    except AddressError as error:
        faults.append(Fault("/address", "address_refused", str(error)))
    if not endpoint.events or set(endpoint.events) - {event for event, _words in known_events()}:
        faults.append(Fault("/events", "unknown_event", "Choose from the events that there are, one at least."))
    if faults:
        raise Unacceptable("The endpoint is invalid.", faults=tuple(faults))


@transaction.atomic
def rotate_secret(*, endpoint_id: int, overlap: timedelta, by: User, now: datetime) -> str:
    """Give an endpoint a new secret, shown only this once. For ``overlap`` the earlier secrets sign too.

    Raises NotPermitted, and Unacceptable for an overlap that is negative or longer than a week.
    """
    require(is_administrator(by), ONLY_ADMINISTRATORS)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise Unacceptable(
            "The old secret ends within a week.", faults=(Fault("/hours", "out_of_range", "From 0 to 168 hours."),)
        )
    endpoint = locked(endpoint_id)
    endpoint.secrets.signing(at=now + overlap).update(ends_at=now + overlap)
    _tell(endpoint, "given a new secret", by=by, now=now)
    return _new_secret(endpoint, by=by, now=now)


def _new_secret(endpoint: Endpoint, *, by: User, now: datetime) -> str:
    salt = new_salt()
    secret = derived(salt)
    EndpointSecret.objects.create(endpoint=endpoint, salt=salt, digest=digest(secret), made_at=now, made_by=by)
    return spelled(secret)


@transaction.atomic
def switch_on(*, endpoint_id: int, by: User, now: datetime) -> Endpoint:
    """Send events to an endpoint again from now on. What it missed can be replayed from its log.

    Raises NotPermitted, and Conflict if it is on.
    """
    require(is_administrator(by), ONLY_ADMINISTRATORS)
    endpoint = locked(endpoint_id)
    if endpoint.is_active:
        raise Conflict("It is active already.", code="active_already")
    endpoint.is_active = True
    endpoint.record(by=by, now=now, reason="switched on")
    EndpointHealth.objects.filter(endpoint=endpoint).update(not_before=now, failing_since=None, failures=0)
    _tell(endpoint, "switched on", by=by, now=now)
    return endpoint


@transaction.atomic
def switch_off(*, endpoint_id: int, reason: str, by: User, now: datetime) -> Endpoint:
    """Send nothing more to an endpoint, and give its pending messages up.

    Raises NotPermitted, and Conflict if it is off.
    """
    require(is_administrator(by), ONLY_ADMINISTRATORS)
    endpoint = locked(endpoint_id)
    if not endpoint.is_active:
        raise Conflict("It is switched off already.", code="off_already")
    turn_off(endpoint, reason=reason, by=by, now=now)
    return endpoint


def turn_off(endpoint: Endpoint, *, reason: str, by: User, now: datetime) -> None:
    """As ``switch_off``, also for the system user. The caller holds the endpoint's lock."""
    endpoint.is_active = False
    endpoint.record(by=by, now=now, reason=f"switched off: {reason}" if reason else "switched off")
    endpoint.dispatches.filter(UNSETTLED).update(abandoned_at=now)
    sequence = _tell(endpoint, "switched off", by=by, now=now, reason=reason)
    administrators = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=by.pk).order_by("pk")
    path = reverse("admin:editorial_endpoint_change", args=[endpoint.pk])
    notices.owe(
        kind="webhook_switched_off",
        recipients=administrators,
        subject=f"endpoint:{endpoint.pk}",
        occasion=str(sequence),
        context={"name": endpoint.name, "by": str(by), "reason": reason, "path": path},
        now=now,
    )


@transaction.atomic
def send_test(*, endpoint_id: int, by: User, now: datetime) -> Message:
    """Queue a test message for an endpoint and return it. Raises NotPermitted, and Conflict if it is off."""
    require(is_administrator(by), ONLY_ADMINISTRATORS)
    endpoint = locked(endpoint_id)
    if not endpoint.is_active:
        raise Conflict("It is switched off.", code="endpoint_off")
    message = owe_test(endpoint=endpoint, now=now)
    _tell(endpoint, "tried", by=by, now=now, message=message.identity)
    return message


@transaction.atomic
def replay(*, dispatch_id: int, by: User, now: datetime) -> bool:
    """Send a settled message again, as if it were new and under the same id; return whether it was settled.

    Raises NotPermitted, NotFound, and Conflict if its endpoint is switched off.
    """
    require(is_administrator(by), ONLY_ADMINISTRATORS)
    found = Dispatch.objects.filter(pk=dispatch_id)
    endpoint_id = found.values_list("endpoint_id", flat=True).first()
    if endpoint_id is None:
        raise NotFound("There is no such delivery.")
    endpoint = locked(endpoint_id)
    if not endpoint.is_active:
        raise Conflict(f"{endpoint} is switched off. Switch it on first.", code="endpoint_off")
    settled = found.exclude(UNSETTLED).select_related("message").select_for_update(no_key=True, of=("self",)).first()
    if settled is None:
        return False
    settled.delivered_at = settled.abandoned_at = None
    settled.attempts, settled.not_before = 0, now
    settled.save()
    _tell(endpoint, "told_again", by=by, now=now, message=settled.message.identity)
    transaction.on_commit(ask_for_delivery, robust=True)
    return True


def locked(endpoint_id: int) -> Endpoint:
    """Return the endpoint, locked and read from the database. Every change to it takes this lock. Raises NotFound."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound("There is no such endpoint.")
    return endpoint


def _tell(endpoint: Endpoint, what: str, *, by: User, now: datetime, **more: Any) -> int:
    """Append an entry to the board's ledger; return its number. Records only the host: an address may hold a secret."""
    host = urlsplit(endpoint.address).hostname
    payload = {
        "record": f"endpoint:{endpoint.pk}",
        "name": endpoint.name,
        "host": host,
        "events": endpoint.events,
        **more,
    }
    action = f"webhook_{what.replace(' ', '_')}"
    return ledger.append(chain=BOARD_CHAIN, action=action, by=by, now=now, payload=payload).sequence
