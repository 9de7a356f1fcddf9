"""A member's statement of interests: the items of its form, and how long a statement is valid.

The items are those of the disclosure form of the International Committee of Medical Journal Editors (ICMJE, 2021), in
our own words. They concern all of a member's work, not one manuscript.
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
"""The questions, by the key under which the answer is stored."""

NONE = "none"
MAX_ANSWER_LENGTH = 2000
"""Characters of an answer."""


def answer_faults(answers: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return what is wrong with ``answers``: each item needs "none" or a description, and no other key is allowed."""
    faults = []
    for item in ITEMS:
        answer = answers.get(item, "").strip()
        if not answer:
            faults.append(Fault(f"/{item}", "required", "Say “none”, or which interest."))
        elif len(answer) > MAX_ANSWER_LENGTH:
            faults.append(Fault(f"/{item}", "max_length", f"Say it in {MAX_ANSWER_LENGTH} characters at most."))
    unknown = answers.keys() - ITEMS.keys()
    return (*faults, *(Fault(f"/{item}", "unknown_item", "The form does not ask this.") for item in unknown))


def latest_statement(member: BoardMember) -> DisclosureStatement | None:
    return DisclosureStatement.objects.filter(member=member).order_by("-stated_at", "-pk").first()


def lapses_at(stated_at: datetime | None, *, policy: EditorialPolicy) -> datetime | None:
    """Return when a statement of ``stated_at`` expires; None for no statement."""
    return stated_at + timedelta(days=policy.disclosures_last_days) if stated_at else None


def statement_faults(
    member: BoardMember, *, stated_at: datetime | None, policy: EditorialPolicy, now: datetime
) -> Iterator[Fault]:
    """Yield a fault if ``member`` has no valid statement of interests, without which they cannot accept and sign."""
    lapse = lapses_at(stated_at, policy=policy)
    if lapse is None or lapse <= now:
        days = policy.disclosures_last_days
        detail = (
            f"{member.user} has not stated their interests in the last {days} days. "
            "The form is on your page of the board: “Declare your interests”."
        )
        yield Fault("/member", "no_statement", detail)
