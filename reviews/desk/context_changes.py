"""What changed in the context of a claim since verdicts were given on it, as text."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.models import Claim
from articles.text.claims import context_part_text
from reviews.desk.verdicts import AttributedVerdict

NO_SUCH_PART = "Nothing of the kind"
UNKNOWN = "Not known: the claim was submitted before contexts were recorded."
NOT_SHOWN = "The same parts in another order, or one that differs beyond what is shown of it."

ContextPart = Mapping[str, str]


@dataclass(frozen=True)
class ContextChange:
    """Context parts that were removed (``then``) and added (``now``) since the verdicts in ``voices`` given."""

    voices: Sequence[AttributedVerdict]
    then: Sequence[str]
    now: Sequence[str]

    @property
    def since(self) -> str:
        """Who checked the claim in the earlier context, and on which version."""
        return "; ".join(
            dict.fromkeys(
                f"{voice.name} on version {voice.verdict.check.review.version.number}" for voice in self.voices
            )
        )


def context_changes(claim: Claim, voices: Iterable[AttributedVerdict]) -> list[ContextChange]:
    """Compare each context in which ``voices`` were given with the current context of the claim."""
    by_context: dict[str | None, list[AttributedVerdict]] = {}
    for voice in voices:
        by_context.setdefault(voice.verdict.check.claim.context, []).append(voice)
    return [_compare(claim, same_context) for same_context in by_context.values()]


def _compare(claim: Claim, voices: Sequence[AttributedVerdict]) -> ContextChange:
    earlier = voices[0].verdict.check.claim
    then, now = (
        _only_in_first(earlier.context_words, claim.context_words),
        _only_in_first(claim.context_words, earlier.context_words),
    )
    if earlier.context is None:
        then = [UNKNOWN]
    elif not (then or now):
        then = now = [NOT_SHOWN]
    return ContextChange(voices, then or [NO_SUCH_PART], now or [NO_SUCH_PART])


def _only_in_first(parts: Sequence[ContextPart], others: Sequence[ContextPart]) -> list[str]:
    """Return the ``parts`` that ``others`` do not have, as text."""
    counted = Counter(map(_key, others))
    only_here = []
    for part in parts:
        counted[_key(part)] -= 1
        if counted[_key(part)] < 0:
            only_here.append(context_part_text(part))
    return only_here


def _key(part: ContextPart) -> tuple[str, str]:
    return part["kind"], part["words"]
