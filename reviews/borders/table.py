"""The parts of the border table: kinds of records, borders, and cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.db.models import TextChoices


class RecordKind(TextChoices):
    """What a person stated about an article or its review, or what follows from it."""

    COMMENT = "comment", "A blocking comment"
    VERDICT = "verdict", "A verdict on a claim"
    ANSWER = "answer", "An answer to the checklist"
    SIGNATURE = "signature", "A signature"
    RECUSAL = "recusal", "A recusal"
    INTEREST = "interest", "An interest"
    WAIVER = "waiver", "A waiver of an interest"
    TYPED = "typed", "Typed text that was not sent"
    INVITATION = "invitation", "An invitation"
    DUE_DATE = "due_date", "A due date"
    ROLE = "role", "A role"
    AUTHORSHIP = "authorship", "Authorship of the text"


class Border(TextChoices):
    """An event that the record must survive, unless a named person ends it."""

    NEXT_VERSION = "next_version", "next version"
    SAME_TEXT = "same_text", "same text submitted again"
    CANCEL = "cancel", "cancel"
    DECLINE = "decline", "decline"
    LAPSE = "lapse", "lapse"
    RECUSE = "recuse", "recuse"
    ROUND_ENDED = "round_ended", "round ended"
    RE_INVITATION = "re_invitation", "invited again"
    POLICY_PUBLISHED = "policy_published", "policy published"
    RISK_CHANGED = "risk_changed", "risk changed"
    MEMBER_LEFT = "member_left", "member left the board"
    ACCOUNT_DISABLED = "account_disabled", "account disabled"
    ACCOUNT_MERGED = "account_merged", "account merged"
    WORK_COMPLETED = "work_completed", "work completed"
    WORK_MERGED = "work_merged", "work merged"
    CHANNEL = "channel", "page ↔ API ↔ mail"


class BorderOutcome(TextChoices):
    """What happens to a record at a border."""

    UNTOUCHED = "untouched", "not touched"
    STAYS = "stays", "stays"
    CARRIED = "carried", "carried over"
    ASKED_AGAIN = "asked_again", "asked again"
    ENDS = "ends", "ends"
    REFUSED = "refused", "refused"


class NoticeRecipient(TextChoices):
    """Who gets a notice."""

    REVIEWER = "reviewer", "the reviewer"
    OTHERS = "others", "other reviewers"
    WRITERS = "writers", "the writers"
    EDITORS = "editors", "the editors"
    STAYING = "staying", "the account that stays"


NoticesByRecipient = Mapping[NoticeRecipient, frozenset[str]]
"""Kinds of notices, by recipient."""


@dataclass(frozen=True)
class Cell:
    """One record at one border.

    ``words`` say what survives and how, ``ended_by`` who ends it, ``refusal`` is part of the refusal's text.
    """

    outcome: BorderOutcome
    words: str
    notices: NoticesByRecipient = field(default_factory=dict)
    ended_by: str = ""
    refusal: str = ""


def row(notices: Mapping[Border, NoticesByRecipient], cells: Mapping[Border, tuple[str, ...]]) -> Mapping[Border, Cell]:
    """Return one record at every border: outcome, words, and who ends it, or part of the refusal's text."""
    return MappingProxyType({border: _cell(*cells[border], notices=notices[border]) for border in cells})


def _cell(outcome: str, words: str, more: str = "", *, notices: NoticesByRecipient) -> Cell:
    ends = outcome == BorderOutcome.ENDS
    return Cell(BorderOutcome(outcome), words, notices, ended_by=more if ends else "", refusal="" if ends else more)
