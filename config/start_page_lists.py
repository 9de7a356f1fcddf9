"""The structure of the start page: a section for each role, with lists of items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from editorial.admin.formatting import admin_url

MAX_ROWS = 15
"""Rows of one list; the admin list that it links to has all of them."""


@dataclass(frozen=True)
class StartPageItem:
    """One line of a list: a linked title, a state and a note."""

    title: str
    address: str
    state: SafeString | str = ""
    note: SafeString | str = ""


@dataclass(frozen=True)
class StartPageList:
    """A list. ``empty`` is shown when it has no items; ``more`` is the address of the full list, if it has more."""

    title: str
    items: Sequence[StartPageItem]
    empty: str
    more: str = ""


@dataclass(frozen=True)
class StartPageSection:
    """The lists and links for one role."""

    title: str
    lists: Sequence[StartPageList]
    links: Sequence[tuple[str, str]] = ()


def build_list(title: str, rows: Iterable[Any], item: Any, *, empty: str, model: Any, query: str = "") -> StartPageList:
    """Return a list of the first ``rows``, converted by ``item``, and a link to all rows of ``model`` if needed."""
    loaded = list(rows)
    list_address = admin_url(model, "changelist") + query
    items = [item(row) for row in loaded[:MAX_ROWS]]
    return StartPageList(title, items, empty, list_address if len(loaded) > MAX_ROWS else "")


def limited(rows: QuerySet) -> QuerySet:
    """Return one row more than a list shows, so that the list knows whether there are more."""
    return rows[: MAX_ROWS + 1]
