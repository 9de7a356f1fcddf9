"""Messages from readers, follow-up questions and reports of problems, and the editors' decisions on them."""

from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from articles.models.articles import Article
from articles.models.claims import Claim
from articles.models.versions import Version
from editorial.models import EditorialPolicy, User
from editorial.permissions import AnyUser, reads_the_record

MAX_MESSAGE = 2000
"""Characters that a reader may send."""

MAX_REPLY = 4000

ADDRESS_KEPT = timedelta(days=90)
"""The longest time that a reader's email address is stored. It is erased as soon as the answer is sent."""


class Purpose(models.TextChoices):
    """The purposes for which an email address may be stored. There are no others."""

    ANSWER = "answer", "to reply to this question"
    ASK_BACK = "ask_back", "to ask you about this report"


Sent = TypeVar("Sent", bound="ReaderMessage")


class ReaderMessageQuerySet(models.QuerySet[Sent]):
    def erase_addresses(self) -> int:
        """Erase the email addresses of these messages and their purposes. Returns how many were erased."""
        return self.exclude(email="").update(email="", email_purpose="", erase_email_at=None)


class ReaderMessage(models.Model):
    """A message from a reader.

    An email address is stored for one purpose only, until a day that is set on arrival.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="%(class)ss")
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="+", help_text="The version that the reader was shown."
    )
    text = models.TextField()
    email = models.EmailField(blank=True, help_text="Only to answer; optional.")
    email_purpose = models.CharField(max_length=10, choices=Purpose, blank=True)
    erase_email_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        abstract = True
        indexes = [
            models.Index("erase_email_at", name="%(class)s_to_forget", condition=Q(erase_email_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(email="", email_purpose="", erase_email_at=None)
                | ~Q(email="") & ~Q(email_purpose="") & Q(erase_email_at__isnull=False),
                name="%(class)s_address_with_purpose_and_end",
            )
        ]

    def __str__(self) -> str:
        return self.text


class QuestionQuerySet(ReaderMessageQuerySet["Question"]):
    def open(self) -> Self:
        """Return the questions that no editor has settled yet."""
        return self.filter(reply=None)


class Question(ReaderMessage):
    """A reader's follow-up question that nothing on the site answered."""

    receipt = models.CharField(
        max_length=64,
        null=True,
        unique=True,
        editable=False,
        help_text="Receipt of the form it was sent with; used once.",
    )

    objects = QuestionQuerySet.as_manager()

    class Meta(ReaderMessage.Meta):
        indexes = [
            *ReaderMessage.Meta.indexes,
            GinIndex(fields=["text"], name="questions_alike", opclasses=["gin_trgm_ops"]),
        ]

    @property
    def settled(self) -> "Reply | None":
        """The editor's reply, or None. Fetch questions with ``select_related("reply")``."""
        return getattr(self, "reply", None)


class Reply(models.Model):
    """What an editor did with a question. Written once."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "answered"
        LINKED = "linked", "led to an article"
        DRAFTED = "drafted", "became a draft"
        DISMISSED = "dismissed", "dismissed"

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="reply")
    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.TextField(blank=True, help_text="Sent to the reader.")
    article = models.ForeignKey(
        Article,
        on_delete=models.PROTECT,
        null=True,
        related_name="led_to_by",
        help_text="The article that answers the question.",
    )
    replied_at = models.DateTimeField()
    replied_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="answered", article=None) & ~Q(text="")
                | Q(outcome__in=["linked", "drafted"], article__isnull=False)
                | Q(outcome="dismissed", article=None, text=""),
                name="reply_with_what_it_says",
            )
        ]

    def __str__(self) -> str:
        return f"Question {self.question_id}, {self.get_outcome_display()}"


UNSENT = Q(sent_at=None, given_up_at=None)


class ReaderMailQuerySet(models.QuerySet["ReaderMail"]):
    def due(self, *, at: datetime) -> Self:
        """Return the pending mails that no worker holds at ``at``, the oldest first."""
        return self.filter(UNSENT, not_before__lte=at).exclude(claimed_until__gt=at).order_by("not_before", "pk")

    def retried(self) -> Self:
        """Return the pending mails that were tried and failed."""
        return self.filter(UNSENT, attempts__gt=0)


class ReaderMail(models.Model):
    """A pending mail to the reader who asked a question.

    The address is stored with the question. It is erased when the mail is sent or given up.
    """

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="mail")
    owed_at = models.DateTimeField()
    not_before = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, editable=False, help_text="Until then a worker delivers it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True, help_text="Its name and code; never the address.")
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects = ReaderMailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail to a reader"
        verbose_name_plural = "mail to readers"
        indexes = [models.Index("not_before", "id", name="reader_mail_due", condition=UNSENT)]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | Q(given_up_at=None), name="sent_or_given_up"),
        ]

    def __str__(self) -> str:
        return f"Mail about question {self.question_id}"


class ReportQuerySet(ReaderMessageQuerySet["Report"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Editors and administrators see every report; other users see none."""
        return self if reads_the_record(user) else self.none()

    def open(self) -> Self:
        """Return the reports that no editor has decided yet."""
        return self.filter(triage=None)


class Report(ReaderMessage):
    """A reader's report of a problem."""

    claim = models.ForeignKey(
        Claim,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The statement that the reader means, if they chose one.",
    )

    objects = ReportQuerySet.as_manager()

    @property
    def subject(self) -> str:
        """The name of this report in ledger and notices."""
        return f"report:{self.pk}"

    def decide_by(self, policy: EditorialPolicy) -> datetime:
        """The time by which ``policy`` requires an editor's decision."""
        return self.received_at + timedelta(days=policy.days_to_triage)

    @property
    def decision(self) -> "Triage | None":
        """The editor's decision, or None. Fetch reports with ``select_related("triage")``."""
        return getattr(self, "triage", None)


class Triage(models.Model):
    """An editor's decision about a report. Written once."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "upheld"
        DECLINED = "declined", "declined"

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="triage")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField(help_text="For the record; not published.")
    public_words = models.TextField(blank=True, help_text="Published with the outcome.")
    triaged_at = models.DateTimeField()
    triaged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "triages"

    def __str__(self) -> str:
        return f"Report {self.report_id}, {self.get_outcome_display()}"
