"""Lists on the start page of editors that appear only when something is wrong with the policy or with approvals."""

from collections.abc import Iterator
from datetime import datetime

from articles.lifecycle import State
from config.start_page_lists import StartPageItem, StartPageList, build_list, limited
from editorial.admin.chips import chip
from editorial.admin.formatting import address
from editorial.models import EditorialPolicy
from reviews.models import PastFinding


def no_reminders(now: datetime) -> Iterator[StartPageList]:
    """Yield a warning if the policy in force has no reminders, like that of a site from before there were any."""
    if policy := EditorialPolicy.objects.in_force_without_reminders(at=now):
        words = "Draft the next policy: it gets the default reminders."
        item = StartPageItem(f"{policy} reminds nobody", address(policy), chip("care", "No reminders"), words)
        yield StartPageList("Reminders", [item], empty="")


def past_findings() -> Iterator[StartPageList]:
    """Yield the approvals from before the last upgrade that its rules would not have allowed, if there are any."""
    findings = PastFinding.objects.filter(version__state__in=[State.APPROVED, State.SUSPENDED])
    rows = list(limited(findings.select_related("version__article").order_by("pk")))
    if rows:
        yield build_list(
            "Approvals that today's rules would not have allowed",
            rows,
            lambda row: StartPageItem(row.version.question, address(row.version), row.get_kind_display(), row.words),
            empty="",
            model=PastFinding,
        )
