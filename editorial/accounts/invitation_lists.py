"""Lists of people to invite, as CSV: read, and checked before anybody is invited."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from django.db.models.functions import Lower

from editorial.accounts.invitations import Invitee, invitee_faults, specialty_codes
from editorial.exceptions import Fault, Unacceptable
from editorial.models import User
from editorial.permissions import may_invite
from editorial.roles import Role

MOST = 200
"""People in one list."""

COLUMNS = ("first_name", "last_name", "email", "roles")
OPTIONAL = ("credentials", "specialties", "licence_expires_on")

ROLE_WORDS = {
    "writer": Role.WRITER,
    "editor": Role.EDITOR,
    "board": Role.BOARD_MEMBER,
    "board member": Role.BOARD_MEMBER,
    "administrator": Role.ADMINISTRATOR,
}

SEPARATORS = ",;\t"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A row of a list: who would be invited, or why not. ``account`` is the one that has the address already."""

    line: int
    invitee: Invitee
    problems: tuple[str, ...]
    account: User | None = None

    @property
    def role_words(self) -> str:
        return ", ".join(role.label for role in Role if role in self.invitee.roles)


def plan(text: str, *, by: User) -> list[Planned]:
    """Return what would become of each row of a list if ``by`` sent it now. Nobody is invited.

    Raises Unacceptable if the text is no list: without the columns, without rows, or with too many.
    """
    rows = list(_rows(text))
    read = [(line, *_invitee(cells)) for line, cells in rows]
    accounts, specialties = _accounts([invitee for _, invitee, _ in read]), specialty_codes()
    counted = Counter(invitee.email.casefold() for _, invitee, _ in read)
    planned = []
    for line, invitee, unread in read:
        found = accounts.get(invitee.email.lower())
        problems = [*unread, *(fault.detail for fault in invitee_faults(invitee, specialties=specialties))]
        if not may_invite(by, invitee.roles):
            problems.append("Only administrators invite people with this role.")
        if counted[invitee.email.casefold()] > 1:
            problems.append("The address is in the list more than once.")
        if found:
            problems.append("There is an account with this address already.")
        planned.append(Planned(line=line, invitee=invitee, problems=tuple(problems), account=found))
    return planned


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the number of the line and the cells of each row that is not empty."""
    heading = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=heading.count)
    reader = csv.reader(StringIO(text.lstrip(), newline=""), delimiter=separator)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise _no_list(f"The list cannot be read: {error}.") from error
    lines = [(number, cells) for number, cells in lines if any(cells)]
    names = [_column(name) for name in lines[0][1]] if lines else []
    if lacking := [name for name in COLUMNS if name not in names]:
        raise _no_list(f"The first line must name the columns. Missing: {', '.join(lacking)}.")
    if not 0 < len(lines) - 1 <= MOST:
        raise _no_list(f"A list has between 1 and {MOST} people.")
    for number, cells in lines[1:]:
        yield number, dict(zip(names, [*cells, *[""] * len(names)], strict=False))


def _no_list(detail: str) -> Unacceptable:
    return Unacceptable(detail, faults=(Fault("/people", "no_list", detail),))


def _column(name: str) -> str:
    words = name.casefold().replace("-", "_").replace(" ", "_")
    return {"e_mail": "email", "role": "roles"}.get(words, words)


def _invitee(cells: Mapping[str, str]) -> tuple[Invitee, list[str]]:
    """Return the person of a row, and what in it could not be read."""
    named = [role.strip().casefold() for role in _parts(cells["roles"])]
    unread = [f"“{role}” is no role." for role in named if role not in ROLE_WORDS]
    written, licence = cells.get("licence_expires_on", ""), None
    try:
        licence = date.fromisoformat(written) if written else None
    except ValueError:
        unread.append(f"“{written}” is not a date such as 2027-12-31.")
    invitee = Invitee(
        first_name=cells["first_name"],
        last_name=cells["last_name"],
        email=cells["email"],
        roles=frozenset(ROLE_WORDS[role] for role in named if role in ROLE_WORDS),
        credentials=cells.get("credentials", ""),
        specialties=tuple(_parts(cells.get("specialties", ""))),
        licence_expires_on=licence,
    )
    return invitee, unread


def _parts(cell: str) -> list[str]:
    """Return the parts of a cell that are separated by commas, semicolons, slashes or ``+``."""
    for separator in ";/+":
        cell = cell.replace(separator, ",")
    return [part.strip() for part in cell.split(",") if part.strip()]


def _accounts(invitees: Sequence[Invitee]) -> dict[str, User]:
    """Return the accounts that have addresses of ``invitees``, by the address in small letters. One query."""
    addresses = [invitee.email.lower() for invitee in invitees if invitee.email]
    accounts = User.objects.alias(address=Lower("email")).filter(address__in=addresses)
    return {account.email.lower(): account for account in accounts}
