"""Comment threads: each comment with its answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.models import Comment


@dataclass(frozen=True)
class Thread:
    """A comment with its answers."""

    comment: Comment
    answers: Sequence[Comment]


def load_threads(rows: QuerySet[Comment]) -> list[Thread]:
    """Return ``rows`` as threads. One query."""
    comments = rows.select_related("author", "resolved_by", "taken_over_by", "claim").order_by("created_at", "pk")
    return list(build_threads(list(comments)))


def build_threads(comments: Sequence[Comment]) -> Iterable[Thread]:
    """Group comments by thread: each answer belongs to the first comment of its thread."""
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
