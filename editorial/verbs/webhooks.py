"""The verbs of a webhook endpoint, for administrators."""

from datetime import timedelta

from django import forms

from editorial.verbs.forms import OptionalReasonForm, VerbForm
from editorial.verbs.table import Verb
from editorial.webhooks import endpoints


class OverlapForm(VerbForm):
    """Asks how long the old secret still signs, too."""

    hours = forms.IntegerField(
        label="Hours for which the old secret signs, too",
        initial=24,
        min_value=0,
        max_value=endpoints.LONGEST_OVERLAP // timedelta(hours=1),
        help_text="Time that the front-end needs to switch to the new secret, a week at most. Use 0 if someone else "
        "may have read it.",
    )

    def arguments(self) -> dict[str, object]:
        return {"overlap": timedelta(hours=self.cleaned_data["hours"])}


SEND_TEST = Verb(
    name="send-test",
    action=endpoints.send_test,
    label="Send a test message",
    explain="A message of the type endpoint.test, signed as all are. How it goes is shown below “Deliveries”.",
    done="It is sent as soon as a worker is free. Load this page again to see how it went.",
    is_main=True,
)
ROTATE_SECRET = Verb(
    name="rotate-secret",
    action=endpoints.rotate_secret,
    label="Rotate the secret",
    form=OverlapForm,
    explain="Messages are signed with a new secret from now on. It is shown once, on the next page.",
    done="The secret is rotated.",
)
SWITCH_ON = Verb(
    name="switch-on",
    action=endpoints.switch_on,
    label="Switch on",
    explain="It receives events from now on. Resend what it missed from the list of deliveries.",
    done="It is switched on.",
    is_main=True,
)
SWITCH_OFF = Verb(
    name="switch-off",
    action=endpoints.switch_off,
    label="Switch off",
    form=OptionalReasonForm,
    explain="No more events are sent to it, and queued deliveries are cancelled.",
    done="It is switched off.",
    is_grave=True,
)
