"""The verb of a notice whose mail failed."""

from editorial.mail import notices
from editorial.verbs.table import Verb

TRY_AGAIN = Verb(
    name="try-again",
    action=notices.try_again,
    label="Try again",
    explain="The mail goes back into the queue as if it were new, and is sent as soon as a worker is free.",
    done="The mail is back in the queue.",
    is_main=True,
)
