"""The claims of a version as one reviewer meets them: what to check, what they checked, what was carried over."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q, TextChoices

from articles.comparison import Row, compare
from articles.models import Claim, Reference, Version
from editorial.models import EditorialPolicy
from editorial.models.policy import ClaimCheckRule
from editorial.permissions import Somebody
from reviews.delta import changes, last_signed
from reviews.lifecycle import State as ReviewState
from reviews.models import ClaimCheck, Review, Signature
from reviews.verdicts import Said, places, said


class State(TextChoices):
    """In the order in which a reviewer meets them."""

    TO_CHECK = "to_check", "to check"
    CHECKED = "checked", "checked by the reviewer"
    CARRIED = "carried", "carried over"


@dataclass(frozen=True)
class Voice:
    """A verdict with whom it comes from: name and credentials as signed, as they are now while it is not signed."""

    said: Said
    name: str
    credentials: str
    is_own: bool


@dataclass(frozen=True)
class CitedWork:
    """A work cited at a claim, and what was said about the two."""

    work: Reference
    number: int
    state: State
    voices: Sequence[Voice]

    @property
    def own(self) -> ClaimCheck | None:
        """The reviewer's verdict in this round."""
        return next((one.said.check for one in self.voices if one.is_own and not one.said.carried_at), None)


@dataclass(frozen=True)
class Item:
    """A claim. ``before`` is its earlier text, when it changed since the reviewer signed and one can be told."""

    claim: Claim
    works: Sequence[CitedWork]
    has_changed: bool
    before: str | None

    @cached_property
    def state(self) -> State:
        """That of the work which is least settled: to check, then carried over, then checked."""
        states = {cited.state for cited in self.works}
        return next((state for state in (State.TO_CHECK, State.CARRIED) if state in states), State.CHECKED)

    @property
    def difference(self) -> Row | None:
        """The earlier text beside the present one, word by word; None where the words are the same or none is told."""
        rows = compare(self.before, self.claim.text) if self.before else []
        return rows[0] if rows else None

    @cached_property
    def blocks(self) -> bool:
        return any(voice.said.blocks for cited in self.works for voice in cited.voices)


@dataclass(frozen=True)
class Summary:
    """How many claims there are, by what is to be done about them."""

    claims: int
    to_check: int
    checked: int
    carried: int
    blocking: int
    changed: int

    @property
    def settled(self) -> int:
        return self.claims - self.to_check


@dataclass(frozen=True)
class Checklist:
    """``since`` is the version that the reviewer signed last; ``rule`` what the policy asks for."""

    items: Sequence[Item]
    since: Version | None
    rule: str

    @property
    def summary(self) -> Summary:
        states = [item.state for item in self.items]
        return Summary(
            claims=len(states),
            to_check=states.count(State.TO_CHECK),
            checked=states.count(State.CHECKED),
            carried=states.count(State.CARRIED),
            blocking=sum(item.blocks for item in self.items),
            changed=sum(item.has_changed for item in self.items),
        )

    @property
    def carried_items(self) -> list[Item]:
        """Claims that rest on verdicts carried over, and that nobody found unsupported: the page folds them."""
        return [item for item in self.items if item.state == State.CARRIED and not item.blocks]

    @property
    def open_items(self) -> list[Item]:
        """All others, in their order."""
        return [item for item in self.items if item.state != State.CARRIED or item.blocks]


def checklist(review: Review, *, user: Somebody, now: datetime) -> Checklist:
    """The claims of the version that ``review`` is about, for its reviewer, with what ``user`` may see of them.

    First what changed since the reviewer's own last signature, then what is to check, then the rest; each as it stands
    in the text. Verdicts of this round stay sealed as everywhere; those carried over come from signed reviews of
    earlier versions, and whoever sees this review sees them, with name and day. The number of queries is the same
    however many claims there are.
    """
    policy = EditorialPolicy.objects.in_force(at=now)
    rule = policy.claim_checks if policy else ClaimCheckRule.NONE
    claims = _claims(review.version)
    own = ClaimCheck.objects.visible_to(user).filter(Q(review=review) | Q(review__state=ReviewState.SIGNED))
    verdicts = said(review.version, policy=policy, now=now, own=own)
    voices = _voices(verdicts, review)
    since = last_signed(review)
    changed = changes(claims, since=since)
    numbers = dict(review.version.citations.values_list("reference", "number"))
    cited = _cited(review.version, numbers)

    def works(claim: Claim) -> list[CitedWork]:
        heard = [(work, voices.get((claim.pk, work.pk), [])) for work in cited[claim.pk]]
        return [CitedWork(work, numbers[work.pk], _state(spoken, rule=rule), spoken) for work, spoken in heard]

    items = [Item(claim, works(claim), claim.pk in changed, changed.get(claim.pk)) for claim in claims]
    items.sort(key=lambda item: (not item.has_changed, list(State).index(item.state)))
    return Checklist(items, since, rule)


def _claims(version: Version) -> list[Claim]:
    """Each text is fetched once, not with every claim in it."""
    claims = Claim.objects.filter(rendition__version=version).prefetch_related("rendition__audience")
    order = ("-rendition__is_primary", "rendition__audience__position", "rendition", "position")
    return list(claims.order_by(*order))


def _cited(version: Version, numbers: Mapping[int, int]) -> Mapping[int, list[Reference]]:
    """The works of each claim in the order of their numbers; each work is fetched once. Two queries."""
    works = Reference.objects.in_bulk(numbers)
    cited: dict[int, list[Reference]] = defaultdict(list)
    for claim, work in sorted(places(version), key=lambda place: numbers[place[1]]):
        cited[claim].append(works[work])
    return cited


def _voices(verdicts: Iterable[Said], review: Review) -> Mapping[tuple[int, int], list[Voice]]:
    """What is said about each claim and work. One query."""
    verdicts = list(verdicts)
    given_in = {one.check.review_id for one in verdicts}
    signatures = {one.review_id: one for one in Signature.objects.standing().filter(review__in=given_in)}
    voices: dict[tuple[int, int], list[Voice]] = defaultdict(list)
    for one in verdicts:
        signed, member = signatures.get(one.check.review_id), one.check.review.member
        name, credentials = (signed.name, signed.credentials) if signed else (str(member.user), member.credentials)
        voices[one.place].append(Voice(one, name, credentials, is_own=one.member_id == review.member_id))
    return voices


def _state(voices: Iterable[Voice], *, rule: str) -> State:
    """Under “every” only the reviewer's own verdicts spare them the work; else anybody's that was carried over."""
    counting = [voice for voice in voices if voice.said.counts]
    if any(voice.is_own and not voice.said.carried_at for voice in counting):
        return State.CHECKED
    spares = [voice for voice in counting if voice.said.carried_at and (voice.is_own or rule != ClaimCheckRule.EVERY)]
    return State.CARRIED if spares else State.TO_CHECK
