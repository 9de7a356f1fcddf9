"""The verb that publishes a policy, which also decides what happens to approvals that do not satisfy it."""

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from editorial.admin.formatting import link
from editorial.models import EditorialPolicy, RiskTier
from editorial.models.policy import ApprovalsBelow
from editorial.verbs.forms import VerbForm
from editorial.verbs.table import Verb
from reviews import actions
from reviews.rounds.approval_shortfalls import shortfalls, valid_approvals

SHOWN = 50
"""Maximum number of approvals that the page lists. Its heading gives the total."""


def follows(policy: EditorialPolicy) -> str:
    """Return what happens to approvals that do not satisfy ``policy``, as text."""
    days = policy.approvals_below_days
    return {
        ApprovalsBelow.STAND: "They stay valid. You find them in the list of marked approvals.",
        ApprovalsBelow.DATED: f"They lapse in {days} day{'' if days == 1 else 's'}, unless a new version is approved.",
        ApprovalsBelow.SUSPENDED: "They are suspended at once: readers see Under Review with a caution and the reason.",
    }[ApprovalsBelow(policy.approvals_below)]


class PublishForm(VerbForm):
    """Shows which approvals would no longer satisfy the policy, and what would happen to them."""

    subject: EditorialPolicy

    @property
    def reading(self) -> SafeString | None:
        missing_tiers = {rule.risk for rule in self.subject.rules.all()} != set(RiskTier.values)
        if self.subject.is_published or missing_tiers:
            return None
        now = timezone.now()
        below = shortfalls(valid_approvals(at=now), policy=self.subject, at=now)
        if not below:
            return format_html("<p>{}</p>", "Every approval that counts today satisfies this policy.")
        would = "1 approval would" if len(below) == 1 else f"{len(below)} approvals would"
        rows = format_html_join(
            "", "<li>{}: {}</li>", ((link(shortfall.version), shortfall.words) for shortfall in below[:SHOWN])
        )
        rest = len(below) - SHOWN
        more = format_html("<p>… and {} more.</p>", rest) if rest > 0 else ""
        head = format_html("<h2>{} no longer satisfy this</h2><p>{}</p>", would, follows(self.subject))
        return format_html("{}<ul>{}</ul>{}", head, rows, more)


PUBLISH = Verb(
    name="publish",
    action=actions.publish_policy,
    label="Publish the policy",
    form=PublishForm,
    explain="It is in force from this moment and frozen with its rules for good. It counts for every round that is "
    "decided, and for running rounds as far as it asks for more than they were opened under.",
    done="The policy is in force.",
    is_main=True,
)
