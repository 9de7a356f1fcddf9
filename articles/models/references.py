"""The library of works, and a version's numbered citations of them."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from articles.models.markup import plain_text
from articles.models.markup_search import Mentions
from articles.models.versions import Version
from editorial.http.etags import etag
from editorial.models import TrackedModel, TrackedQuerySet
from editorial.record.canonical_json import JSONDict, normalised, sha256_hex

KEY = RegexValidator(r"^[A-Za-z0-9_][A-Za-z0-9_:.#$%&\-+?<>~/]*\Z", "A key is written as in Pandoc: smith2020.")
DOI = RegexValidator(r"^10\.[0-9]{4,9}/[^\s\"{}|\\^`]+\Z", "A DOI begins with 10. and has a slash: 10.1000/xyz123.")
PMID = RegexValidator(r"^[1-9][0-9]{0,8}\Z", "A PubMed identifier is a number of up to nine digits.")

models.TextField.register_lookup(Mentions)


class WorkKind(models.TextChoices):
    RESEARCH = "research", "research article"
    SYSTEMATIC_REVIEW = "systematic_review", "systematic review"
    REVIEW = "review", "review article"
    GUIDELINE = "guideline"
    DRUG_LABEL = "drug_label", "drug label"
    TEXTBOOK = "textbook"
    WEB_PAGE = "web_page", "web page"
    OWN_CONTENT = "own_content", "our own content"
    OTHER = "other"


class RetractionStatus(models.TextChoices):
    """The retraction status of a work. A work that was never checked is ``unknown``, which never counts as fine."""

    UNKNOWN = "unknown", "unknown"
    CLEAR = "clear", "not retracted"
    RETRACTED = "retracted", "retracted"


class Reference(TrackedModel):
    """One work: its CSL-JSON 1.0.2 record, and columns for the fields that it is found by."""

    key = models.CharField(max_length=100, unique=True, validators=[KEY], help_text="Cited as [@key].")
    kind = models.CharField(max_length=20, choices=WorkKind, default=WorkKind.OTHER)
    csl = models.JSONField("CSL-JSON", help_text="The work as one CSL-JSON item.")
    title = models.TextField(editable=False)
    year = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    doi = models.CharField("DOI", max_length=255, unique=True, null=True, blank=True, editable=False, validators=[DOI])
    pmid = models.CharField("PMID", max_length=9, unique=True, null=True, blank=True, editable=False, validators=[PMID])
    pmcid = models.CharField("PMCID", max_length=15, unique=True, null=True, blank=True, editable=False)
    isbn = models.CharField("ISBN", max_length=13, null=True, blank=True, editable=False, db_index=True)
    nct = models.CharField(
        "ClinicalTrials.gov number", max_length=11, null=True, blank=True, editable=False, db_index=True
    )
    title_key = models.CharField(
        max_length=64, default="", blank=True, editable=False, help_text="Hash of the normalised title and the year."
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text="The record that replaced this one after a merge. This one stays for the versions that cite it.",
    )
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="supersedes",
        help_text="The work that supersedes this one, such as a guideline's next edition.",
    )
    retraction = models.CharField(max_length=10, choices=RetractionStatus, default=RetractionStatus.UNKNOWN)
    retraction_as_of = models.DateField("checked on", null=True, blank=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retraction=RetractionStatus.UNKNOWN) | Q(retraction_as_of__isnull=False),
                name="retraction_known_as_of",
                violation_error_message="Enter the date on which the work was checked.",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")) & ~Q(superseded_by=F("id")), name="work_stands_for_another"
            ),
        ]
        indexes = [models.Index("title_key", name="works_by_title")]

    def __str__(self) -> str:
        return f"{self.key}: {self.plain_title}"

    @property
    def plain_title(self) -> str:
        """The title as plain text, without markup: ``CO₂``."""
        return plain_text(self.title)

    @property
    def etag(self) -> str:
        """Strong entity tag of the work's record."""
        looked_up = self.retraction_as_of.isoformat() if self.retraction_as_of else None
        return etag(
            "reference",
            self.pk,
            self.key,
            self.kind,
            sha256_hex(self.csl),
            self.retraction,
            looked_up,
            self.merged_into_id,
            self.superseded_by_id,
        )


def identity(csl: JSONDict) -> JSONDict:
    """Return what identifies a work for the digest: identifiers, title, container and year.

    Names, pages and abbreviations may be corrected without making it another work.
    """
    return {
        "doi": str(csl.get("DOI") or "").lower(),
        "pmid": str(csl.get("PMID") or ""),
        "title": " ".join(normalised(str(csl.get("title") or "")).casefold().split()),
        "container": " ".join(normalised(str(csl.get("container-title") or "")).casefold().split()),
        "year": publication_year(csl),
    }


def publication_year(csl: JSONDict) -> int | None:
    """Return the year in ``issued``, or None if it cannot be read."""
    issued = csl.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    try:
        year = int(parts[0][0])  # type: ignore[index]
    except (IndexError, KeyError, TypeError, ValueError):
        return None
    return year if 1000 <= year <= 9999 else None


def title_key(csl: JSONDict) -> str:
    """Return a hash of the title's letters and digits and of the year. Two records of one work usually share it.

    Empty without a title. Two records without a year share a key if their titles do.
    """
    title = normalised(str(csl.get("title") or "")).casefold()
    letters = "".join(filter(str.isalnum, title)) or title.strip()
    return sha256_hex([letters, publication_year(csl)]) if letters else ""


class Citation(models.Model):
    """A version's citation of a work, numbered by first appearance.

    Frozen with the version, with a copy of the work's record.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="citations")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="citations")
    number = models.PositiveSmallIntegerField()
    csl = models.JSONField(help_text="The work as it was when cited. Readers of this version see this record.")

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "number", name="citation_number_once"),
            models.UniqueConstraint("version", "reference", name="work_cited_once"),
        ]

    def __str__(self) -> str:
        return f"[{self.number}] {self.reference.key}"
