"""What readers send us. They need no account, so there is no ``by``."""

from datetime import datetime

from django.db import transaction

from articles.announcements import announce_report
from articles.models import Article, Question, Report, Version


@transaction.atomic
def ask(*, article: Article, version: Version, text: str, email: str, now: datetime) -> Question:
    """Keep a reader's follow-up question about ``version`` for the editors."""
    return Question.objects.create(article=article, version=version, text=text, email=email, received_at=now)


@transaction.atomic
def report(*, article: Article, version: Version, text: str, email: str, now: datetime) -> Report:
    """Keep a reader's report that something in ``version`` is wrong, and tell the editors, once a day and article."""
    kept = Report.objects.create(article=article, version=version, text=text, email=email, received_at=now)
    announce_report(kept, now=now)
    return kept
