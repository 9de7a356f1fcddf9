"""What was found as readers are told it: where, in which words, on which works, and how its review stands."""

from html import escape
from typing import Any

from articles.reading.review import caution, statement, status
from articles.reading.wording import address, utc
from articles.search.ranking import Hit, parts


def shown(hit: Hit) -> dict[str, Any]:
    """One article that was found. Values are JSON values; the HTML holds nothing but ``mark`` and escaped words.

    Its addresses name the audience, also of the primary text: who chose another one would be led to a text without
    the passage.
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


def passage(snippet: str, *, section: str, heading: str, numbers: Any, page: str) -> dict[str, Any]:
    """A passage with what matched in it, and the numbers of the works it cites."""
    found = list(parts(snippet))
    return {
        "heading": heading,
        "html": "".join(f"<mark>{escape(words)}</mark>" if matched else escape(words) for words, matched in found),
        "parts": [{"text": words, "match": matched} for words, matched in found],
        "citations": list(numbers),
        "page": f"{page}#{section}" if section else page,
    }
