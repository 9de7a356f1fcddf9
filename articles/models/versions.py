"""A version: a numbered snapshot of an article's text, and its renditions for each audience."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.lookups import Exact

from articles.lifecycle import IN_REVIEW, PENDING, UNDER_WAY, State
from articles.models.articles import Article, Authorship
from editorial.exceptions import FrozenRecord
from editorial.http.etags import etag
from editorial.models import Audience, EditorialPolicy, RiskTier, TrackedModel, TrackedQuerySet, User
from editorial.permissions import AnyUser, reads_the_record

MAX_QUESTION = 300
"""Maximum number of characters of a question."""

EVER_APPROVED = [State.APPROVED, State.SUPERSEDED, State.SUSPENDED, State.RETRACTED]

SHOWN_FIRST = {State.APPROVED: 1, State.SUSPENDED: 2, State.RETRACTED: 2} | dict.fromkeys(PENDING, 3)
"""The version of an article that readers see: the one with the lowest rank, then the highest number.

Versions in other states are never shown.
"""


def ranks_shown(*, show_pending: bool) -> dict[State, int]:
    """Return ``SHOWN_FIRST`` without the states that the policy hides from readers."""
    return {state: rank for state, rank in SHOWN_FIRST.items() if show_pending or state not in PENDING}


class VersionQuerySet(TrackedQuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Versions whose record ``user`` may see. Reviewers see theirs through their review."""
        if reads_the_record(user):
            return self
        return self.filter(article__in=Authorship.objects.filter(user=user.pk).values("article"))

    def in_review(self) -> Self:
        return self.filter(state__in=IN_REVIEW)

    def under_way_after(self, version: "Version") -> Self:
        """Newer versions of the same article that are being written or reviewed."""
        return self.filter(article=version.article_id, number__gt=version.number, state__in=UNDER_WAY)

    def newest_first(self) -> Self:
        return self.order_by("-number", "-pk")

    def shown_to_readers(self, *, show_pending: bool | Subquery) -> Self:
        """The version of each article that readers see, if any. Retracted versions are shown as tombstones."""
        return self.filter(pk=shown_of("article", show_pending=show_pending))


def shown_of(article: str, *, show_pending: bool | Subquery) -> Subquery:
    """The id of the version that readers see. ``article`` names a column of the outer query."""
    ranks = ranks_shown(show_pending=show_pending is not False)
    public = Version.objects.filter(article=OuterRef(article), state__in=list(ranks))
    if isinstance(show_pending, Subquery):
        public = public.filter(~Q(state__in=PENDING) | Q(Exact(show_pending, Value(value=True))))
    rank = Case(*(When(state=state, then=rank) for state, rank in ranks.items()))
    return Subquery(public.order_by(rank, "-number").values("pk")[:1])


