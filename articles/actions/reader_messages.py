"""Messages from readers. Readers have no account, so to send one needs no ``by``."""

from datetime import datetime

from django.db import transaction

from articles.announcements import announce_report
from articles.models import Article, Claim, Question, Report, Version
from articles.models.questions import ADDRESS_KEPT, Purpose
from articles.reader_messages import form_tokens
from editorial.exceptions import Fault, Unacceptable
from editorial.models import SweepTask, User
from editorial.permissions import is_system, require
from editorial.record.canonical_json import JSONDict
from editorial.record.sweeps import Sweep, sweep


@transaction.atomic
def ask(
    *, article: Article, version: Version, text: str, email: str, now: datetime, receipt: str | None = None
) -> Question:
    """Store a reader's follow-up question about ``version`` for the editors, once for each ``receipt``.

    The address is stored only for the answer, and until a day that is set here. Raises Unacceptable for a different
    text with the ``receipt`` of a stored question, because nobody would read it.
    """
    fields = {"article": article, "version": version, "text": text, "received_at": now}
    fields |= _address(email, Purpose.ANSWER, now=now)
    if receipt is None:
        return Question.objects.create(**fields)
    question, _is_new = Question.objects.get_or_create(receipt=receipt, defaults=fields)
    if question.text != text:
        raise form_tokens.ask_once_more()
    return question


@transaction.atomic
def report(
    *, article: Article, version: Version, text: str, email: str, now: datetime, claim: str | None = None
) -> Report:
    """Store a reader's report that something in ``version`` is wrong. Editors are notified once a day for each article.

    ``claim`` is the fingerprint of the statement that the reader means. Raises Unacceptable when the version does not
    state it, because its text may be newer than the one that the reader saw. The address is stored for questions to the
    reader, as long as with a question.
    """
    cited_claim = None if claim is None else _claim(version, claim)
    fields = {"article": article, "version": version, "text": text, "received_at": now, "claim": cited_claim}
    received = Report.objects.create(**fields, **_address(email, Purpose.ASK_BACK, now=now))
    announce_report(received, now=now)
    return received


def erase_addresses(*, by: User, now: datetime) -> int:
    """Erase readers' addresses that are past their retention period. Returns how many.

    Each message has its own transaction: one statement for all would wait for a message that is locked, and erase
    nothing. Raises NotPermitted unless ``by`` is the system.
    """
    require(is_system(by), "Only the system erases addresses.")
    with sweep(SweepTask.ERASE_ADDRESSES, now=now) as run:
        return sum(_erase_addresses_of(Question, run, now=now)) + sum(_erase_addresses_of(Report, run, now=now))


def _erase_addresses_of(model: type[Question | Report], run: Sweep, *, now: datetime) -> list[int]:
    messages = model.objects.filter(erase_email_at__lte=now)
    ids = list(messages.order_by("pk").values_list("pk", flat=True))
    return run.each(model, ids, lambda pk: messages.filter(pk=pk).erase_addresses())


def _address(email: str, purpose: Purpose, *, now: datetime) -> JSONDict:
    return {"email": email, "email_purpose": purpose, "erase_email_at": now + ADDRESS_KEPT} if email else {}


def _claim(version: Version, fingerprint: str) -> Claim:
    """Return the claim with this fingerprint, in the primary text if several texts have it. Raises Unacceptable."""
    claims = Claim.objects.filter(rendition__version=version, fingerprint=fingerprint)
    claim = claims.order_by("-rendition__is_primary", "rendition", "position").first()
    if claim is None:
        fault = Fault("/claim", "unknown_claim", "The text that is shown now does not state this. Read it again.")
        raise Unacceptable(fault.detail, code="unknown_claim", faults=(fault,))
    return claim
