"""The versioned editorial policy: its public text, and the rules that an approval has to satisfy."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from editorial.exceptions import InvalidTransition
from editorial.models.accounts import User
from editorial.models.field_history import TrackedModel, TrackedQuerySet


class RiskTier(models.TextChoices):
    """How much harm a wrong answer could do. The policy can require more of a higher tier."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class ClaimCheckRule(models.TextChoices):
    """Whose verdicts on every cited claim an approval needs."""

    NONE = "none", "no one's"
    ONE = "one", "at least one signer's"
    EVERY = "every", "every approving signer's"


class ApprovalsBelow(models.TextChoices):
    """What happens to approvals that no longer satisfy the policy."""

    STAND = "stand", "stay valid, and are listed for the editors"
    DATED = "dated", "lapse after some days, unless reviewed again"
    SUSPENDED = "suspended", "are suspended at once"


class MedicalAudienceType(models.TextChoices):
    """Names from schema.org's MedicalAudienceType and its Patient type."""

    CLINICIAN = "Clinician"
    MEDICAL_RESEARCHER = "MedicalResearcher"
    PATIENT = "Patient"


class Audience(TrackedModel):
    """The readers that a text is written for. Texts and addresses refer to ``code``, which never changes."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100, help_text="Shown to readers as a choice: “Health professional”.")
    medical_audience_type = models.CharField(
        "schema.org type", max_length=30, choices=MedicalAudienceType, default=MedicalAudienceType.PATIENT
    )
    target_grade = models.PositiveSmallIntegerField(
        "target reading grade", null=True, blank=True, help_text="US school grade; empty for no target."
    )
    disclaimer = models.TextField()
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in which audiences are offered.")

    objects = TrackedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class EditorialPolicyQuerySet(TrackedQuerySet):
    def published(self, *, at: datetime) -> "EditorialPolicyQuerySet":
        """Policies in force at ``at`` or before, the newest first."""
        return self.filter(in_force_from__lte=at).order_by("-in_force_from", "-number")

    def newest(self, *, at: datetime) -> "EditorialPolicy | None":
        """Return the policy in force at ``at`` without its rules, or None when there was none yet."""
        return self.published(at=at).first()

    def in_force(self, *, at: datetime) -> "EditorialPolicy | None":
        """Return the policy in force at ``at`` with its rules, or None when there was none yet."""
        return self.published(at=at).prefetch_related("rules").first()

    def in_force_without_reminders(self, *, at: datetime) -> "EditorialPolicy | None":
        """Return the policy in force at ``at`` if it reminds nobody, like one from before there were reminders."""
        policy = self.published(at=at).annotate(steps=models.Count("rungs")).first()
        return policy if policy and not policy.steps else None

    def required(self, *, at: datetime) -> "EditorialPolicy":
        """Return the policy in force at ``at`` with its rules; raise InvalidTransition when there was none yet."""
        policy = self.in_force(at=at)
        if policy is None:
            raise InvalidTransition("No editorial policy is in force, so nothing can be reviewed.", code="no_policy")
        return policy

    def since(self, opened: int | None, *, at: datetime) -> list["EditorialPolicy"]:
        """Return the policy in force at ``at``, then those before it back to the one with id ``opened``, with rules.

        Without ``opened`` only the policy in force; empty when there was none yet. Two queries.
        """
        published = self.published(at=at).prefetch_related("rules")
        if opened is None:
            return list(published[:1])
        began = EditorialPolicy.objects.filter(pk=opened).values("in_force_from")
        return list(published.filter(in_force_from__gte=models.Subquery(began)))


class EditorialPolicy(TrackedModel):
    """A version of the policy. It can be edited until it is published, then it is frozen; a change is a new version."""

    number = models.PositiveIntegerField("version", unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="Markdown; shown to the public.")
    caution = models.TextField(
        help_text="Shown with every text that is not validly approved.",
        default=(
            "This answer is not approved by our medical advisory board at present. Do not act on it without advice."
        ),
    )
    show_pending = models.BooleanField(
        "show submitted texts", default=True, help_text="Whether readers see texts under review, with the caution."
    )
    claim_checks = models.CharField(
        "verdicts on every claim",
        max_length=10,
        choices=ClaimCheckRule,
        default=ClaimCheckRule.NONE,
        help_text="Whose verdicts on every cited claim an approval needs.",
    )
    preflight_refuses = ArrayField(
        models.CharField(max_length=50),
        default=list,
        blank=True,
        help_text="Codes of pre-flight's warnings that refuse a submission under this policy.",
    )
    work_ages = models.JSONField(
        "age of works",
        default=dict,
        blank=True,
        help_text="Years after which a work is old, by kind: {“guideline”: 5}.",
    )
    fallbacks = models.JSONField(
        "fallback texts",
        default=dict,
        blank=True,
        help_text="The audience whose text is shown if an audience has none: {“caregiver”: “patient”}.",
    )
    days_to_respond = models.PositiveSmallIntegerField(default=7, validators=[MinValueValidator(1)])
    days_to_review = models.PositiveSmallIntegerField(default=21, validators=[MinValueValidator(1)])
    disclosures_last_days = models.PositiveSmallIntegerField(
        "disclosures last",
        default=365,
        validators=[MinValueValidator(1)],
        help_text="Days after which a member must renew their statement of interests. Without it they cannot sign.",
    )
    invites_by_itself = models.BooleanField(
        "invite automatically",
        default=False,
        help_text="Whether the best set of members is invited automatically after a submission, and the next member "
        "after a decline.",
    )
    days_to_triage = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1)],
        help_text="Days within which an editor decides on a reader's report of a problem.",
    )
    absence_moves_dates = models.BooleanField(
        "an absence moves dates",
        default=False,
        help_text="Whether a date within an absence of its member moves to after the return, by the "
        "working days that were left when the absence began.",
    )
    approvals_below = models.CharField(
        "approvals that do not satisfy it",
        max_length=10,
        choices=ApprovalsBelow,
        default=ApprovalsBelow.STAND,
        help_text="What happens to them when this policy is published or the risk tier of their article is raised.",
    )
    approvals_below_days = models.PositiveSmallIntegerField(
        "days until they lapse",
        default=30,
        validators=[MinValueValidator(1)],
        help_text="Applies only if these approvals lapse after some days.",
    )
    in_force_from = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = EditorialPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "editorial policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_from=None, published_by=None)
                | Q(in_force_from__isnull=False, published_by__isnull=False),
                name="policy_published_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def is_published(self) -> bool:
        return self.in_force_from is not None

    def rule(self, risk: str) -> "PolicyRule":
        """Return the rule of this risk tier. A published policy has one for each tier."""
        return next(rule for rule in self.rules.all() if rule.risk == risk)

    def stand_in(self, audience: str, *, among: Collection[str]) -> str | None:
        """Return the first fallback of ``audience`` that is ``among`` the audiences with a text, or None.

        Audiences are codes. For None the caller uses the primary text.
        """
        return next((code for code in fallback_chain(self.fallbacks, audience) if code in among), None)


def fallback_chain(fallbacks: Mapping[str, str], audience: str) -> Iterator[str]:
    """Yield the fallbacks of ``audience`` in order; stop before a repetition."""
    seen = {audience}
    while (audience := fallbacks.get(audience, audience)) not in seen:
        seen.add(audience)
        yield audience


def audience_in_cycle(fallbacks: Mapping[str, str]) -> str | None:
    """Return an audience whose fallbacks lead back to itself, or None if there is none."""
    for start in fallbacks:
        *_, last = start, *fallback_chain(fallbacks, start)
        if fallbacks.get(last) == start:
            return start
    return None


class PolicyRule(TrackedModel):
    """What an approval requires in one risk tier, and how long it is valid."""

    policy = models.ForeignKey(EditorialPolicy, on_delete=models.PROTECT, related_name="rules")
    risk = models.CharField(max_length=10, choices=RiskTier)
    quorum = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)], help_text="Number of approving signatures required."
    )
    required_specialties = ArrayField(
        models.CharField(max_length=50),
        default=list,
        blank=True,
        help_text="Specialties that the approvers must have between them.",
    )
    shelf_life_days = models.PositiveIntegerField(
        validators=[MinValueValidator(1)], help_text="Days after which an approval lapses."
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("policy", "risk", name="one_rule_per_tier"),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="somebody_must_approve"),
            models.CheckConstraint(condition=Q(shelf_life_days__gte=1), name="an_approval_lapses"),
        ]

    def __str__(self) -> str:
        return f"{self.get_risk_display()} risk"

    @property
    def shelf_life(self) -> timedelta:
        return timedelta(days=self.shelf_life_days)
