"""The claims of a version for one reviewer: what to check, what they checked, and what was carried over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q, TextChoices

from articles.models import Claim, Reference, Version
from articles.requirements import requirements
from articles.text.comparison import Row, compare
from editorial.models.policy import ClaimCheckRule
from editorial.permissions import AnyUser
from reviews.desk.changed_claims import changed_claims, last_signed_version
from reviews.desk.context_changes import ContextChange, context_changes
from reviews.desk.objections import Objection, blocking_claims, visible_objections
from reviews.desk.verdicts import AttributedVerdict, Lapse, RoundVerdict, claims_and_works, round_verdicts
from reviews.lifecycle import State as ReviewState
from reviews.models import ClaimCheck, Review, Signature


class ClaimState(TextChoices):
    """What a reviewer has to do about a claim, in the order of the desk."""

    TO_CHECK = "to_check", "to check"
    CONTEXT_CHANGED = "context_changed", "context changed: check again"
    CHECKED = "checked", "checked by the reviewer"
    CARRIED = "carried", "carried over"


LEAST_SETTLED = (ClaimState.TO_CHECK, ClaimState.CONTEXT_CHANGED, ClaimState.CARRIED)


@dataclass(frozen=True)
class CitedWork:
    """A work cited at a claim, with all verdicts on the two."""

    work: Reference
    number: int
    state: ClaimState
    voices: Sequence[AttributedVerdict]

    @property
    def own(self) -> ClaimCheck | None:
        """The reviewer's verdict in this round."""
        return next(
            (voice.verdict.check for voice in self.voices if voice.is_own and not voice.verdict.carried_at), None
        )

    @property
    def to_confirm(self) -> ClaimCheck | None:
        """The reviewer's own earlier verdict, if the context changed since and they gave no new one."""
        again = [
            voice.verdict.check
            for voice in self.voices
            if voice.is_own and voice.verdict.lapse == Lapse.CONTEXT_CHANGED
        ]
        return again[-1] if again and not self.own else None


@dataclass(frozen=True)
class ClaimItem:
    """A claim at the desk.

    ``before`` is its earlier text, if it changed since the reviewer signed and a similar one was found. ``blocks`` says
    whether it has an objection that the reviewer may read.
    """

    claim: Claim
    works: Sequence[CitedWork]
    has_changed: bool
    before: str | None
    blocks: bool

    @cached_property
    def state(self) -> ClaimState:
        """The state of the least settled work: to check, context changed, carried over, checked."""
        states = {cited.state for cited in self.works}
        return next((state for state in LEAST_SETTLED if state in states), ClaimState.CHECKED)

    @cached_property
    def context_changes(self) -> list[ContextChange]:
        """Earlier contexts in which verdicts were given, each compared with the current one."""
        voices = (voice for cited in self.works for voice in cited.voices)
        return context_changes(self.claim, (voice for voice in voices if voice.verdict.lapse == Lapse.CONTEXT_CHANGED))

    @property
    def difference(self) -> Row | None:
        """The earlier and the current text compared word by word; None without an earlier text or a difference."""
        rows = compare(self.before, self.claim.text) if self.before else []
        return rows[0] if rows else None


@dataclass(frozen=True)
class ClaimCounts:
    """The number of claims by what is to be done about them. ``blocking`` also counts comments."""

    claims: int
    to_check: int
    look_again: int
    checked: int
    carried: int
    blocking: int
    changed: int

    @property
    def settled(self) -> int:
        return self.claims - self.to_check - self.look_again


@dataclass(frozen=True)
class ClaimChecklist:
    """All claims of a version for one reviewer.

    ``since`` is the version that the reviewer last signed, ``rule`` the verdicts that the policy requires.
    ``objections`` are the open objections against the version, of this round or an earlier one, that the reviewer may
    read.
    """

    items: Sequence[ClaimItem]
    since: Version | None
    rule: str
    objections: Sequence[Objection]

    @property
    def summary(self) -> ClaimCounts:
        states = [item.state for item in self.items]
        return ClaimCounts(
            claims=len(states),
            to_check=states.count(ClaimState.TO_CHECK),
            look_again=states.count(ClaimState.CONTEXT_CHANGED),
            checked=states.count(ClaimState.CHECKED),
            carried=states.count(ClaimState.CARRIED),
            blocking=blocking_claims(self.objections),
            changed=sum(item.has_changed for item in self.items),
        )

    @property
    def carried_items(self) -> list[ClaimItem]:
        """Claims that rest on carried-over verdicts, without an objection. The page folds them."""
        return [item for item in self.items if item.state == ClaimState.CARRIED and not item.blocks]

    @property
    def open_items(self) -> list[ClaimItem]:
        """All other claims, in their order."""
        return [item for item in self.items if item.state != ClaimState.CARRIED or item.blocks]


