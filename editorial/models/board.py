"""The medical advisory board: who its members are, what they may judge and what could bias them."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from editorial.models.orcid import validate_orcid
from editorial.models.people import User
from editorial.models.tracking import TrackedModel, TrackedQuerySet


class Specialty(TrackedModel):
    """A field of medicine. ``code`` is what other records name; it never changes and the row never goes."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "specialties"

    def __str__(self) -> str:
        return self.name


class Company(TrackedModel):
    """A manufacturer or another company that somebody can have an interest in."""

    name = models.CharField(max_length=200, unique=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Product(TrackedModel):
    """A medicine, vaccine or device, and who makes it."""

    name = models.CharField(max_length=200)
    manufacturer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="products")

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("name", "manufacturer", name="product_once_per_manufacturer")]

    def __str__(self) -> str:
        return self.name


class BoardMemberQuerySet(TrackedQuerySet):
    def in_office(self, *, on: date) -> "BoardMemberQuerySet":
        return self.filter(Q(term_to=None) | Q(term_to__gte=on), term_from__lte=on, user__is_active=True)

    def public(self, *, on: date) -> "BoardMemberQuerySet":
        """Members in office who agreed to be named, by name."""
        return self.in_office(on=on).filter(is_public=True).order_by("user__last_name", "user__first_name", "pk")


class BoardMember(TrackedModel):
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="board_member")
    credentials = models.CharField(max_length=100, help_text="As printed behind the name: “MD, PhD”.")
    specialties = ArrayField(models.CharField(max_length=50), default=list, help_text="Codes of specialties.")
    licence_expires_on = models.DateField("licence expires on", null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(default=3, help_text="Open reviews at one time.")
    term_from = models.DateField("in office from")
    term_to = models.DateField("in office to", null=True, blank=True, help_text="The last day; empty while open.")
    orcid = models.CharField("ORCID iD", max_length=19, blank=True, validators=[validate_orcid])
    bio = models.TextField("biography", blank=True)
    is_chair = models.BooleanField("chairs the board", default=False, help_text="Is told what waits for too long.")
    is_public = models.BooleanField("named on the public board page", default=True)

    objects = BoardMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(term_to=None) | Q(term_to__gte=F("term_from")),
                name="term_ends_after_it_begins",
                violation_error_message="The term ends before it begins.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.credentials}" if self.credentials else str(self.user)

    def is_in_office(self, *, on: date) -> bool:
        begun = self.term_from <= on and (self.term_to is None or on <= self.term_to)
        return begun and self.user.is_active

    def is_licensed(self, *, on: date) -> bool:
        """True while a licence is on record that has not expired; an unknown licence is not a valid one."""
        return self.licence_expires_on is not None and on <= self.licence_expires_on


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
    """An interest that a member declared: a company, perhaps one product of it, from when to when."""

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
    """A member's word, on a day, that their interests are all on record. Written once; a later one takes its place.

    ``answers`` holds, by item of the ICMJE disclosure form, "none" or the interest in words.
    """

    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="statements")
    answers = models.JSONField(default=dict)
    interests = ArrayField(models.BigIntegerField(), default=list, help_text="Ids of the disclosures held that day.")
    stated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member.user}, {self.stated_at:%Y-%m-%d}"


class MemberPhoto(models.Model):
    """A member's portrait as it is shown to the public: a JPEG made here from what was handed in."""

    member = models.OneToOneField(BoardMember, on_delete=models.PROTECT, related_name="photo")
    jpeg = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.member.user)
