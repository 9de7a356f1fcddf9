"""What readers send us. They need no account, so there is no ``by``."""

from datetime import datetime

from django.db import transaction

from articles.announcements import announce_report
from articles.models import Article, Question, Report, Version
from articles.models.question import ADDRESS_KEPT, Purpose


@transaction.atomic
def ask(
    *, article: Article, version: Version, text: str, email: str, now: datetime, receipt: str | None = None
) -> Question:
    """Keep a reader's follow-up question about ``version`` for the editors; one for each ``receipt``.

    An address is kept for the answer only, and until a day that is set here.
    """
    asked = {"article": article, "version": version, "text": text, "email": email, "received_at": now}
    if email:
        asked |= {"email_purpose": Purpose.ANSWER, "erase_email_at": now + ADDRESS_KEPT}
    if receipt is None:
        return Question.objects.create(**asked)
    return Question.objects.get_or_create(receipt=receipt, defaults=asked)[0]


@transaction.atomic
def report(*, article: Article, version: Version, text: str, email: str, now: datetime) -> Report:
    """Keep a reader's report that something in ``version`` is wrong, and tell the editors, once a day and article."""
    kept = Report.objects.create(article=article, version=version, text=text, email=email, received_at=now)
    announce_report(kept, now=now)
    return kept
