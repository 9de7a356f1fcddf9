"""Comments as they are read: each with the answers to it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.models import Comment


@dataclass(frozen=True)
class Thread:
    """A comment with the answers to it."""

    comment: Comment
    answers: Sequence[Comment]


def read(rows: QuerySet[Comment]) -> list[Thread]:
    """``rows`` as a page shows them, in one query."""
    said = rows.select_related("author", "resolved_by", "taken_over_by", "claim").order_by("created_at", "pk")
    return list(threads(list(said)))


def threads(comments: Sequence[Comment]) -> Iterable[Thread]:
    """An answer stands under the first comment of its thread, whatever in it it answers."""
    seen: dict[int | None, Comment] = {comment.pk: comment for comment in comments}
    answers: dict[int, list[Comment]] = defaultdict(list)
    for comment in comments:
        if comment.parent_id in seen:
            answers[_first(comment, seen).pk].append(comment)
    for comment in comments:
        if comment.parent_id not in seen:
            yield Thread(comment, answers[comment.pk])


def _first(comment: Comment, seen: Mapping[int | None, Comment]) -> Comment:
    while comment.parent_id in seen:
        comment = seen[comment.parent_id]
    return comment
