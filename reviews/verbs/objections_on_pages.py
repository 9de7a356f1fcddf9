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
        one = self.objection
        rows = compare(one.before, one.now) if one.now else []
        return rows[0] if rows else None


@dataclass(frozen=True)
class Panel:
    """The objections on a page: open ones, and those that were ended, with by whom and why."""

    listed: Sequence[Listed]
    ended: Sequence[Comment | ClaimCheck]


def panel(version: Version, *, user: User, earlier_only: bool = False) -> Panel:
    """Return objections to ``version`` that ``user`` may read; with ``earlier_only`` none of its own round."""
    found = visible_objections(version, user=user)
    ended = ended_objections(version, user=user)
    if earlier_only:
        found = [one for one in found if one.review.version_id != version.pk]
        ended = [said for said in ended if said.review.version_id != version.pk]
    works = open_review_of(user, version.article) is not None
    return Panel([_listed(one, works=works) for one in found], ended)


def _listed(one: Objection, *, works: bool) -> Listed:
    noun, verb = ("claimcheck", ACCEPT_CLAIM) if one.is_verdict else ("comment", ACCEPT_PASSAGE)
    do = reverse(f"admin:reviews_{noun}_do", args=[one.source.pk, verb.name])
    return Listed(one, address(one.source), do if works and not one.stands else "")
