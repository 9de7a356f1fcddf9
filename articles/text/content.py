"""The texts that a writer submits, and their validation before anything is stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import thread_time

from articles.models import Reference
from articles.text.rendering import citations_in, render
from editorial.exceptions import Fault, Unacceptable
from editorial.models import Audience
from editorial.record.canonical_json import normalised

MAX_BODY = 400_000
"""Maximum number of characters of one text. An article of 10,000 words has about 80,000, with markup and citations."""

RENDERING_BUDGET = 5.0
"""Maximum CPU time, in seconds, for rendering one text. An article of 10,000 words takes about 0.2."""

MAX_LINES = 20_000
"""Maximum number of lines of one text. Parsing takes up to 0.1 ms a line."""

MAX_MARKERS = 10_000
"""Maximum number of characters in one text that may open a link, emphasis or code.

Parsing takes up to 0.2 ms for each.
"""

MAX_CITATIONS = 1000
"""Maximum number of citations in one text. The longest guidelines have fewer than half of it."""


@dataclass(frozen=True)
class Text:
    """One rendition as it is submitted; ``audience`` is a code."""

    audience: str
    summary: str
    body: str
    is_primary: bool = False

    def normalised(self) -> "Text":
        return Text(self.audience, normalised(self.summary), normalised(self.body), self.is_primary)


@dataclass(frozen=True)
class ResolvedNames:
    """The audiences and works that texts name, as far as they exist.

    Pre-flight refuses keys that name no work.
    """

    audiences: Mapping[str, Audience]
    references: Mapping[str, Reference]


def resolve_names(texts: Sequence[Text]) -> ResolvedNames:
    """Return the audiences and works that ``texts`` name. Raises Unacceptable with every fault and its place."""
    texts = [text.normalised() for text in texts]
    readable = [text.body for text in texts if not any(size_faults(text.body))]
    keys = {citation.key for body in readable for citation in citations_in(body)}
    resolved = ResolvedNames(audiences=_audiences({text.audience for text in texts}), references=_references(keys))
    faults = (*_shape_faults(texts), *_text_faults(texts, resolved))
    if faults:
        raise Unacceptable("The text cannot be stored.", faults=faults)
    return resolved


def _audiences(codes: set[str]) -> dict[str, Audience]:
    return {audience.code: audience for audience in Audience.objects.filter(code__in=codes)}


def _references(keys: set[str]) -> dict[str, Reference]:
    return {reference.key: reference for reference in Reference.objects.filter(key__in=keys)}


def _shape_faults(texts: Sequence[Text]) -> Iterator[Fault]:
    codes = [text.audience for text in texts]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            yield Fault(f"/renditions/{index}/audience", "duplicate", f"There are two texts for {code}.")
    if texts and sum(text.is_primary for text in texts) != 1:
        yield Fault("/renditions", "one_primary", "Exactly one text is the primary one.")


def _text_faults(texts: Sequence[Text], resolved: ResolvedNames) -> Iterator[Fault]:
    for index, text in enumerate(texts):
        place = f"/renditions/{index}"
        if text.audience not in resolved.audiences:
            yield Fault(f"{place}/audience", "unknown_audience", f"There is no audience “{text.audience}”.")
        yield from list(size_faults(text.body, f"{place}/body")) or _citation_faults(text, place)


def size_faults(body: str, place: str = "") -> Iterator[Fault]:
    """Yield every reason why a text is too large to be parsed in reasonable time; ``place`` is its JSON pointer."""
    if len(body) > MAX_BODY:
        yield Fault(place, "too_long", f"A text has at most {MAX_BODY:,} characters.")
    if body.count("\n") >= MAX_LINES:
        yield Fault(place, "too_many_lines", f"A text has at most {MAX_LINES:,} lines.")
    if sum(map(body.count, "[*_`")) > MAX_MARKERS:
        yield Fault(place, "too_much_markup", f"A text has at most {MAX_MARKERS:,} of the characters [ * _ `.")


def _citation_faults(text: Text, place: str) -> Iterator[Fault]:
    if len(citations_in(text.body)) > MAX_CITATIONS:
        yield Fault(f"{place}/body", "too_many_citations", f"A text has at most {MAX_CITATIONS:,} citations.")
        return
    began = thread_time()
    render(text.body, numbers={})
    if thread_time() - began > RENDERING_BUDGET:
        detail = "Showing this text takes too long. Split it, or simplify its tables, lists and emphasis."
        yield Fault(f"{place}/body", "too_slow", detail)


def listed_faults(keys: Sequence[str]) -> Iterator[Fault]:
    """Yield what is wrong with a list of works that is submitted with the texts."""
    if len(keys) > MAX_CITATIONS:
        yield Fault("/listed", "too_many_works", f"A list has at most {MAX_CITATIONS:,} works.")
        return
    known = _references(set(keys))
    for index, key in enumerate(keys):
        if key not in known:
            yield Fault(f"/listed/{index}", "unknown_reference", f"“{key}” is not in the library.")
        elif key in keys[:index]:
            yield Fault(f"/listed/{index}", "duplicate", f"“{key}” is listed twice.")