def claim_checklist(review: Review, *, user: AnyUser, now: datetime) -> ClaimChecklist:
    """Return the claims of the version under ``review``, for its reviewer, with what ``user`` may see of them.

    Claims that changed since the reviewer's last signature come first, then those to check, then the rest, each in text
    order. Verdicts of this round stay sealed. Carried-over verdicts come from signed reviews of earlier versions:
    everyone who sees this review sees them, with name and date. The number of queries does not depend on the number of
    claims.
    """
    rules = requirements(review.version, at=now)
    rule = rules.claim_checks if rules else ClaimCheckRule.NONE
    claims = _claims_in_order(review.version)
    own = ClaimCheck.objects.visible_to(user).filter(Q(review=review) | Q(review__state=ReviewState.SIGNED))
    verdicts = round_verdicts(review.version, requirements=rules, now=now, own=own)
    voices = _attributed_verdicts(verdicts, review)
    since = last_signed_version(review)
    changed = changed_claims(claims, since=since)
    numbers = dict(review.version.citations.values_list("reference", "number"))
    cited = _works_by_claim(review.version, numbers)

    def works(claim: Claim) -> list[CitedWork]:
        pairs = [(work, voices.get((claim.pk, work.pk), [])) for work in cited[claim.pk]]
        return [CitedWork(work, numbers[work.pk], _claim_state(on_work, rule=rule), on_work) for work, on_work in pairs]

    objections = visible_objections(review.version, user=user)
    objected = {objection.claim.pk for objection in objections if objection.stands and objection.claim}
    items = [
        ClaimItem(claim, works(claim), claim.pk in changed, changed.get(claim.pk), claim.pk in objected)
        for claim in claims
    ]
    items.sort(key=lambda item: (not item.has_changed, list(ClaimState).index(item.state)))
    return ClaimChecklist(items, since, rule, objections)


def _claims_in_order(version: Version) -> list[Claim]:
    """Return the claims in reading order. Each text is fetched once, not with every claim."""
    claims = Claim.objects.filter(rendition__version=version).prefetch_related("rendition__audience")
    order = ("-rendition__is_primary", "rendition__audience__position", "rendition", "position")
    return list(claims.order_by(*order))


def _works_by_claim(version: Version, numbers: Mapping[int, int]) -> Mapping[int, list[Reference]]:
    """Return the works of each claim, ordered by number. Each work is fetched once. Two queries."""
    works = Reference.objects.in_bulk(numbers)
    cited: dict[int, list[Reference]] = defaultdict(list)
    for claim, work in sorted(claims_and_works(version), key=lambda place: numbers[place[1]]):
        cited[claim].append(works[work])
    return cited


def _attributed_verdicts(
    verdicts: Iterable[RoundVerdict], review: Review
) -> Mapping[tuple[int, int], list[AttributedVerdict]]:
    """Return the verdicts on each claim and work with their authors. One query."""
    verdicts = list(verdicts)
    given_in = {verdict.check.review_id for verdict in verdicts}
    standing = Signature.objects.standing().filter(review__in=given_in)
    signatures = {signature.review_id: signature for signature in standing}
    voices: dict[tuple[int, int], list[AttributedVerdict]] = defaultdict(list)
    for verdict in verdicts:
        signed, member = signatures.get(verdict.check.review_id), verdict.check.review.member
        name, credentials = (signed.name, signed.credentials) if signed else (str(member.user), member.credentials)
        is_own = verdict.member_id == review.member_id
        voices[verdict.place].append(AttributedVerdict(verdict, name, credentials, is_own=is_own))
    return voices


def _claim_state(voices: Iterable[AttributedVerdict], *, rule: str) -> ClaimState:
    """Return the state of a claim and a work. Under the rule “every”, only the reviewer's own verdicts count."""
    voices = list(voices)
    if any(voice.is_own and not voice.verdict.carried_at and voice.verdict.counts for voice in voices):
        return ClaimState.CHECKED
    others_count = rule != ClaimCheckRule.EVERY
    carried = [voice.verdict for voice in voices if voice.verdict.carried_at and (voice.is_own or others_count)]
    if any(verdict.counts for verdict in carried):
        return ClaimState.CARRIED
    return ClaimState.CONTEXT_CHANGED if any(voice.asks_to_look_again for voice in carried) else ClaimState.TO_CHECK
