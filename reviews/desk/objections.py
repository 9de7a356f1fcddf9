"""Objections: blocking comments and negative verdicts. They bind an article until a named person ends them.

An objection outlives its version, its round and its author's seat. It ends when its author withdraws it, when an editor
rules on it, or when the words were changed and a reviewer accepts the change.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Prefetch

from articles.models import Claim, Version
from articles.text.quotations import quotes
from editorial.models import User
from editorial.permissions import AnyUser
from reviews.desk.changed_claims import most_similar
from reviews.desk.same_claims import (
    CitedWorks,
    claims_with_works,
    context_of,
    contexts,
    continuations,
    continued_contexts,
)
from reviews.desk.verdicts import current_works
from reviews.lifecycle import ENDED, State
from reviews.models import AcceptedChange, ClaimCheck, Comment, Review
from reviews.models.comments_and_verdicts import NEGATIVE, prefetch_rulings


class ObjectionKind(models.TextChoices):
    """Whether a comment or a verdict makes the objection."""

    COMMENT = "comment", "blocking comment"
    VERDICT = "verdict", "negative verdict"


@dataclass(frozen=True)
class Objection:
    """An open blocking comment or negative verdict, placed in one version of the article.

    ``source`` is the comment or verdict. ``stands`` says whether the words and works that it is about are unchanged in
    that version. ``claim`` is its claim there, or the most similar one; None if there is none.
    """

    source: Comment | ClaimCheck
    stands: bool
    claim: Claim | None

    @property
    def author(self) -> User:
        return self.source.author if isinstance(self.source, Comment) else self.source.review.member.user

    @property
    def review(self) -> Review:
        return self.source.review

    @property
    def made_at(self) -> datetime:
        return self.source.created_at if isinstance(self.source, Comment) else self.source.checked_at

    @property
    def words(self) -> str:
        """The text of the comment, or the note to the verdict."""
        return self.source.text if isinstance(self.source, Comment) else self.source.note

    @property
    def kind(self) -> ObjectionKind:
        return ObjectionKind.COMMENT if isinstance(self.source, Comment) else ObjectionKind.VERDICT

    @property
    def is_verdict(self) -> bool:
        return self.kind == ObjectionKind.VERDICT

    @property
    def is_unsigned(self) -> bool:
        """Whether its review ended without a signature."""
        return self.review.state in ENDED

    @property
    def before(self) -> str:
        """The words that it is about, as they were when it was made; empty for a comment on the whole version."""
        if isinstance(self.source, Comment):
            return self.source.quote or (self.source.claim.text if self.source.claim else "")
        return self.source.claim.text

    @property
    def now(self) -> str:
        """The changed text in this version; empty if nothing changed, or nothing similar is left."""
        return self.claim.text if self.claim and not self.stands else ""

    def is_by(self, user: AnyUser) -> bool:
        return self.author.pk == user.pk


def open_objections(version: Version, *, signing: Review | None = None) -> list[Objection]:
    """Return every open objection that prevents an approval of ``version``, of any author and round.

    An objection to an earlier version counts until it is ended, even if its words were changed: a reviewer decides
    whether the change answers it. An objection to a later version counts if this version has its words. The verdicts of
    the review ``signing`` count as if it was signed. Two queries if there is no objection, otherwise a bounded number.
    """
    comments, checks = _open_comments(version), _open_checks(version, signing=signing)
    if not comments and not checks:
        return []
    sources: list[Comment | ClaimCheck] = [*comments, *checks]
    text = _VersionText(version)
    objections = [text.place(source) for source in sources]
    return [
        objection
        for objection in objections
        if objection.stands
        or (objection.review.version.number <= version.number and not objection.source.accepted_changes.all())
    ]


def visible_objections(version: Version, *, user: AnyUser) -> list[Objection]:
    """Return the ``open_objections`` that ``user`` may read."""
    objections = open_objections(version)
    ids: dict[bool, set[int]] = {True: set(), False: set()}
    for objection in objections:
        ids[objection.is_verdict].add(objection.source.pk)
    checks = set(ClaimCheck.objects.visible_to(user).filter(pk__in=ids[True]).values_list("pk", flat=True))
    comments = set(Comment.objects.visible_to(user).filter(pk__in=ids[False]).values_list("pk", flat=True))
    return [
        objection for objection in objections if objection.source.pk in (checks if objection.is_verdict else comments)
    ]


def ended_objections(version: Version, *, user: AnyUser) -> list[Comment | ClaimCheck]:
    """Return withdrawn and ruled objections to the article that ``user`` may read, newest first."""
    comments = Comment.objects.visible_to(user).filter(version__article=version.article_id, is_blocking=True)
    ended = comments.exclude(resolved_at=None).select_related("author", "resolved_by", "claim", "version")
    checks = ClaimCheck.objects.visible_to(user).with_rulings().select_related("claim", "reference")
    negative = checks.filter(review__version__article=version.article_id, verdict__in=sorted(NEGATIVE))
    ended_at: dict[Comment | ClaimCheck, Any] = {source: source.resolved_at for source in ended.order_by("pk")}
    ended_at |= {source: source.ruling.ruled_at for source in negative.order_by("pk") if source.ruling}
    return sorted(ended_at, key=lambda source: ended_at[source], reverse=True)


def blocking_claims(objections: Iterable[Objection]) -> int:
    """Count what blocks an approval: claims with a negative verdict, and comments."""
    by_verdict = {objection.source.claim_id for objection in objections if objection.is_verdict}
    return len(by_verdict) + sum(not objection.is_verdict for objection in objections)


# --- which are open -------------------------------------------------------------------------------------------------


def _prefetch_accepted_changes() -> Prefetch:
    return Prefetch("accepted_changes", AcceptedChange.objects.select_related("accepted_by", "version").order_by("pk"))


def _open_comments(version: Version) -> list[Comment]:
    comments = Comment.objects.blocking().filter(version__article=version.article_id)
    loaded = comments.select_related("author", "claim__rendition", "version", "review__member__user", "review__version")
    return list(loaded.prefetch_related(_prefetch_accepted_changes()).order_by("created_at", "pk"))


def _open_checks(version: Version, *, signing: Review | None) -> list[ClaimCheck]:
    """Return negative verdicts that were not ended, and that their member did not replace by a later verdict."""
    negative = ClaimCheck.objects.filter(review__version__article=version.article_id, verdict__in=sorted(NEGATIVE))
    loaded = (
        negative.with_reviewer()
        .select_related("claim__rendition", "reference")
        .prefetch_related(_prefetch_accepted_changes())
    )
    checks = list(loaded.order_by("checked_at", "pk"))
    prefetch_rulings(checks)
    unended = [check for check in checks if check.blocks]
    replaced = _replaced(unended, version, signing=signing) if unended else set()
    return [check for check in unended if check.pk not in replaced]


def _replaced(checks: Sequence[ClaimCheck], version: Version, *, signing: Review | None) -> set[int]:
    """Return the ids of ``checks`` whose member gave a later verdict on the same claim and work.

    Claims are compared as found in ``version``. Only a signed verdict replaces a signed one. Within one version a
    verdict is about its own claim only.
    """
    words = {check.claim.words for check in checks}
    later = ClaimCheck.objects.filter(
        review__member__in={check.review.member_id for check in checks},
        review__version__article=checks[0].review.version.article_id,
        claim__words__in=words,
    )
    others = list(later.select_related("claim", "review__version"))
    cited, by_words = (
        _cited_works(others),
        contexts(words, {version.pk, *(check.review.version_id for check in others)}),
    )
    by_claim: dict[tuple[int, str], list[ClaimCheck]] = defaultdict(list)
    for check in others:
        by_claim[check.review.member_id, check.claim.words].append(check)
    return {
        check.pk
        for check in checks
        for other in by_claim[check.review.member_id, check.claim.words]
        if _replaces(other, check, signing=signing)
        and cited.is_same(_version_and_work(check), _version_and_work(other))
        and _is_about_same_claim(other, check, by_words, now=version.pk)
    }


ContextsByWords = Mapping[tuple[int, str], Sequence[Hashable]]


def _is_about_same_claim(other: ClaimCheck, check: ClaimCheck, by_words: ContextsByWords, *, now: int) -> bool:
    """Whether a later verdict on the same words is about the claim of ``check``, as found in the version ``now``.

    It is if it has the same context, or the context that continues it, unless the version has the original context
    again.
    """
    words, then, later = check.claim.words, context_of(check.claim), context_of(other.claim)
    if then == later:
        return True
    before, after = (by_words[verdict.review.version_id, words] for verdict in (check, other))
    return then not in by_words.get((now, words), ()) and continued_contexts(before, after)[then] == later


def _cited_works(checks: Iterable[ClaimCheck]) -> CitedWorks:
    checks = list(checks)
    return CitedWorks(
        {check.review.version_id for check in checks}, current_works({check.reference_id for check in checks})
    )


def _version_and_work(check: ClaimCheck) -> tuple[int, int]:
    return check.review.version_id, check.reference_id


def _replaces(other: ClaimCheck, check: ClaimCheck, *, signing: Review | None) -> bool:
    theirs, mine = other.review, check.review
    is_later = (theirs.version.number, theirs.pk) > (mine.version.number, mine.pk)
    is_signed = theirs.state == State.SIGNED or theirs == signing
    is_as_firm = is_signed or mine.state != State.SIGNED
    return is_later and is_as_firm and (theirs.version_id != mine.version_id or other.claim_id == check.claim_id)


# --- placing them in a version --------------------------------------------------------------------------------------


class _VersionText:
    """The text of a version, to which objections are compared. Claims are loaded once, on first use."""

    def __init__(self, version: Version) -> None:
        self.version = version

    @cached_property
    def claims(self) -> Sequence[Claim]:
        return claims_with_works(rendition__version=self.version)

    def place(self, source: Comment | ClaimCheck) -> Objection:
        """Return the objection that ``source`` makes to this version."""
        is_here = source.review.version_id == self.version.pk
        if source.claim is None:
            return Objection(source, is_here or self._holds(source), None)
        if is_here:
            return Objection(source, stands=True, claim=source.claim)
        same = [claim for claim in self.claims if claim.words == source.claim.words]
        if standing := next((claim for claim in same if self._stands_on_the_same(source, claim)), None):
            return Objection(source, stands=True, claim=standing)
        audience = source.claim.rendition.audience_id
        others = [claim for claim in self.claims if claim.rendition.audience_id == audience]
        return Objection(source, stands=False, claim=next(iter(same), None) or most_similar(source.claim, others))

    def _stands_on_the_same(self, source: Comment | ClaimCheck, claim: Claim) -> bool:
        """Whether the claim cites the work of a verdict or, for a comment on the claim, the same works as then."""
        now = {work.pk for work in claim.references.all()}
        if isinstance(source, ClaimCheck):
            cited = CitedWorks({source.review.version_id, self.version.pk}, current_works({source.reference_id, *now}))
            return any(cited.is_same(_version_and_work(source), (self.version.pk, work)) for work in now)
        (before,) = claims_with_works(pk=source.claim_id)
        library = current_works(now | {work.pk for work in before.references.all()})
        return any(True for _ in continuations([before], [claim], library=library))

    def _holds(self, comment: Comment) -> bool:
        """Whether a text has the passage; for a comment on the whole version, whether its digest is unchanged."""
        if not comment.quote:
            return comment.version.digest == self.version.digest
        return any(quotes(comment.quote, text) for text in self.version.renditions.all())
