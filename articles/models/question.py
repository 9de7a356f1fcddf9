"""What readers send us: follow-up questions, and reports that something is wrong."""

from django.db import models

from articles.models.article import Article
from articles.models.version import Version

MAX_MESSAGE = 2000
"""Characters that a reader may send."""


class ReaderMessage(models.Model):
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="%(class)ss")
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="+", help_text="The version that the reader was shown."
    )
    text = models.TextField()
    email = models.EmailField(blank=True, help_text="Only to answer; optional.")
    received_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class Question(ReaderMessage):
    """A reader's follow-up question."""


class Report(ReaderMessage):
    """A reader's report of a problem."""
