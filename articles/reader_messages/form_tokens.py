"""What stands between a reader's form and the editors' queue: a token that takes time, and a look for spam.

The token is given with the answers that were found, and is sent back with "not what I need". It names the article and
the moment, so that nothing that posts blindly gets through, and is good for one question.
"""

import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.core import signing

from editorial.exceptions import Fault, Unacceptable

SALT = "follow-up question"
READS_FOR = timedelta(seconds=3)
"""Nobody reads what was found and decides in less."""

TOKEN_KEPT = timedelta(days=1)
MOST_LINKS = 2
LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def token(slug: str, *, now: datetime) -> str:
    """What a question about the article ``slug`` is sent with, from ``READS_FOR`` after ``now`` on, once."""
    return signing.dumps([slug, now.timestamp(), secrets.token_urlsafe(9)], salt=SALT)


def receipt(sent: str, *, slug: str, now: datetime) -> str:
    """What tells a question that is sent with this token from all others.

    Raises Unacceptable for a token of another article, too young, too old, or not of ours.
    """
    try:
        named, moment, _ = signing.loads(sent, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise _refused("bad_token", "Ask your question first; the answer brings the token.") from error
    age = now.timestamp() - moment
    if named != slug or age > TOKEN_KEPT.total_seconds():
        raise ask_once_more()
    if age < READS_FOR.total_seconds():
        raise _refused("too_fast", "Please read what was found, then send your question again.")
    return sha256(sent.encode()).hexdigest()


def refuse_links(text: str) -> None:
    """Raise Unacceptable for a text with more links than a question needs."""
    if len(LINK.findall(text)) > MOST_LINKS:
        words = f"Please write your question with at most {MOST_LINKS} links."
        raise Unacceptable(words, code="too_many_links", faults=(Fault("/text", "too_many_links", words),))


def ask_once_more() -> Unacceptable:
    """The refusal of a token that is not good for this question any more."""
    return _refused("expired_token", "Ask your question once more.")


def _refused(code: str, words: str) -> Unacceptable:
    return Unacceptable(words, code=code, faults=(Fault("/token", code, words),))
