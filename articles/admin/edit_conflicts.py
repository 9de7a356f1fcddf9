"""Two people saved the same draft: what the first one saved beside what the second one typed, and a way on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from articles.comparison import Row, compare
from articles.models import Rendition, Version
from editorial.admin.showing import moment

ROWS = 2000
"""Rows of one text on the page."""


@dataclass(frozen=True)
class Difference:
    """One field in which what is saved and what was typed are not the same."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Collision:
    """Who saved when, and what differs."""

    who: str
    when: str
    differences: Sequence[Difference]


@dataclass(frozen=True)
class Typed:
    """One text as it stands in a form that was sent."""

    audience: str
    is_primary: str
    summary: str
    body: str
    is_deleted: bool


def typed(data: Mapping[str, Any]) -> list[Typed]:
    """The texts in ``data``, a form of a draft as it was sent."""
    total = data.get("renditions-TOTAL_FORMS", "")
    count = min(int(total), 100) if total.isdecimal() else 0
    return [_typed(data, f"renditions-{index}-") for index in range(count)]


def _typed(data: Mapping[str, Any], prefix: str) -> Typed:
    def said(name: str) -> str:
        return str(data.get(prefix + name, "")).replace("\r\n", "\n")

    return Typed(said("audience"), said("is_primary"), said("summary"), said("body"), bool(said("DELETE")))


def collision(version: Version, data: QueryDict) -> Collision:
    """What differs between ``version`` as it is saved and the form ``data``."""
    last = version.history.select_related("history_user").latest("history_id")
    differences = [_difference("Question", version.question, str(data.get("question", "")).strip())]
    rows = {str(row.audience_id): row for row in Rendition.objects.filter(version=version).in_order()}
    texts = {text.audience: text for text in typed(data) if text.audience and not text.is_deleted}
    for audience in dict.fromkeys([*rows, *texts]):
        differences += _differences(rows.get(audience), texts.get(audience))
    found = [difference for difference in differences if difference.rows]
    return Collision(str(last.history_user or "Somebody"), moment(last.history_date), found)


def _differences(saved: Rendition | None, mine: Typed | None) -> Iterator[Difference]:
    name = str(saved.audience) if saved else "a new audience"
    for field in ("summary", "body"):
        title = f"{'Summary' if field == 'summary' else 'Text'} for: {name}"
        yield _difference(title, getattr(saved, field, ""), getattr(mine, field, "").strip("\n"))


def _difference(title: str, saved: str, mine: str) -> Difference:
    return Difference(title, compare(saved.strip("\n"), mine)[:ROWS])


def rebased(version: Version, data: QueryDict) -> QueryDict:
    """``data`` as a form on ``version`` as it is now: everything typed is in it, and texts that others added.

    Sent again, it replaces what is saved.
    """
    rows = {str(row.audience_id): row for row in Rendition.objects.filter(version=version).in_order()}
    texts = typed(data)
    missing = [row for audience, row in rows.items() if audience not in {text.audience for text in texts}]
    ordered = sorted(texts, key=lambda text: text.audience not in rows)
    initial = [(rows[text.audience].pk, text) for text in ordered if text.audience in rows]
    initial += [(row.pk, _of(row)) for row in missing]
    added = [(None, text) for text in ordered if text.audience not in rows]
    new = data.copy()
    new["seen"] = version.etag
    new["renditions-TOTAL_FORMS"], new["renditions-INITIAL_FORMS"] = str(len(initial + added)), str(len(initial))
    for index, (pk, text) in enumerate([*initial, *added]):
        _put(new, f"renditions-{index}-", pk, text, version)
    return new


def _of(row: Rendition) -> Typed:
    return Typed(str(row.audience_id), "on" if row.is_primary else "", row.summary, row.body, is_deleted=False)


def _put(data: QueryDict, prefix: str, pk: Any, text: Typed, version: Version) -> None:
    data[f"{prefix}id"], data[f"{prefix}version"] = str(pk or ""), str(version.pk)
    for name in ("audience", "summary", "body"):
        data[prefix + name] = getattr(text, name)
    for name, is_on in (("is_primary", bool(text.is_primary)), ("DELETE", text.is_deleted)):
        data.pop(prefix + name, None)
        if is_on:
            data[prefix + name] = "on"
