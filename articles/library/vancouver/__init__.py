"""Format references in the style of the NLM (Citing Medicine, 2nd ed.; ICMJE's sample references; "Vancouver").

A record may contain any JSON. Values that are not valid CSL-JSON are left out. A date that cannot be read is shown as
unknown. How a reference is written is no part of what is signed: digests hold the record's own words only.
"""

from collections.abc import Mapping

from django.utils.safestring import SafeString

from articles.library.language import foreign_language
from articles.library.vancouver.authors import names
from articles.library.vancouver.dates import span
from articles.library.vancouver.fields import field, sentence, verbatim, without_stop, words
from articles.library.vancouver.kinds import (
    LAWS,
    container,
    designator,
    is_hosted,
    is_identified,
    is_in_periodical,
    is_preprint,
    kind,
)
from articles.library.vancouver.laws import law, patent
from articles.library.vancouver.numbering import pages
from articles.library.vancouver.sources import (
    article_source,
    edition_and_volume,
    host,
    imprint,
    journal,
    series,
    with_conference,
)
from articles.models import markup
from editorial.record.canonical_json import JSONDict

__all__ = ["reference", "reference_html"]

NUMBER_LABELS: Mapping[str, str] = {"report": "Report No.", "standard": "Standard No."}


def reference(csl: JSONDict) -> str:
    """Return a CSL-JSON item as one line of plain text, not escaped. Missing parts are left out.

    Subscripts and superscripts of the record are Unicode characters where there are some.
    """
    return markup.plain(_reference(csl))


def reference_html(csl: JSONDict) -> SafeString:
    """Return the reference as safe HTML, with elements for italics, bold, sub- and superscript in the record."""
    return markup.html(_reference(csl))


def _reference(csl: JSONDict) -> str:
    parts = [*_work(csl), foreign_language(field(csl, "language")), *_identifiers(csl)]
    sentences = [sentence(part) for part in parts if part]
    if (url := verbatim(csl, "URL")) and not is_identified(csl):
        sentences.append(f"Available from: {url}")  # no full stop, as it would be copied with the URL
    return " ".join(sentences)


def _identifiers(csl: JSONDict) -> list[str]:
    doi, pmid, pmcid = (verbatim(csl, name) for name in ("DOI", "PMID", "PMCID"))
    accessions = [f"PMID: {pmid}" if pmid else "", f"PMCID: {pmcid}" if pmcid else ""]
    return [f"doi: {doi}" if doi else "", "; ".join(filter(None, accessions))]


def _work(csl: JSONDict) -> list[str]:
    if kind(csl) in LAWS and not field(csl, "publisher"):
        return law(csl)
    if kind(csl) == "patent":
        return patent(csl, title=_title(csl))
    authors = _authors(csl)
    if kind(csl) == "entry-dictionary" and not authors and container(csl):
        return _headword(csl)
    return [authors, _title(csl), *_source(csl)]


def _authors(csl: JSONDict) -> str:
    """Return the authors, or else the editors. The editors of a part's book are named with the book."""
    editors = "" if is_hosted(csl) else names(csl, "editor").with_role("editor")
    return names(csl, "author").text or editors


def _title(csl: JSONDict) -> str:
    title, named = words(csl, "title"), designator(csl)
    titled = f"{without_stop(title)} {named}" if title and named else title
    return with_conference(csl, titled) if kind(csl) == "book" else titled


def _headword(csl: JSONDict) -> list[str]:
    """Return a dictionary with the word that is looked up in it (ICMJE, sample 33)."""
    located = pages(field(csl, "page"))
    word = "; ".join(filter(None, [without_stop(words(csl, "title")), f"p. {located}" if located else ""]))
    return [container(csl), *edition_and_volume(csl), imprint({**csl, "page": ""}), word]


def _source(csl: JSONDict) -> list[str]:
    if is_in_periodical(csl) or (is_preprint(csl) and journal(csl)):
        return [article_source(csl)]
    if is_hosted(csl) or kind(csl) == "speech":
        hosts = host(csl)
        is_dated = span(csl.get("event-date")) and not container(csl) and not field(csl, "publisher")
        return hosts if is_dated else [*hosts, imprint(csl), series(csl)]
    return [*edition_and_volume(csl), *_contributors(csl), *_within(csl), imprint(csl), *_numbers(csl)]


def _contributors(csl: JSONDict) -> list[str]:
    """Return editors and translators of a work that has authors."""
    editors = names(csl, "editor").with_role("editor") if names(csl, "author") else ""
    return [editors, names(csl, "translator").with_role("translator")]


def _within(csl: JSONDict) -> list[str]:
    """Return the kind of a report, and what contains the work, unless its title or its series names that already."""
    genre, title = words(csl, "genre"), container(csl)
    is_kind_of_report = kind(csl) == "report" and "report" in genre.casefold()
    is_named = kind(csl) == "book" or title == words(csl, "title")
    return [genre if is_kind_of_report else "", "" if is_named else title]


def _numbers(csl: JSONDict) -> list[str]:
    label = NUMBER_LABELS.get(kind(csl), "")
    number = field(csl, "number")
    return [series(csl), f"{label}: {number}" if label and number else ""]
