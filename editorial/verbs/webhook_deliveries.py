"""The verb of a webhook delivery, for administrators."""

from editorial.verbs.table import Verb
from editorial.webhooks import endpoints

REPLAY = Verb(
    name="replay",
    action=endpoints.replay,
    label="Send again",
    explain="Sends the same message under the same id. A front-end that has processed it already can ignore it.",
    done="It will be sent again as soon as a worker is free.",
    is_main=True,
)
