"""Edit conflicts: when two people saved the same draft, both texts are shown, and nothing is lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from articles.models import Rendition, Version
from articles.text.comparison import Row, compare
from editorial.admin.formatting import moment

ROWS = 2000
"""Maximum number of rows of one text on the page."""


@dataclass(frozen=True)
class FieldDifference:
    """One field whose saved and typed values differ."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class EditConflict:
    """Who saved when, and what differs."""

    who: str
    when: str
    differences: Sequence[FieldDifference]


@dataclass(frozen=True)
class TypedText:
    """One text in a submitted form."""

    audience: str
    is_primary: str
    summary: str
    body: str
    is_deleted: bool


def typed_texts(data: Mapping[str, Any]) -> list[TypedText]:
    """Return the texts in ``data``, a submitted form of a draft."""
    total = data.get("renditions-TOTAL_FORMS", "")
    count = min(int(total), 100) if total.isdecimal() else 0
    return [_typed(data, f"renditions-{index}-") for index in range(count)]


def _typed(data: Mapping[str, Any], prefix: str) -> TypedText:
    def value(name: str) -> str:
        return str(data.get(prefix + name, "")).replace("\r\n", "\n")

    return TypedText(value("audience"), value("is_primary"), value("summary"), value("body"), bool(value("DELETE")))


def find_conflict(version: Version, data: QueryDict) -> EditConflict:
    """Return the differences between the saved ``version`` and the form ``data``."""
    last = version.history.select_related("history_user").latest("history_id")
    differences = [_difference("Question", version.question, str(data.get("question", "")).strip())]
    rows = {str(row.audience_id): row for row in Rendition.objects.filter(version=version).in_order()}
    texts = {text.audience: text for text in typed_texts(data) if text.audience and not text.is_deleted}
    for audience in dict.fromkeys([*rows, *texts]):
        differences += _differences(rows.get(audience), texts.get(audience))
    changed = [difference for difference in differences if difference.rows]
    return EditConflict(str(last.history_user or "Somebody"), moment(last.history_date), changed)


def _differences(saved: Rendition | None, mine: TypedText | None) -> Iterator[FieldDifference]:
    name = str(saved.audience) if saved else "a new audience"
    for field in ("summary", "body"):
        title = f"{'Summary' if field == 'summary' else 'Text'} for: {name}"
        yield _difference(title, getattr(saved, field, ""), getattr(mine, field, "").strip("\n"))


def _difference(title: str, saved: str, mine: str) -> FieldDifference:
    return FieldDifference(title, compare(saved.strip("\n"), mine)[:ROWS])


def rebase_form(version: Version, data: QueryDict) -> QueryDict:
    """Return ``data`` as a form for the current ``version``, with everything typed and the texts that others added.

    Submitted again, it replaces what is saved.
    """
    rows = {str(row.audience_id): row for row in Rendition.objects.filter(version=version).in_order()}
    texts = typed_texts(data)
    missing = [row for audience, row in rows.items() if audience not in {text.audience for text in texts}]
    ordered = sorted(texts, key=lambda text: text.audience not in rows)
    initial = [(rows[text.audience].pk, text) for text in ordered if text.audience in rows]
    initial += [(row.pk, _typed_text_of(row)) for row in missing]
    added = [(None, text) for text in ordered if text.audience not in rows]
    new = data.copy()
    new["seen"] = version.etag
    new["renditions-TOTAL_FORMS"], new["renditions-INITIAL_FORMS"] = str(len(initial + added)), str(len(initial))
    for index, (pk, text) in enumerate([*initial, *added]):
        _write_text(new, f"renditions-{index}-", pk, text, version)
    return new


def _typed_text_of(row: Rendition) -> TypedText:
    return TypedText(str(row.audience_id), "on" if row.is_primary else "", row.summary, row.body, is_deleted=False)


def _write_text(data: QueryDict, prefix: str, pk: object, text: TypedText, version: Version) -> None:
    data[f"{prefix}id"], data[f"{prefix}version"] = str(pk or ""), str(version.pk)
    for name in ("audience", "summary", "body"):
        data[prefix + name] = getattr(text, name)
    for name, is_on in (("is_primary", bool(text.is_primary)), ("DELETE", text.is_deleted)):
        data.pop(prefix + name, None)
        if is_on:
            data[prefix + name] = "on"
