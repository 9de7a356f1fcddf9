"""What readers search in, and the words that mean the same to them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from articles.models.version import Version
from editorial.models import TrackedModel, TrackedQuerySet


class Passage(models.Model):
    """A paragraph, list item or row of a submitted text in plain words, its citations as numbers: ``[1]``.

    Derived from frozen text: it can be thrown away and written anew. Which version is shown is asked when searching.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="passages")
    audience = models.SlugField(help_text="Its code.")
    heading = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    text = models.TextField()
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex("words", name="passages_by_word")]
        constraints = [models.UniqueConstraint("version", "audience", "position", name="one_passage_per_place")]

    def __str__(self) -> str:
        return self.text


class KnownWord(models.Model):
    """A word of some passage, without accents: what a misspelt word is compared with. Never shown to readers."""

    word = models.CharField(max_length=60, primary_key=True)

    class Meta:
        indexes = [GinIndex(OpClass("word", "gin_trgm_ops"), name="words_by_trigram")]

    def __str__(self) -> str:
        return self.word


class Synonym(TrackedModel):
    """Terms that find the same: "heart attack" and "myocardial infarction"."""

    terms = ArrayField(
        models.CharField(max_length=60), size=20, help_text="Two or more, divided by commas; the order does not matter."
    )

    objects: Any = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(terms__len__gte=2), name="synonyms_are_two_or_more"),
        ]

    def __str__(self) -> str:
        return " = ".join(self.terms)
