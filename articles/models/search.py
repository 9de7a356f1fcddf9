"""The search index: passages of public texts, the words in them, and synonyms."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from articles.models.versions import Version
from editorial.models import Audience, TrackedModel, TrackedQuerySet
from editorial.text_normalisation import normalised_words

CONFIG = "imprimatur"
"""The text search configuration that the migration creates: English without accents."""

MAX_TERMS = 20
MAX_TERM = 100


APPROVED, NOT_APPROVED, FIRST = Q(approved_until__isnull=False), Q(approved_until__isnull=True), Q(position=0)


def _search_index(name: str, condition: Q) -> GinIndex:
    """A GIN index without a pending list: every search would scan the pending list."""
    return GinIndex(fields=["search"], name=name, condition=condition, fastupdate=False)


class Passage(models.Model):
    """A paragraph, list item or table row as readers see it. Written when its version is submitted.

    ``text`` is plain text, with the numbers of cited works in their places, as in ``[2,3,14,15]``. Missing passages,
    and those written by older code, are written again together with the documents
    (``articles.published.document_cache``).

    PostgreSQL updates ``approved_until`` in the transaction that changes the version. For passages without an approval,
    the search itself checks whether readers see the version.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="passages")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(help_text="In the text; 0 is the summary.")
    section = models.CharField(max_length=400, blank=True, help_text="Id of the section on the page; empty above it.")
    heading = models.TextField(blank=True)
    text = models.TextField()
    numbers = ArrayField(models.PositiveIntegerField(), default=list)
    search = SearchVectorField()
    approved_until = models.DateTimeField(
        null=True, editable=False, help_text="Until when the approval of its version counts; empty if it does not."
    )
    code = models.CharField(max_length=150, help_text="Names the code that wrote it.")

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "audience", "position", name="one_passage_per_place"),
        ]
        indexes = [
            _search_index("passages_approved", APPROVED),
            _search_index("passages_approved_first", APPROVED & FIRST),
            _search_index("passages_others", NOT_APPROVED),
            _search_index("passages_others_first", NOT_APPROVED & FIRST),
            models.Index("approved_until", name="passages_by_approval", condition=APPROVED),
            models.Index("id", name="passages_others_by_age", condition=NOT_APPROVED),
        ]

    def __str__(self) -> str:
        return self.text


def stem(word: str) -> str:
    """Return the part that singular and plural of ``word`` share, precise enough to match synonyms."""
    return word.removesuffix("s") if len(word) > 3 else word


def terms_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def validate_terms(text: str) -> None:
    """Raise ValidationError unless there are at least two different terms, each short and with a word in it."""
    terms = terms_of(text)
    if len({tuple(normalised_words(term)) for term in terms}) < 2:
        raise ValidationError("Write at least two different terms, each on a line of its own.", code="too_few")
    if len(terms) > MAX_TERMS or any(len(term) > MAX_TERM or not normalised_words(term) for term in terms):
        message = f"At most {MAX_TERMS} terms, each with a word in it and of at most {MAX_TERM} characters."
        raise ValidationError(message, code="unfit_terms")


class Synonym(TrackedModel):
    """Terms with the same meaning in a search: “heart attack”, “myocardial infarction”."""

    terms = models.TextField(
        validators=[validate_terms], help_text="Words or phrases that mean the same, each on a line of its own."
    )
    is_used = models.BooleanField("in use", default=True, help_text="Search uses only synonyms in use.")
    stems = ArrayField(models.CharField(max_length=MAX_TERM), default=list, editable=False)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["stems"], name="synonyms_by_stem")]

    def __str__(self) -> str:
        return " = ".join(terms_of(self.terms))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store one term per line, and the stems by which the terms are found."""
        self.terms = "\n".join(terms_of(self.terms))
        self.stems = sorted({stem(word) for word in normalised_words(self.terms)})
        super().save(*args, **kwargs)


class Word(models.Model):
    """A word in lower case without accents, with a text or synonym that contains it.

    Misspelt words are compared with it.

    It counts only while readers see that text, so that spelling suggestions reveal nothing hidden.
    """

    word = models.CharField(max_length=60)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    synonym = models.ForeignKey(Synonym, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes = [GinIndex(fields=["word"], name="words_alike", opclasses=["gin_trgm_ops"])]
        constraints = [
            models.UniqueConstraint("word", "version", name="one_word_per_version"),
            models.UniqueConstraint("word", "synonym", name="one_word_per_synonym"),
            models.CheckConstraint(
                condition=Q(version=None, synonym__isnull=False) | Q(version__isnull=False, synonym=None),
                name="word_of_a_version_or_a_synonym",
            ),
        ]

    def __str__(self) -> str:
        return self.word
