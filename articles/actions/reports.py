"""Editors' decisions on readers' reports of problems."""

from datetime import datetime

from django.db import transaction

from articles.actions.approval import require_reason, suspend
from articles.actions.drafts import revise
from articles.announcements import announce_upheld
from articles.lifecycle import State
from articles.models import Report, Triage, Version
from articles.transitions import lock
from editorial.exceptions import InvalidTransition, NotFound
from editorial.models import User
from editorial.permissions import is_editor, reads_the_record, require
from editorial.record import ledger


@transaction.atomic
def uphold(
    *, report_id: int, reason: str, by: User, now: datetime, suspends: bool = False, public_words: str = ""
) -> Report:
    """Uphold a report. A draft of a correction is begun, unless one is in progress, and the writers are notified.

    Readers see ``public_words`` in the article's history. They see ``reason`` only if the approval is suspended.
    ``suspends`` also suspends the approval of the version that readers see, for the same reason.

    Raises NotPermitted, InvalidTransition for a report that was decided or when there is no approval to suspend, and
    Unacceptable without a reason.
    """
    report = _decide(report_id, Triage.Outcome.UPHELD, reason=reason, public_words=public_words, by=by, now=now)
    current = report.article.versions.filter(state__in=[State.APPROVED, State.SUSPENDED]).newest_first().first()
    if suspends:
        if current is None or current.state != State.APPROVED:
            raise InvalidTransition("No version of this article is approved, so none can be suspended.")
        suspend(version_id=current.pk, reason=report.triage.reason, by=by, now=now)
    if current and not Version.objects.under_way_after(current).exists():
        revise(version_id=current.pk, by=by, now=now)
    announce_upheld(report, by=by, now=now)
    return report


@transaction.atomic
def decline_report(*, report_id: int, reason: str, by: User, now: datetime, public_words: str = "") -> Report:
    """Decline a report: nothing has to change.

    Raises NotPermitted, InvalidTransition and Unacceptable as ``uphold`` does.
    """
    return _decide(report_id, Triage.Outcome.DECLINED, reason=reason, public_words=public_words, by=by, now=now)


def _decide(
    report_id: int, outcome: Triage.Outcome, *, reason: str, public_words: str, by: User, now: datetime
) -> Report:
    report = Report.objects.select_related("version__article").filter(pk=report_id).first()
    if report is None or not reads_the_record(by):
        raise NotFound("There is no such report.")
    require(is_editor(by), "Only editors decide about a report.")
    require_reason(reason)
    lock(report.version_id)
    if Triage.objects.filter(report=report).exists():
        raise InvalidTransition("This report was decided already.")
    triage = Triage.objects.create(
        report=report,
        outcome=outcome,
        reason=reason.strip(),
        public_words=public_words.strip(),
        triaged_at=now,
        triaged_by=by,
    )
    payload = {"report": report.pk, "version": report.version.number, "outcome": outcome, "reason": triage.reason}
    payload |= {"public_words": triage.public_words} if triage.public_words else {}
    ledger.append(chain=report.article.chain, action="report.decide", by=by, now=now, payload=payload)
    return report
