"""The verbs of a reviewer that end an objection: withdraw the verdict, or accept that a change answers it."""

from dataclasses import replace

from django.urls import reverse

from editorial.verbs.bodies import OptionalReasonSerializer
from editorial.verbs.forms import OptionalReasonForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.models import AcceptedChange
from reviews.permissions import open_review_of
from reviews.verbs.reviews import desk_address

WITHDRAW = Verb(
    name="withdraw",
    action=actions.withdraw_verdict,
    label="Withdraw the verdict",
    form=OptionalReasonForm,
    explain="The verdict stays on record as withdrawn and no longer blocks an approval. If nothing else blocks the "
    "approval, readers see Approved at once.",
    done="Withdrawn.",
    summary="Withdraw a negative verdict",
    body=OptionalReasonSerializer,
)


def desk_of(accepted: AcceptedChange) -> str:
    """Return the address of the desk on which the change was accepted."""
    review = open_review_of(accepted.accepted_by, accepted.version.article)
    return desk_address(review) if review else reverse("admin:index")


ACCEPT_CLAIM = Verb(
    name="accept_change",
    action=actions.accept_changed_claim,
    label="The change answers this",
    form=OptionalReasonForm,
    explain="You say that the changed words answer the objection. It no longer blocks an approval of this version. "
    "If a later version says the same as before, it blocks again. Its author and the writers are notified.",
    done="Accepted. The objection no longer blocks an approval.",
    is_main=True,
    lands=desk_of,
    summary="Accept that a changed claim answers a verdict",
    body=OptionalReasonSerializer,
)
ACCEPT_PASSAGE = replace(
    ACCEPT_CLAIM,
    action=actions.accept_changed_passage,
    summary="Accept that changed words answer a blocking comment",
)
