"""What readers send us. They need no account, so there is no ``by``."""

from datetime import datetime

from django.db import transaction

from articles.announcements import announce_report
from articles.models import Article, Claim, Question, Report, Version
from articles.models.question import ADDRESS_KEPT, Purpose
from editorial.exceptions import Fault, Unacceptable


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
def report(
    *, article: Article, version: Version, text: str, email: str, now: datetime, claim: str | None = None
) -> Report:
    """Keep a reader's report that something in ``version`` is wrong, and tell the editors, once a day and article.

    ``claim`` is the fingerprint of the statement that the reader means. Raises Unacceptable when the version does not
    make it: its text may be a newer one than the reader was shown.
    """
    meant = None if claim is None else _claim(version, claim)
    kept = Report.objects.create(article=article, version=version, text=text, email=email, received_at=now, claim=meant)
    announce_report(kept, now=now)
    return kept


def _claim(version: Version, fingerprint: str) -> Claim:
    """The statement, in the primary text if several make it."""
    found = Claim.objects.filter(rendition__version=version, fingerprint=fingerprint)
    claim = found.order_by("-rendition__is_primary", "rendition", "position").first()
    if claim is None:
        fault = Fault("/claim", "unknown_claim", "The text that is shown now does not state this. Read it again.")
        raise Unacceptable(fault.detail, code="unknown_claim", faults=(fault,))
    return claim
