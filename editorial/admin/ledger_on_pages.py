"""The ledger on the pages of what it tells about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from editorial.admin.ground import HouseAdmin, actor
from editorial.models import LedgerEntry, User
from editorial.permissions import reads_the_record

NEWEST = 25
"""Entries on an object's page; the ledger's own page has them all."""


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    entry: LedgerEntry
    action: str
    words: str


def action_words(entry: LedgerEntry) -> str:
    """``review.withdraw_signature`` as ``Review: withdraw signature``."""
    return entry.action.replace(".", ": ").replace("_", " ").capitalize()


def words(entry: LedgerEntry) -> str:
    """The move, the way it came and the reason that ``entry`` tells of, if any."""
    told = entry.payload
    before, after = (str(told.get(name, "")).replace("_", " ") for name in ("before", "after"))
    move = f"{before} → {after}" if after else ""
    way = f"by {told['via']}" if told.get("via") else ""
    return " · ".join(filter(None, [move, way, str(told.get("reason") or "")]))


def lines(entries: Iterable[LedgerEntry]) -> list[Line]:
    return [Line(entry, action_words(entry), words(entry)) for entry in entries]


class LedgerPanel(HouseAdmin):
    """Shows those who read the record what the ledger holds about the object."""

    def ledger_of(self, record: Any) -> QuerySet[LedgerEntry]:
        """The entries about ``record``."""
        raise NotImplementedError

    def unsealed(self, entries: QuerySet[LedgerEntry], user: User) -> QuerySet[LedgerEntry]:  # noqa: ARG002
        """What of ``entries`` this user may read; the floors above hold some back."""
        return entries

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record, user = kwargs.get("obj"), actor(request)
        if record and reads_the_record(user):
            newest = self.unsealed(self.ledger_of(record), user).order_by("-sequence")[:NEWEST]
            context["ledger"] = lines(newest)
            context["ledger_address"] = chain_address(self.chain_of(record))
        return super().render_change_form(request, context, *args, **kwargs)

    def chain_of(self, record: Any) -> str:
        """The chain that the entries about ``record`` are in."""
        raise NotImplementedError


def chain_address(chain: str) -> str:
    """The list of all entries of a chain."""
    return f"{reverse('admin:editorial_ledgerentry_changelist')}?{urlencode({'chain__exact': chain})}"
