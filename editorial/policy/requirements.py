"""What an approval has to satisfy: the strictest combination of several rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from editorial.models import EditorialPolicy, PolicyRule
from editorial.models.policy import ClaimCheckRule


@dataclass(frozen=True)
class Requirements:
    """The strictest value of each rule. ``policy`` is in force; ``in_force`` is its rule for the current risk tier.

    PostgreSQL enforces quorum, specialties and shelf life of an approval in the same way.
    """

    policy: EditorialPolicy
    in_force: PolicyRule
    rules: Sequence[PolicyRule]

    @property
    def quorum(self) -> int:
        return max(rule.quorum for rule in self.rules)

    @property
    def required_specialties(self) -> tuple[str, ...]:
        return tuple(sorted({code for rule in self.rules for code in rule.required_specialties}))

    @property
    def claim_checks(self) -> str:
        return max((rule.policy.claim_checks for rule in self.rules), key=ClaimCheckRule.values.index)

    @property
    def shelf_life(self) -> timedelta:
        return min(rule.shelf_life for rule in self.rules)

    @property
    def exceeded(self) -> tuple[PolicyRule, ...]:
        """The other rules that require more than the one in force in at least one respect."""
        specialties = set(self.in_force.required_specialties)
        checks = ClaimCheckRule.values.index(self.in_force.policy.claim_checks)
        return tuple(
            rule
            for rule in self.rules
            if rule.quorum > self.in_force.quorum
            or not specialties.issuperset(rule.required_specialties)
            or ClaimCheckRule.values.index(rule.policy.claim_checks) > checks
            or rule.shelf_life < self.in_force.shelf_life
        )
