"""Judge new passwords: how easily they are guessed, and whether they are in a file of breached ones."""

import logging
from hashlib import sha1
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from editorial.models import User

logger = logging.getLogger(__name__)

ENOUGH = 3
"""The lowest accepted score. zxcvbn describes it as "safely unguessable: moderate protection from offline guessing"."""

LONGEST = 100
"""Characters that are looked at. The time grows faster than the length, and more of them make no password weaker."""


def score_of(password: str, *, about: User | None) -> tuple[int, str]:
    """Return the score of zxcvbn, 0 to 4, and in words why the password is weak; empty if it is strong enough."""
    if not password:
        return 0, ""  # zxcvbn fails
    found = zxcvbn(password[:LONGEST], user_inputs=_words_about(about), max_length=LONGEST)
    feedback = found["feedback"]
    return found["score"], " ".join(filter(None, [feedback["warning"], *feedback["suggestions"]]))


def _words_about(user: User | None) -> list[str]:
    """Return the words that someone who knows the site and the person tries first."""
    personal = [user.username, user.first_name, user.last_name, user.email] if user else []
    together = " ".join([*personal, settings.SITE_NAME, *settings.SITE_NAMES]).replace("@", " ").replace(".", " ")
    return [*together.split(), *filter(None, personal)]


class GuessingValidator:
    """Refuses a password that is guessed too easily, such as a common one or the name of its owner."""

    def validate(self, password: str, user: Any = None) -> None:
        score, why = score_of(password, about=user)
        if score < ENOUGH:
            raise ValidationError(f"This password can be guessed too easily. {why}".strip(), code="guessable")

    def get_help_text(self) -> str:
        return "Four words that do not belong together make a good password."


class BreachedPasswordValidator:
    """Refuses a password that is in a file of breached ones, see ``is_in_file``.

    If the file cannot be read, every password is refused, because nothing is known about it.
    """

    def __init__(self, *, file: str) -> None:
        self.file = Path(file)

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django gives it to every validator
        try:
            breached = is_in_file(password, self.file)
        except OSError as error:
            logger.error("the file of breached passwords cannot be read: %s", error)
            detail = "New passwords cannot be checked at the moment. Ask an administrator of this site."
            raise ValidationError(detail, code="unchecked") from error
        if breached:
            detail = "This password became known in a data breach elsewhere, so it is tried first. Choose another one."
            raise ValidationError(detail, code="breached")

    def get_help_text(self) -> str:
        return "Passwords that became known in a data breach elsewhere are refused."


def is_in_file(password: str, file: Path) -> bool:
    """Return whether the SHA-1 of ``password`` is in a file of sorted lines ``HASH:count``, as Have I Been Pwned has.

    The file has tens of gigabytes, so it is searched by halving: about 35 reads.
    """
    wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        low, high = 0, lines.seek(0, 2)
        while low < high:  # the line that begins at or after ``low`` and before ``high``
            middle = (low + high) // 2
            found = _line_after(lines, middle)
            if found == wanted:
                return True
            low, high = (lines.tell(), high) if found and found < wanted else (low, middle)
    return False


def _line_after(lines: BinaryIO, position: int) -> bytes:
    """Return the hash in the first line that begins at ``position`` or later; empty at the end of the file."""
    lines.seek(max(position - 1, 0))
    if position:
        lines.readline()
    return lines.readline().partition(b":")[0].strip().upper()
