"""The ledger entries about a record, shown on the record's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from editorial.admin.model_admin import BaseAdmin, actor
from editorial.models import LedgerEntry, User
from editorial.permissions import reads_the_record

NEWEST = 25
"""Entries shown on a record's page; the ledger's own page has all of them."""


@dataclass(frozen=True)
class LedgerLine:
    """One entry, as the page shows it."""

    entry: LedgerEntry
    action: str
    details: str


def action_words(entry: LedgerEntry) -> str:
    """Return the entry's action as text: ``review.withdraw_signature`` as ``Review: withdraw signature``."""
    return entry.action.replace(".", ": ").replace("_", " ").capitalize()


def entry_details(entry: LedgerEntry) -> str:
    """Return the change of state, its origin and its reason, as far as the payload of ``entry`` has them."""
    payload = entry.payload
    before, after = (str(payload.get(name, "")).replace("_", " ") for name in ("before", "after"))
    transition = f"{before} → {after}" if after else ""
    origin = f"by {payload['via']}" if payload.get("via") else ""
    return " · ".join(filter(None, [transition, origin, str(payload.get("reason") or "")]))


def ledger_lines(entries: Iterable[LedgerEntry]) -> list[LedgerLine]:
    return [LedgerLine(entry, action_words(entry), entry_details(entry)) for entry in entries]


class LedgerPanel(BaseAdmin):
    """Shows people who may read the whole record the ledger entries about the object of a page."""

    def ledger_of(self, record: Any) -> QuerySet[LedgerEntry]:
        """Return the entries about ``record``."""
        raise NotImplementedError

    def unsealed(self, entries: QuerySet[LedgerEntry], user: User) -> QuerySet[LedgerEntry]:
        """Return those of ``entries`` that this user may read; subclasses in other apps exclude some."""
        return entries

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record, user = kwargs.get("obj"), actor(request)
        if record and reads_the_record(user):
            newest = self.unsealed(self.ledger_of(record), user).order_by("-sequence")[:NEWEST]
            context["ledger"] = ledger_lines(newest)
            context["ledger_address"] = chain_address(self.chain_of(record))
        return super().render_change_form(request, context, *args, **kwargs)

    def chain_of(self, record: Any) -> str:
        """Return the chain of the entries about ``record``."""
        raise NotImplementedError


def chain_address(chain: str) -> str:
    """Return the address of the list of all entries of a chain."""
    return f"{reverse('admin:editorial_ledgerentry_changelist')}?{urlencode({'chain__exact': chain})}"
