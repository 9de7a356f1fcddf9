"""The verb that drafts a policy. ``reviews`` has the one that publishes it, because that changes approvals."""

from editorial.actions import draft_next_policy
from editorial.verbs.table import Verb

DRAFT_NEXT = Verb(
    name="draft-next",
    action=draft_next_policy,
    label="Draft the next version of the policy",
    explain="The latest version is copied with rules and checklist. Readers and reviews go on under the one in force.",
    done="The next version is drafted. It has no effect until it is published.",
    makes=True,
    is_main=True,
)
