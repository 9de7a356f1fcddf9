"""What members say about their interests: the items they are asked about, and how long their word lasts.

The items are those of the disclosure form of the International Committee of Medical Journal Editors (ICMJE, 2021), in
our own words and asked of the whole of a member's work, not of one manuscript.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from editorial.exceptions import Fault
from editorial.models import BoardMember, DisclosureStatement, EditorialPolicy

ITEMS: Mapping[str, str] = {
    "support": "Support for work on what you review here: funding, study materials, medical writing, fees",
    "grants": "Grants or contracts from any company or other body",
    "royalties": "Royalties or licences",
    "consulting": "Consulting fees",
    "honoraria": "Payment or honoraria for lectures, manuscripts or educational events",
    "testimony": "Payment for expert testimony",
    "travel": "Support for attending meetings or for travel",
    "patents": "Patents planned, issued or pending",
    "advisory_boards": "Part in an advisory board or a board that monitors the safety of a study",
    "leadership": "A leading or trusted role in another board, society, committee or advocacy group, paid or not",
    "stock": "Stock or stock options",
    "equipment": "Receipt of equipment, materials, drugs, medical writing, gifts or other services",
    "other": "Any other interest, financial or not, that a reader would want to know of",
}
"""What is asked, by the name under which the answer is kept."""

NONE = "none"
MAX_WORDS = 2000
"""Characters of an answer."""


def unanswered(answers: Mapping[str, str]) -> tuple[Fault, ...]:
    """What is wrong with ``answers``: each item wants "none" or words, and nothing else is asked."""
    return tuple(_faults(answers))


def _faults(answers: Mapping[str, str]) -> Iterator[Fault]:
    for item in ITEMS:
        answer = answers.get(item, "").strip()
        if not answer:
            yield Fault(f"/{item}", "required", "Say “none”, or which interest.")
        elif len(answer) > MAX_WORDS:
            yield Fault(f"/{item}", "max_length", f"Say it in {MAX_WORDS} characters at most.")
    for item in answers.keys() - ITEMS.keys():
        yield Fault(f"/{item}", "unknown_item", "The form does not ask this.")


def newest_statement(member: BoardMember) -> DisclosureStatement | None:
    return DisclosureStatement.objects.filter(member=member).order_by("-stated_at", "-pk").first()


def lapses_at(stated_at: datetime | None, *, policy: EditorialPolicy) -> datetime | None:
    """When a statement of ``stated_at`` has to be made anew; None where there is none."""
    return stated_at + timedelta(days=policy.disclosures_last_days) if stated_at else None


def unstated(
    member: BoardMember, *, stated_at: datetime | None, policy: EditorialPolicy, now: datetime
) -> Iterator[Fault]:
    """What keeps ``member`` from accepting and signing while their word on interests is missing or too old."""
    lapse = lapses_at(stated_at, policy=policy)
    if lapse is None or lapse <= now:
        days = policy.disclosures_last_days
        detail = (
            f"{member.user} has not stated their interests in the last {days} days. "
            "The form is on your page of the board: “State your interests”."
        )
        yield Fault("/member", "no_statement", detail)
