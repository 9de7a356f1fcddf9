"""The line to the mail server, and what its answers mean."""

import smtplib
from contextlib import suppress
from typing import Any, Self

from django.core.mail import BadHeaderError, EmailMessage, get_connection


class ServerAwayError(Exception):
    """The mail server cannot be reached, or lets nobody in: the fault of no mail, and the same for every other one."""

    def __init__(self, words: str, code: str) -> None:
        super().__init__(words)
        self.code = code


class NobodyToSendToError(Exception):
    """The mail has no address."""


class Line:
    """One connection to the mail server for many mails: opened by the first, and anew after one has broken it."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def send(self, message: EmailMessage) -> None:
        """Hand ``message`` over. Raises ServerAwayError, or whatever the server had against this mail."""
        message.connection = self._connection or self._open()
        try:
            sent = message.send()
        except Exception:
            self.close()
            raise
        if not sent:
            raise NobodyToSendToError("The account has no address.")

    def _open(self) -> Any:
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAwayError(said(error), code(error)) from error
        self._connection = connection
        return connection

    def close(self) -> None:
        """Hang up. What the server says to it is of no interest: every mail has been answered."""
        connection, self._connection = self._connection, None
        with suppress(OSError, smtplib.SMTPException):
            if connection:
                connection.close()


def is_final(error: Exception) -> bool:
    """Whether trying the same mail again can only fail again: its address or its content is refused for good.

    A sender who is refused is the house's fault and concerns every mail; that is put right and the mails go out.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, BadHeaderError | NobodyToSendToError)


def code(error: Exception) -> str:
    """``error`` for a log: its name and the server's code. Its words may hold an address or a line of the mail."""
    refused = getattr(error, "recipients", {})
    codes = {getattr(error, "smtp_code", None), *(answer[0] for answer in refused.values())} - {None}
    return " ".join([type(error).__name__, *map(str, sorted(codes))])


def said(error: Exception) -> str:
    """``error`` in words, for who reads the record."""
    return f"{type(error).__name__}: {error}"
