"""What search looks in: the passages of public texts, the words in them, and words that mean the same."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Subquery

from articles.lifecycle import State
from articles.models.version import Version, shown_of
from editorial.models import Audience, EditorialPolicy, TrackedModel, TrackedQuerySet
from editorial.wording import words

CONFIG = "imprimatur"
"""The text search configuration that the migration creates: English, with accents taken off."""

MAX_TERMS = 20
MAX_TERM = 100


APPROVED, NOT_APPROVED, FIRST = Q(approved_until__isnull=False), Q(approved_until__isnull=True), Q(position=0)


def _words(name: str, condition: Q) -> GinIndex:
    """The words of some passages, with nothing pending: what waits in a list is gone through by every search."""
    return GinIndex(fields=["search"], name=name, condition=condition, fastupdate=False)


class PassageQuerySet(models.QuerySet["Passage"]):
    def approved(self, *, at: datetime) -> Self:
        """Of versions that are validly approved ``at`` a moment. Of an article there is one such version at most."""
        return self.filter(approved_until__gt=at)


class Passage(models.Model):
    """A paragraph, list item or row of a table as readers see it, written when its version is submitted.

    ``text`` is plain, with the numbers of the cited works where they stand: ``[1, 2]``. What was lost, or written by
    other code, is written anew with the documents (``articles.reading.written``).

    PostgreSQL keeps ``approved_until`` in line with the version, in the transaction that changes the version. Whether
    readers are shown what is not approved is asked of the version, at the moment of the search.
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
    code = models.CharField(max_length=16, help_text="Names the code that wrote it.")

    objects = PassageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "audience", "position", name="one_passage_per_place"),
        ]
        indexes = [
            _words("passages_approved", APPROVED),
            _words("passages_approved_first", APPROVED & FIRST),
            _words("passages_others", NOT_APPROVED),
            _words("passages_others_first", NOT_APPROVED & FIRST),
            models.Index("approved_until", name="passages_by_approval", condition=APPROVED),
            models.Index("id", name="passages_others_by_age", condition=NOT_APPROVED),
        ]

    def __str__(self) -> str:
        return self.text


def stem(word: str) -> str:
    """What singular and plural of ``word`` share, near enough to tell synonyms by."""
    return word.removesuffix("s") if len(word) > 3 else word


def terms_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def validate_terms(text: str) -> None:
    """Raises ValidationError unless there are at least two different terms, each short and with a word in it."""
    terms = terms_of(text)
    if len({tuple(words(term)) for term in terms}) < 2:
        raise ValidationError("Write at least two different terms, each on a line of its own.", code="too_few")
    if len(terms) > MAX_TERMS or any(len(term) > MAX_TERM or not words(term) for term in terms):
        message = f"At most {MAX_TERMS} terms, each with a word in it and of at most {MAX_TERM} characters."
        raise ValidationError(message, code="unfit_terms")


class Synonym(TrackedModel):
    """Terms that mean the same to whoever searches: “heart attack”, “myocardial infarction”."""

    terms = models.TextField(
        validators=[validate_terms], help_text="Words or phrases that mean the same, each on a line of its own."
    )
    is_used = models.BooleanField("in use", default=True, help_text="Search looks only at those in use.")
    stems = ArrayField(models.CharField(max_length=MAX_TERM), default=list, editable=False)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["stems"], name="synonyms_by_stem")]

    def __str__(self) -> str:
        return " = ".join(terms_of(self.terms))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Terms are kept one a line, and what they are found by follows from them."""
        self.terms = "\n".join(terms_of(self.terms))
        self.stems = sorted({stem(word) for word in words(self.terms)})
        super().save(*args, **kwargs)


class WordQuerySet(models.QuerySet["Word"]):
    def counted(self, *, at: datetime) -> Self:
        """Words of what readers are shown ``at`` a moment, and of synonyms."""
        policy = EditorialPolicy.objects.published(at=at).values("show_pending")[:1]
        shown = shown_of("version__article", show_pending=Subquery(policy))
        return self.filter(Q(synonym__isnull=False) | ~Q(version__state=State.RETRACTED) & Q(version=shown))


class Word(models.Model):
    """A word, small and without accents, with a text or a synonym that has it: what a misspelt one is compared with.

    It counts only while readers are shown that text, so nothing that is hidden from them tells how a word is spelt.
    """

    word = models.CharField(max_length=60)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    synonym = models.ForeignKey(Synonym, on_delete=models.CASCADE, null=True, related_name="+")

    objects = WordQuerySet.as_manager()

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
