"""Refusals: everything the house may answer instead of doing what it was asked.

Each says why in words and in a code, and knows its HTTP status (403 who, 404 out of sight, 409 state,
412/428 precondition, 422 content), so that API, admin, commands and tasks refuse alike.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with what was sent: where (an RFC 6901 JSON pointer), which and in words."""

    pointer: str
    code: str
    detail: str


class Refusal(Exception):
    """The request was understood and is refused; nothing was changed."""

    status: ClassVar[int] = 409
    title: ClassVar[str] = "Refused"
    default_code: ClassVar[str] = "refused"

    def __init__(
        self, detail: str, *, code: str = "", faults: tuple[Fault, ...] = (), retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.faults = faults
        self.retry_after = retry_after


class NotPermitted(Refusal):
    """Somebody else may do this, you may not."""

    status = 403
    title = "Not permitted"
    default_code = "not_permitted"


class OutOfSight(Refusal):
    """There is nothing here that you can see."""

    status = 404
    title = "Not found"
    default_code = "not_found"


class InvalidTransition(Refusal):
    """The present state does not allow this."""

    status = 409
    title = "Not possible in this state"
    default_code = "invalid_transition"


class Conflict(Refusal):
    """What the request relies on is no longer, or not yet, so."""

    status = 409
    title = "Conflict"
    default_code = "conflict"


class Gone(Refusal):
    """It was here and has been retracted."""

    status = 410
    title = "Retracted"
    default_code = "retracted"


class Ended(Refusal):
    """It was good for a time, and that is over."""

    status = 410
    title = "No longer valid"
    default_code = "ended"


class PreconditionFailed(Refusal):
    """The ``If-Match`` that was sent names an older state than the present one."""

    status = 412
    title = "Changed meanwhile"
    default_code = "precondition_failed"


class PreconditionRequired(Refusal):
    """``If-Match`` is needed here and was not sent (RFC 6585)."""

    status = 428
    title = "If-Match required"
    default_code = "precondition_required"


class Malformed(Refusal):
    """The request cannot be read."""

    status = 400
    title = "Malformed request"
    default_code = "malformed"


class Unacceptable(Refusal):
    """The content does not do; ``faults`` say where and why."""

    status = 422
    title = "Unacceptable content"
    default_code = "unacceptable"


class FrozenRecord(Exception):
    """Code tried to change what may never change. A bug in the caller, not a refusal to a person."""
