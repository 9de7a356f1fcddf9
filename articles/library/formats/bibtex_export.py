"""Convert CSL-JSON to BibTeX, so that the module ``bibtex`` reads back the same items."""

import re
from collections.abc import Iterable, Iterator, Mapping

from articles.library.formats.bibtex import KIND
from articles.library.formats.tagged_lines import custom, date_parts, date_words, text_of
from editorial.record.canonical_json import JSONDict

ENTRIES: Mapping[str, str] = {
    "article-journal": "article",
    "book": "book",
    "pamphlet": "booklet",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "report",
    "thesis": "thesis",
    "webpage": "online",
    "dataset": "dataset",
    "software": "software",
    "manuscript": "unpublished",
}
"""Entry types by CSL type. Any other type becomes ``misc``, which is read back as a document."""

FIELDS: Mapping[str, str] = {
    "title": "title",
    "container-title-short": "shortjournal",
    "title-short": "shorttitle",
    "collection-title": "series",
    "volume": "volume",
    "issue": "number",
    "edition": "edition",
    "publisher": "publisher",
    "publisher-place": "address",
    "language": "language",
    "note": "note",
    "abstract": "abstract",
    "page": "pages",
}
VERBATIM = {"DOI": "doi", "PMID": "pmid", "PMCID": "pmcid", "URL": "url", "ISBN": "isbn", "ISSN": "issn"}

ESCAPES: Mapping[str, str] = {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\string^{}",
    "@": "{@}",
    **{char: f"\\{char}" for char in "{}$&%#_"},
}
"""Characters with a special meaning in LaTeX or BibTeX, escaped."""

LIGATURE = re.compile(r"(?<=[-`'!?])(?=[-`'])")
"""The position between two characters that LaTeX would join to a ligature."""

PARTICLE = re.compile(r"[a-z]+(?: [a-z]+)*")
BREAKS = re.compile(r"[{}\\\s]")


def write(items: Iterable[JSONDict]) -> Iterator[str]:
    """Yield an entry for each item. Variables without a BibTeX field are left out."""
    for item in items:
        lines = [f"  {name} = {{{value}}}" for name, value in _fields(item) if value]
        entry = ENTRIES.get(text_of(item, "type"), "misc")
        inside = ",\n".join([text_of(item, "id"), *lines])
        yield f"@{entry}{{{inside}\n}}\n\n"


def _fields(item: JSONDict) -> Iterator[tuple[str, str]]:
    kind = text_of(item, "type")
    for name, field in FIELDS.items():
        yield field, escaped(text_of(item, name))
    yield "journal" if kind == "article-journal" else "booktitle", escaped(text_of(item, "container-title"))
    if kind == "report" and not text_of(item, "issue"):
        yield "number", escaped(text_of(item, "number"))
    for name, field in VERBATIM.items():
        yield (
            field,
            BREAKS.sub(_percent, text_of(item, name)) if name in ("URL", "DOI") else escaped(text_of(item, name)),
        )
    for role in ("author", "editor"):
        yield role, " and ".join(_people(item.get(role)))
    yield "date", _date(item, "issued")
    yield "year", "" if _date(item, "issued") else escaped(date_words(item))
    yield "urldate", _date(item, "accessed") or escaped(date_words(item, "accessed"))
    stated = f"kind:{text_of(custom(item), 'kind')}"
    yield "keywords", stated if KIND.fullmatch(stated) else ""
    yield "nct", escaped(text_of(custom(item), "nct"))


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def escaped(text: str) -> str:
    """Return plain text as LaTeX that ``bibtex.decoded`` reads as the same text."""
    return "".join(ESCAPES.get(char, char) for char in LIGATURE.sub("\0", text)).replace("\0", "{}")


def _people(people: object) -> Iterator[str]:
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict) and (name := _name(person)):
            yield name


def _name(person: JSONDict) -> str:
    """Return the name as ``von {Last}, {Jr}, {First}``. Braces keep each part whole.

    A name with only one part is enclosed in braces.
    """
    names = ("literal", "family", "given", "suffix", "non-dropping-particle")
    literal, family, given, suffix, particle = (text_of(person, name) for name in names)
    if literal or not (family and given):
        return f"{{{escaped(literal or family or given)}}}" if literal or family or given else ""
    if particle and not PARTICLE.fullmatch(particle):
        family, particle = f"{particle} {family}", ""
    last = " ".join(filter(None, [particle, f"{{{escaped(family)}}}"]))
    return ", ".join(filter(None, [last, f"{{{escaped(suffix)}}}" if suffix else "", f"{{{escaped(given)}}}"]))


def _date(item: JSONDict, name: str) -> str:
    parts = date_parts(item, name)
    return "-".join(form.format(part) for form, part in zip(("{:04}", "{:02}", "{:02}"), parts, strict=False))
