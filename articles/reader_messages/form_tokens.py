"""Protection of the editors' queue from spam: a token that takes time to get, and a limit on links.

The token comes with the answers to a question and is sent back with "not what I need". It names the article and the
time, so that a blind post has none, and is valid for one question.
"""

import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.core import signing

from editorial.exceptions import Fault, Unacceptable

SALT = "follow-up question"
READS_FOR = timedelta(seconds=3)
"""The age from which a token is valid. No person reads the answers in less time."""

TOKEN_KEPT = timedelta(days=1)
MOST_LINKS = 2
LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


def token(slug: str, *, now: datetime) -> str:
    """Return the token for a question about ``slug``. It is valid once, from ``READS_FOR`` after ``now`` on."""
    return signing.dumps([slug, now.timestamp(), secrets.token_urlsafe(9)], salt=SALT)


def receipt(sent: str, *, slug: str, now: datetime) -> str:
    """Return a unique id for the question that is sent with this token.

    Raises Unacceptable for a token of another article, a token that is too young or too old, and one that is not ours.
    """
    try:
        token_slug, moment, _ = signing.loads(sent, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise _refused("bad_token", "Ask your question first; the answer brings the token.") from error
    age = now.timestamp() - moment
    if token_slug != slug or age > TOKEN_KEPT.total_seconds():
        raise ask_once_more()
    if age < READS_FOR.total_seconds():
        raise _refused("too_fast", "Please read the answers, then send your question again.")
    return sha256(sent.encode()).hexdigest()


def refuse_links(text: str) -> None:
    """Raise Unacceptable for a text with more links than a question needs."""
    if len(LINK.findall(text)) > MOST_LINKS:
        words = f"Please write your question with at most {MOST_LINKS} links."
        raise Unacceptable(words, code="too_many_links", faults=(Fault("/text", "too_many_links", words),))


def ask_once_more() -> Unacceptable:
    """Return the error for a token that is no longer valid for this question."""
    return _refused("expired_token", "Ask your question once more.")


def _refused(code: str, words: str) -> Unacceptable:
    return Unacceptable(words, code=code, faults=(Fault("/token", code, words),))