class Version(TrackedModel):
    """Editable while ``draft``, frozen on submission. ``save()`` and PostgreSQL both refuse later changes.

    Only ``articles.transitions.move`` assigns ``state``.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    question = models.CharField(max_length=MAX_QUESTION)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="revisions"
    )
    digest = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 of the frozen content.")
    listed = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="Keys of works that came with the texts. Pre-flight warns about those that are not cited.",
    )
    revision = models.PositiveIntegerField(default=1, editable=False, help_text="Counts changes; the ETag.")
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, editable=False, related_name="+")
    updated_at = models.DateTimeField(editable=False, help_text="When the text last changed.")
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    opened_policy = models.ForeignKey(
        EditorialPolicy,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="The policy in force when it was submitted.",
    )
    tiers = ArrayField(
        models.CharField(max_length=10, choices=RiskTier),
        default=list,
        editable=False,
        help_text="Risk tiers whose rules an approval has to satisfy: that of the submission and every higher one "
        "since. Only two people together lower it.",
    )
    under_review_at = models.DateTimeField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    valid_until = models.DateTimeField(null=True, editable=False, help_text="The approval counts before this moment.")
    policy = models.ForeignKey(
        EditorialPolicy,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="The policy that the approval satisfied.",
    )
    reviewed_by = models.JSONField(
        default=None, null=True, editable=False, help_text="Approvers as they signed: name, credentials, ORCID, when."
    )
    state_changed_at = models.DateTimeField(editable=False)
    state_reason = models.TextField(
        blank=True, editable=False, help_text="The reason given for the last change of state."
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("valid_until", "id", name="approvals_lapse", condition=Q(state=State.APPROVED)),
            models.Index("approved_at", "id", name="approvals_newest", condition=Q(state=State.APPROVED)),
            models.Index("state_changed_at", "id", name="retractions_newest", condition=Q(state=State.RETRACTED)),
        ]
        constraints = [
            models.UniqueConstraint("article", "number", name="version_number_once"),
            models.UniqueConstraint("article", condition=Q(state=State.DRAFT), name="one_draft"),
            models.UniqueConstraint("article", condition=Q(state__in=sorted(IN_REVIEW)), name="one_in_review"),
            models.UniqueConstraint("article", condition=Q(state=State.APPROVED), name="one_approved"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, digest="") | ~Q(state=State.DRAFT) & Q(digest__regex="^[0-9a-f]{64}$"),
                name="frozen_with_digest",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="submitted_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(IN_REVIEW)) | Q(opened_policy__isnull=False) & ~Q(tiers=[]),
                name="in_review_under_its_rules",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=EVER_APPROVED)
                | Q(
                    approved_at__isnull=False,
                    valid_until__isnull=False,
                    policy__isnull=False,
                    reviewed_by__isnull=False,
                ),
                name="approved_with_its_proof",
            ),
        ]

    may_move = False
    _stored: dict[str, object]

    def __str__(self) -> str:
        return f"{self.article.slug}, version {self.number}"

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        version = super().from_db(*args, **kwargs)
        version._stored = {name: version.__dict__.get(name) for name in ("state", "question")}
        return version

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raise FrozenRecord if the state was assigned outside ``move``, or frozen text was changed."""
        stored: dict[str, object] = getattr(self, "_stored", {"state": State.DRAFT})
        if not self.may_move and self.state != stored["state"]:
            raise FrozenRecord("A version's state is changed by articles.transitions.move only.")
        if stored["state"] != State.DRAFT and self.question != stored["question"]:
            raise FrozenRecord(f"{self} is frozen.")
        super().save(*args, **kwargs)
        self._stored = {"state": self.state, "question": self.question}

    @property
    def etag(self) -> str:
        """Strong entity tag of the version's record."""
        return etag("version", self.pk, self.revision)

    @property
    def subject(self) -> str:
        """The name of this version in ledger and notices."""
        return f"version:{self.pk}"

    @property
    def is_in_review(self) -> bool:
        return self.state in IN_REVIEW

    def is_validly_approved(self, *, at: datetime) -> bool:
        """Return whether the version is approved and its shelf life has not ended at ``at``."""
        return self.state == State.APPROVED and self.valid_until is not None and at < self.valid_until


class RenditionQuerySet(TrackedQuerySet):
    def in_order(self) -> Self:
        """The primary rendition first, then in the order of the audiences."""
        return self.select_related("audience").order_by("-is_primary", "audience__position", "audience__code")


class Rendition(TrackedModel):
    """A version's text for one audience: Markdown with citations in Pandoc's syntax."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="renditions")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="renditions")
    is_primary = models.BooleanField("primary", default=False)
    summary = models.TextField(help_text="The short answer, without citations.")
    body = models.TextField(help_text="Markdown; cite as [@key] or [@key, p. 12; @other].")

    objects = RenditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "audience", name="one_text_per_audience"),
            models.UniqueConstraint("version", condition=Q(is_primary=True), name="one_primary_text"),
        ]

    def __str__(self) -> str:
        return f"{self.version}, for {self.audience}"
