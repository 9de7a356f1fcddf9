"""Open objections as pages list them, each with the address at which a reviewer accepts the change."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from articles.models import Version
from articles.text.comparison import Row, compare
from editorial.admin.formatting import address
from editorial.models import User
from reviews.desk.objections import Objection, ended_objections, visible_objections
from reviews.models import ClaimCheck, Comment
from reviews.permissions import open_review_of
from reviews.verbs.objections import ACCEPT_CLAIM, ACCEPT_PASSAGE


@dataclass(frozen=True)
class Listed:
    """An objection with the address of its page. ``accept`` is the address to accept the change, if allowed."""

    objection: Objection
    page: str
    accept: str

    @property
    def difference(self) -> Row | None:
        """The words objected to, compared with the current ones. None if unchanged or if nothing similar is left."""
        objection = self.objection
        rows = compare(objection.before, objection.now) if objection.now else []
        return rows[0] if rows else None


@dataclass(frozen=True)
class ObjectionsPanel:
    """The objections on a page: open ones, and those that were ended, with by whom and why."""

    listed: Sequence[Listed]
    ended: Sequence[Comment | ClaimCheck]


def objections_panel(version: Version, *, user: User, earlier_only: bool = False) -> ObjectionsPanel:
    """Return objections to ``version`` that ``user`` may read; with ``earlier_only`` none of its own round."""
    open_ones = visible_objections(version, user=user)
    ended = ended_objections(version, user=user)
    if earlier_only:
        open_ones = [objection for objection in open_ones if objection.review.version_id != version.pk]
        ended = [source for source in ended if source.review.version_id != version.pk]
    works = open_review_of(user, version.article) is not None
    return ObjectionsPanel([_listed(objection, works=works) for objection in open_ones], ended)


def _listed(objection: Objection, *, works: bool) -> Listed:
    noun, verb = ("claimcheck", ACCEPT_CLAIM) if objection.is_verdict else ("comment", ACCEPT_PASSAGE)
    do = reverse(f"admin:reviews_{noun}_do", args=[objection.source.pk, verb.name])
    return Listed(objection, address(objection.source), do if works and not objection.stands else "")
