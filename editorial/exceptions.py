"""Refusals: the exceptions with which the site declines a request.

Each has a reason in words, a code and an HTTP status (403 who, 404 not visible, 409 state, 412/428 precondition,
422 content), so API, admin, commands and tasks refuse in the same way.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One error in the submitted data: where (an RFC 6901 JSON pointer), a code, and the explanation."""

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
    """This person may not do this."""

    status = 403
    title = "Not permitted"
    default_code = "not_permitted"


class ScopeMissing(NotPermitted):
    """The API token does not have the scope that the operation needs."""

    default_code = "scope_missing"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This token does not have the scope “{scope}”. Create one that has it.")
        self.scope = scope


class NotFound(Refusal):
    """The object does not exist, or this person may not see it."""

    status = 404
    title = "Not found"
    default_code = "not_found"


class InvalidTransition(Refusal):
    """The current state does not allow this."""

    status = 409
    title = "Not possible in this state"
    default_code = "invalid_transition"


class Conflict(Refusal):
    """Something that the request relies on has changed, or is not the case yet."""

    status = 409
    title = "Conflict"
    default_code = "conflict"


class Gone(Refusal):
    """The article was published here and has been retracted."""

    status = 410
    title = "Retracted"
    default_code = "retracted"


class Ended(Refusal):
    """The link or token has expired."""

    status = 410
    title = "No longer valid"
    default_code = "ended"


class PreconditionFailed(Refusal):
    """The ``If-Match`` header names an older state than the current one."""

    status = 412
    title = "Changed meanwhile"
    default_code = "precondition_failed"


class PreconditionRequired(Refusal):
    """``If-Match`` is required here and was not sent (RFC 6585)."""

    status = 428
    title = "If-Match required"
    default_code = "precondition_required"


class Malformed(Refusal):
    """The request cannot be parsed."""

    status = 400
    title = "Malformed request"
    default_code = "malformed"


class Unacceptable(Refusal):
    """The content is not valid; ``faults`` say where and why."""

    status = 422
    title = "Unacceptable content"
    default_code = "unacceptable"


class NotReady(Refusal):
    """The site prepares the response. The same request succeeds a little later."""

    status = 503
    title = "Being prepared"
    default_code = "being_prepared"


class FrozenRecord(Exception):
    """Code tried to change an immutable record. This is a bug in the caller, not a refusal to a person."""
