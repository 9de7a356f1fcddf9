"""The medical advisory board: members, specialties, absences and interests."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from editorial.models.accounts import User
from editorial.models.field_history import TrackedModel, TrackedQuerySet
from editorial.models.orcid import validate_orcid


class Specialty(TrackedModel):
    """A field of medicine. Other records refer to its ``code``, which never changes; the row is never deleted."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "specialties"

    def __str__(self) -> str:
        return self.name


class Company(TrackedModel):
    """A manufacturer, or another company in which a member can have an interest."""

    name = models.CharField(max_length=200, unique=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Product(TrackedModel):
    """A medicine, vaccine or device, with its manufacturer."""

    name = models.CharField(max_length=200)
    manufacturer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="products")

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("name", "manufacturer", name="product_once_per_manufacturer")]
        indexes = [GinIndex(SearchVector("name", config="simple"), name="products_by_word")]

    def __str__(self) -> str:
        return self.name


class BoardMemberQuerySet(TrackedQuerySet):
    def in_office(self, *, on: date) -> "BoardMemberQuerySet":
        return self.filter(Q(term_to=None) | Q(term_to__gte=on), term_from__lte=on, user__is_active=True)

    def able(self, *, on: date) -> "BoardMemberQuerySet":
        """Members in office with a valid licence on this day; only they can sign."""
        return self.in_office(on=on).filter(licence_expires_on__gte=on)

    def public(self, *, on: date) -> "BoardMemberQuerySet":
        """Members in office who agreed to be named, by name."""
        return self.in_office(on=on).filter(is_public=True).order_by("user__last_name", "user__first_name", "pk")


class BoardMember(TrackedModel):
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="board_member")
    credentials = models.CharField(max_length=100, help_text="Shown after the name: “MD, PhD”.")
    specialties = ArrayField(models.CharField(max_length=50), default=list, help_text="Codes of specialties.")
    licence_expires_on = models.DateField("licence expires on", null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(default=3, help_text="Open reviews at one time.")
    term_from = models.DateField("in office from")
    term_to = models.DateField("in office to", null=True, blank=True, help_text="The last day; empty while open.")
    orcid = models.CharField("ORCID iD", max_length=19, blank=True, validators=[validate_orcid])
    orcid_authenticated_at = models.DateTimeField(
        null=True, editable=False, help_text="When the member logged in at ORCID with this iD; null for a typed one."
    )
    bio = models.TextField("biography", blank=True)
    is_chair = models.BooleanField("chairs the board", default=False, help_text="Gets escalations of overdue work.")
    is_public = models.BooleanField("named on the public board page", default=True)

    objects = BoardMemberQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("orcid", name="members_by_orcid", condition=~Q(orcid=""))]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_to=None) | Q(term_to__gte=F("term_from")),
                name="term_ends_after_it_begins",
                violation_error_message="The term ends before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(orcid_authenticated_at=None) | ~Q(orcid=""),
                name="authenticated_orcid_is_there",
                violation_error_message="Without an ORCID iD, none is authenticated.",
            ),
            models.UniqueConstraint(
                "orcid",
                condition=Q(orcid_authenticated_at__isnull=False),
                name="orcid_authenticated_by_one_account",
                violation_error_message="Another account has authenticated this ORCID iD.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.credentials}" if self.credentials else str(self.user)

    @property
    def orcid_authenticated(self) -> bool:
        """Whether the member showed at ORCID that the iD is theirs."""
        return self.orcid_authenticated_at is not None

    def is_in_office(self, *, on: date) -> bool:
        in_term = self.term_from <= on and (self.term_to is None or on <= self.term_to)
        return in_term and self.user.is_active

    def cannot_sign(self, *, on: date) -> str:
        """Return why this member cannot sign on that day, in words; empty for members in ``able``."""
        if not self.is_in_office(on=on):
            return "not in office"
        return "" if self.is_licensed(on=on) else "no valid licence on record"

    def is_licensed(self, *, on: date) -> bool:
        """Return whether a licence is on record that has not expired on that day."""
        return self.licence_expires_on is not None and on <= self.licence_expires_on


class EndedTerm(models.Model):
    """A term on the board that ended, by its date or by an edit. Each is in the ledger once."""

    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="ended_terms")
    last_day = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("member", "last_day", name="term_ends_once")]

    def __str__(self) -> str:
        return f"{self.member.user}, until {self.last_day}"


class Absence(TrackedModel):
    """Days on which a member cannot review, both ends included."""

    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="absence_ends_after_it_begins",
                violation_error_message="The absence ends before it begins.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member.user}: {self.first_day} to {self.last_day}"


class DisclosureQuerySet(TrackedQuerySet):
    def held(self, *, on: date) -> "DisclosureQuerySet":
        """Interests held on this day."""
        return self.filter(Q(held_to=None) | Q(held_to__gte=on), held_from__lte=on)


class Disclosure(TrackedModel):
    """An interest that a member declared: a company, optionally one of its products, and a period."""

    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="disclosures")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="disclosures")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="disclosures")
    nature = models.CharField(max_length=200, help_text="Consulting, shares, research grant, …")
    held_from = models.DateField("from")
    held_to = models.DateField("to", null=True, blank=True, help_text="The last day; empty while it lasts.")

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held_to=None) | Q(held_to__gte=F("held_from")),
                name="interest_ends_after_it_begins",
                violation_error_message="The interest ends before it begins.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member.user}: {self.nature}, {self.product or self.company}"


class DisclosureStatement(models.Model):
    """A member's dated statement that all their interests are on record. Never changed; the latest one counts.

    ``answers`` has, by item of the ICMJE disclosure form, "none" or a description of the interest.
    """

    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="statements")
    answers = models.JSONField(default=dict)
    interests = ArrayField(models.BigIntegerField(), default=list, help_text="Ids of the disclosures held that day.")
    stated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member.user}, {self.stated_at:%Y-%m-%d}"


class MemberPhoto(models.Model):
    """A member's portrait as the public sees it: a JPEG that the site made from the uploaded file."""

    member = models.OneToOneField(BoardMember, on_delete=models.PROTECT, related_name="photo")
    jpeg = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.member.user)
