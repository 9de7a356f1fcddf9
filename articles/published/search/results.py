"""Format search results for readers: the corrected words, the passage, its works and the standing of the review."""

from collections.abc import Sequence
from html import escape

from articles.published.dates_and_urls import address, utc
from articles.published.review import caution, statement, status
from articles.published.search.query_parser import Correction, Reading
from articles.published.search.ranking import Hit, parts
from editorial.record.canonical_json import JSONDict


def shown(hit: Hit) -> JSONDict:
    """Return one result. All values are JSON values. The HTML contains only ``mark`` elements and escaped text.

    Its URLs name the audience, also that of the primary text: a reader who has chosen another audience would otherwise
    get a text without the passage.
    """
    version = hit.shown.version
    audience = hit.audience["code"]
    page = address("pages:article", hit.slug, audience=audience)
    return {
        "slug": hit.slug,
        "question": version.question,
        "status": status(hit.shown).value,
        "statement": statement(hit.shown),
        "caution": caution(hit.shown),
        "last_reviewed": utc(version.approved_at),
        "updated_at": utc(version.updated_at),
        "specialties": hit.specialties,
        "audience": hit.audience,
        "passage": passage(hit.snippet, section=hit.section, heading=hit.heading, numbers=hit.numbers, page=page),
        "url": address("reader:article", hit.slug, audience=audience),
        "html": page,
    }


def passage(snippet: str, *, section: str, heading: str, numbers: Sequence[int], page: str) -> JSONDict:
    """Return a passage with its matches and the numbers of the works it cites."""
    found = list(parts(snippet))
    return {
        "heading": heading,
        "html": "".join(f"<mark>{escape(words)}</mark>" if matched else escape(words) for words, matched in found),
        "parts": [{"text": words, "match": matched} for words, matched in found],
        "citations": list(numbers),
        "page": f"{page}#{section}" if section else page,
    }


def understood(reading: Reading, *, found: bool) -> JSONDict:
    """Return the corrected words, the words that no public text has, and a note for the reader about both."""
    notes = [
        note for note in (_instead(reading.corrections, found=found), _nowhere(reading.unknown, found=found)) if note
    ]
    return {
        "corrected": [{"typed": typed, "read_as": list(read_as)} for typed, read_as in reading.corrections],
        "unknown": reading.unknown,
        "note": " ".join(notes) or None,
    }


def _instead(corrections: Sequence[Correction], *, found: bool) -> str:
    if not corrections:
        return ""
    pairs = [f"{_listed(read_as)} instead of “{typed}”" for typed, read_as in corrections]
    return f"{'Showing results' if found else 'We looked'} for {' and for '.join(pairs)}."


def _nowhere(unknown: Sequence[str], *, found: bool) -> str:
    if not unknown:
        return ""
    follows = " These results go by your other words." if found else ""
    return f"None of our texts has {_listed(unknown)}.{follows}"


def _listed(words: Sequence[str]) -> str:
    """“a”, “b” or “c”."""
    *others, end = (f"“{word}”" for word in words)
    return f"{', '.join(others)} or {end}" if others else end
