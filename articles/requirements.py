"""The rules for a version: the strictest of those in force at its submission and all since."""

from datetime import datetime

from articles.models import Version
from editorial.exceptions import InvalidTransition
from editorial.models import EditorialPolicy
from editorial.policy.requirements import Requirements


def requirements(version: Version, *, at: datetime) -> Requirements | None:
    """Return what an approval of ``version`` at ``at`` has to satisfy; None if no policy is in force. Two queries.

    The rules come from every policy in force since the submission, for every tier of the version and the current tier
    of its article. So neither a new policy nor another tier lowers what a round has to satisfy.
    """
    policies = EditorialPolicy.objects.since(version.opened_policy_id, at=at)
    if not policies:
        return None
    tiers = sorted({*version.tiers, version.article.risk})
    rules = [policy.rule(tier) for policy in policies for tier in tiers]
    return Requirements(policies[0], policies[0].rule(version.article.risk), rules)


def required(version: Version, *, at: datetime) -> Requirements:
    """As ``requirements``, but raise InvalidTransition if no policy is in force."""
    current = requirements(version, at=at)
    if current is None:
        raise InvalidTransition("No editorial policy is in force, so nothing can be reviewed.", code="no_policy")
    return current
