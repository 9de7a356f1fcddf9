"""What taking over a reviewer's wording would do to the draft: where it goes, and what stands there then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from articles.content import Text
from articles.lifecycle import State
from articles.models import Rendition, Version
from articles.passages import Passage, passages, replaced
from editorial.exceptions import Conflict, InvalidTransition
from reviews.models import Comment


@dataclass(frozen=True)
class Place:
    """One place in a draft that reads as the passage: in which text, and in which of its fields."""

    rendition: Rendition
    field: Literal["summary", "body"]
    passage: Passage


@dataclass(frozen=True)
class Change:
    """What a proposed wording makes of one text; ``kept`` are keys of works that would be lost and were put behind."""

    draft: Version
    rendition: Rendition
    field: Literal["summary", "body"]
    before: str
    after: str
    kept: Sequence[str]

    def texts(self) -> list[Text]:
        """All texts of the draft with the change made."""
        rows = Rendition.objects.filter(version=self.draft).in_order()
        texts = [Text(row.audience.code, row.summary, row.body, row.is_primary) for row in rows]
        code = self.rendition.audience.code
        return [self._made(text) if text.audience == code else text for text in texts]

    def _made(self, text: Text) -> Text:
        in_summary = self.field == "summary"
        return replace(text, summary=self.after) if in_summary else replace(text, body=self.after)


def change_of(comment: Comment) -> Change:
    """What taking ``comment``'s proposal over would do to the draft of its article. Changes nothing.

    Raises InvalidTransition when it was taken over already, and Conflict when there is no proposal, no draft, or
    not exactly one passage that it is about.
    """
    if comment.taken_over_at:
        raise InvalidTransition("The wording was taken over already.", code="taken_over")
    if not comment.proposal.strip():
        raise Conflict("The comment proposes no wording.", code="no_proposal")
    words = comment.quote.strip() or (comment.claim.text if comment.claim else "")
    if not words:
        raise Conflict("The comment is about the whole version, not about a passage.", code="no_passage")
    draft = comment.version.article.versions.filter(state=State.DRAFT).first()
    if draft is None:
        raise Conflict("There is no draft to take it over into. Revise the article first.", code="no_draft")
    return _changed(comment, draft, _only(list(_places(comment, draft, words))))


def _places(comment: Comment, draft: Version, words: str) -> Iterator[Place]:
    """Where ``words`` stand: for a comment on a claim, in the text for its audience."""
    rows = Rendition.objects.filter(version=draft).in_order()
    if comment.claim:
        rows = rows.filter(audience=comment.claim.rendition.audience_id)
    for row in rows:
        yield from (Place(row, "summary", passage) for passage in passages(row.summary, words))
        yield from (Place(row, "body", passage) for passage in passages(row.body, words))


def _only(places: Sequence[Place]) -> Place:
    if not places:
        raise Conflict("The draft does not have the passage any more; change it by hand.", code="passage_gone")
    if len(places) > 1:
        detail = f"The passage stands in the draft {len(places)} times; change it by hand where it is meant."
        raise Conflict(detail, code="passage_ambiguous")
    return places[0]


def _changed(comment: Comment, draft: Version, place: Place) -> Change:
    before = getattr(place.rendition, place.field)
    after, kept = replaced(before, place.passage, comment.proposal)
    return Change(draft, place.rendition, place.field, before, after, kept)
