"""The connection to the mail server, and what its answers mean."""

import smtplib
from contextlib import suppress
from typing import Any, Self

from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import BadHeaderError, EmailMessage, get_connection

SHUTTING_DOWN = 421
"""The code by which a server refuses the connection, not the mail (RFC 5321, section 3.8)."""


class ServerAwayError(Exception):
    """The mail server did not answer, or refused the connection or the login. The mail itself was not judged.

    ``had_opened`` says whether the connection was open. If so, the cause may be this mail alone.
    """

    def __init__(self, cause: Exception, *, had_opened: bool) -> None:
        super().__init__(error_text(cause))
        self.cause, self.code, self.had_opened = cause, code(cause), had_opened


class NobodyToSendToError(Exception):
    """The mail has no address."""


class MailConnection:
    """One connection to the mail server for many mails: opened by the first, and reopened after an error.

    ``answers`` counts the mails that the server accepted or refused.
    """

    def __init__(self) -> None:
        self._connection: Any = None
        self.answers = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def send(self, message: EmailMessage) -> None:
        """Send ``message``. Raises ServerAwayError, NobodyToSendToError, or the server's error about this mail."""
        message.connection = self._connection or self._open()
        try:
            sent = message.send()
        except Exception as error:
            self.close()
            if is_silence(error):
                raise ServerAwayError(error, had_opened=True) from error
            self.answers += isinstance(error, smtplib.SMTPException)
            raise
        if not sent:
            raise NobodyToSendToError("The account has no address.")
        self.answers += 1

    def _open(self) -> Any:
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException, SoftTimeLimitExceeded) as error:
            raise ServerAwayError(error, had_opened=False) from error
        self._connection = connection
        return connection

    def close(self) -> None:
        """Close the connection. Errors are ignored: the server has answered for every mail already."""
        connection, self._connection = self._connection, None
        with suppress(OSError, smtplib.SMTPException):
            if connection:
                connection.close()


def is_silence(error: Exception) -> bool:
    """Whether the server gave no answer about the mail: the connection or the time ended, or the server shuts down."""
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == SHUTTING_DOWN
    broken = smtplib.SMTPServerDisconnected | SoftTimeLimitExceeded
    return isinstance(error, broken) or (isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException))


def is_final(error: Exception) -> bool:
    """Whether a retry of the same mail must fail too: the server refuses its address or its content for good.

    A refused sender is not final. It is an error of the site's configuration: once it is fixed, the mails are sent.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, BadHeaderError | NobodyToSendToError)


def code(error: Exception) -> str:
    """Return ``error`` for a log: its name and the server's code. Its text may quote an address or the mail."""
    refused = getattr(error, "recipients", {})
    codes = {getattr(error, "smtp_code", None), *(answer[0] for answer in refused.values())} - {None}
    return " ".join([type(error).__name__, *map(str, sorted(codes))])


def error_text(error: Exception) -> str:
    """Return ``error`` as text, for readers of the record."""
    return f"{type(error).__name__}: {error}"
