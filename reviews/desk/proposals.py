"""What adopting a reviewer's proposed wording would change in the draft."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from articles.lifecycle import State
from articles.models import Rendition, Version
from articles.text.content import Text
from articles.text.passage_edits import TextSpan, find_words, replace_span
from editorial.exceptions import Conflict, InvalidTransition
from reviews.models import Comment


@dataclass(frozen=True)
class DraftPassage:
    """One place in a draft with the words of the passage: in which text, and in which of its fields."""

    rendition: Rendition
    field: Literal["summary", "body"]
    passage: TextSpan


@dataclass(frozen=True)
class ProposedChange:
    """How a proposed wording changes one text. ``kept`` has the keys of cited works that were added to keep them."""

    draft: Version
    rendition: Rendition
    field: Literal["summary", "body"]
    before: str
    after: str
    kept: Sequence[str]

    def texts(self) -> list[Text]:
        """Return all texts of the draft with the change made."""
        rows = Rendition.objects.filter(version=self.draft).in_order()
        texts = [Text(row.audience.code, row.summary, row.body, row.is_primary) for row in rows]
        code = self.rendition.audience.code
        return [self._made(text) if text.audience == code else text for text in texts]

    def _made(self, text: Text) -> Text:
        in_summary = self.field == "summary"
        return replace(text, summary=self.after) if in_summary else replace(text, body=self.after)


def proposed_change(comment: Comment) -> ProposedChange:
    """Return what adopting the proposal in ``comment`` would change in the article's draft. It changes nothing.

    Raises InvalidTransition when it was adopted already. Raises Conflict when there is no proposal, no draft, or not
    exactly one matching passage.
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
    place = _single_passage(list(_passages_in_draft(comment, draft, words)))
    before = getattr(place.rendition, place.field)
    after, kept_keys = replace_span(before, place.passage, comment.proposal)
    return ProposedChange(draft, place.rendition, place.field, before, after, kept_keys)


def _passages_in_draft(comment: Comment, draft: Version, words: str) -> Iterator[DraftPassage]:
    """Yield the passages of the draft with these ``words``; for a comment on a claim, in the text for its audience."""
    rows = Rendition.objects.filter(version=draft).in_order()
    if comment.claim:
        rows = rows.filter(audience=comment.claim.rendition.audience_id)
    for row in rows:
        yield from (DraftPassage(row, "summary", passage) for passage in find_words(row.summary, words))
        yield from (DraftPassage(row, "body", passage) for passage in find_words(row.body, words))


def _single_passage(places: Sequence[DraftPassage]) -> DraftPassage:
    if not places:
        raise Conflict("The draft does not have the passage any more; change it by hand.", code="passage_gone")
    if len(places) > 1:
        detail = f"The passage occurs {len(places)} times in the draft. Change the right one by hand."
        raise Conflict(detail, code="passage_ambiguous")
    return places[0]
