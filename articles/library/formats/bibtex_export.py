"""Convert CSL-JSON to BibTeX, so that the module ``bibtex`` reads back the same items."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from articles.library.formats.bibtex import KIND
from articles.library.formats.citation_keys import key_of, spare
from articles.library.formats.tagged_lines import custom, date_parts, date_words, iso_date, season_number, text_of
from articles.models.markup import CLOSING, OPENING, marked
from editorial.record.canonical_json import JSONDict

ENTRIES: Mapping[str, str] = {
    **dict.fromkeys(("article-journal", "article-magazine", "article-newspaper"), "article"),
    "book": "book",
    "pamphlet": "booklet",
    "chapter": "incollection",
    "entry-encyclopedia": "inreference",
    "paper-conference": "inproceedings",
    "report": "report",
    "thesis": "phdthesis",
    "webpage": "online",
    "dataset": "dataset",
    "software": "software",
    "manuscript": "unpublished",
    "patent": "patent",
    "standard": "standard",
    "legislation": "legislation",
}
"""Entry types by CSL type. Any other type becomes ``misc``, which is read back as a document."""

IN_JOURNALS = frozenset(("article-journal", "article-magazine", "article-newspaper"))
SUBTYPES: Mapping[str, str] = {"article-magazine": "magazine", "article-newspaper": "newspaper"}
PUBLISHERS: Mapping[str, str] = {"report": "institution", "thesis": "school"}
"""The field of the publisher, where it is not ``publisher``."""

MARKED: Mapping[str, str] = {
    "title": "title",
    "container-title-short": "shortjournal",
    "title-short": "shorttitle",
    "collection-title": "series",
    "event-title": "eventtitle",
    "abstract": "abstract",
}
"""Fields of texts that may have markup, which becomes LaTeX's own."""

FIELDS: Mapping[str, str] = {
    "volume": "volume",
    "issue": "number",
    "edition": "edition",
    "version": "version",
    "number-of-pages": "pagetotal",
    "publisher-place": "address",
    "event-place": "venue",
    "language": "language",
    "note": "note",
}
PEOPLE: Mapping[str, str] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "container-author": "bookauthor",
}
VERBATIM = {"DOI": "doi", "PMID": "pmid", "PMCID": "pmcid", "URL": "url", "ISBN": "isbn", "ISSN": "issn"}
SEASON_MONTHS = 20
"""biblatex counts the seasons as the months 21 to 24."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

ESCAPES: Mapping[str, str] = {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\string^{}",
    "@": "{@}",
    **{char: f"\\{char}" for char in "{}$&%#_"},
}
"""Characters with a special meaning in LaTeX or BibTeX, escaped."""

SINGLE_BRACES: Mapping[str, str] = {**ESCAPES, "{": r"$\lbrace$", "}": r"$\rbrace$"}
"""The same for texts in which a brace has no partner. BibTeX counts braces also after a backslash."""

LIGATURE = re.compile(r"(?<=[-`'!?])(?=[-`'])")
"""The position between two characters that LaTeX would join to a ligature."""

PARTICLE = re.compile(r"[a-z]+(?: [a-z]+)*")
BARE = re.compile(r"[^\W\d_][\w.'\u2019-]*+")
"""A word of a name that no reader of BibTeX takes for a separator, a particle's end or markup."""

KEYWORDS = {"and", "others"}
BREAKS = re.compile(r"[{}\\\s]")
NOT_IN_KEYS = re.compile(r"[\s\"#%'(),={}\\~]+")
"""Characters that end a key or begin a comment in one of the readers of BibTeX."""

DASH = re.compile(r" ?[\-\u2010-\u2015]{1,3} ?")
COMMAND_OF: Mapping[str, str] = {
    "i": "textit",
    "b": "textbf",
    "sub": "textsubscript",
    "sup": "textsuperscript",
}
COMMANDS: Mapping[int, str] = {
    **{ord(OPENING[name]): f"\\{command}{{" for name, command in COMMAND_OF.items()},
    **dict.fromkeys(map(ord, CLOSING.values()), "}"),
}
"""LaTeX for the marks of italics, bold, sub- and superscript (``articles.models.markup``)."""


def write(items: Iterable[JSONDict]) -> Iterator[str]:
    """Yield an entry for each item. Variables without a BibTeX field are left out."""
    for item in items:
        lines = [f"  {name} = {value}" for name, value in _fields(item) if value.strip("{}")]
        inside = ",\n".join([_key(item), *lines])
        yield f"@{_entry(item)}{{{inside}\n}}\n\n"


def _entry(item: JSONDict) -> str:
    is_of_master = "master" in text_of(item, "genre").casefold()
    entry = ENTRIES.get(text_of(item, "type"), "misc")
    return "mastersthesis" if entry == "phdthesis" and is_of_master else entry


def _key(item: JSONDict) -> str:
    """Return the item's key, or another one if BibTeX cannot have it."""
    own = text_of(item, "id")
    key = NOT_IN_KEYS.sub("-", own).strip("-")
    return key if key == own and key else spare(key or key_of({**item, "id": ""}), item)


def _fields(item: JSONDict) -> Iterator[tuple[str, str]]:
    """Yield the fields with their values, which are in braces or the name of a month."""
    kind = text_of(item, "type")
    texts = [(field, latex(text_of(item, name))) for name, field in MARKED.items()]
    texts += [("journal" if kind in IN_JOURNALS else "booktitle", latex(text_of(item, "container-title")))]
    texts += [(field, escaped(text_of(item, name))) for name, field in FIELDS.items()]
    texts += [(PUBLISHERS.get(kind, "publisher"), escaped(text_of(item, "publisher")))]
    texts += [*_numbers(item, kind), *_identifiers(item)]
    texts += [("entrysubtype", SUBTYPES.get(kind, ""))]
    texts += [(field, " and ".join(_people(item.get(role)))) for role, field in PEOPLE.items()]
    yield from ((field, f"{{{value}}}") for field, value in texts)
    yield from _dates(item)


def _numbers(item: JSONDict, kind: str) -> Iterator[tuple[str, str]]:
    """Yield pages and number. An article without pages has its number in their place, where all readers look."""
    pages, number = DASH.sub("--", text_of(item, "page")), escaped(text_of(item, "number"))
    is_article = kind in IN_JOURNALS
    yield "pages", escaped(pages).replace("-{}-", "--") or (number if is_article else "")
    yield "eid", number if is_article and pages else ""
    if not is_article and not text_of(item, "issue"):
        yield "number", number
    yield "type", escaped(text_of(item, "genre")) if kind in ("report", "thesis") else ""


def _identifiers(item: JSONDict) -> Iterator[tuple[str, str]]:
    for name, field in VERBATIM.items():
        value = text_of(item, name)
        yield field, BREAKS.sub(_percent, value) if name in ("URL", "DOI") else escaped(value)
    stated = f"kind:{text_of(custom(item), 'kind')}"
    yield "keywords", stated if KIND.fullmatch(stated) else ""
    yield "nct", escaped(text_of(custom(item), "nct"))


def _dates(item: JSONDict) -> Iterator[tuple[str, str]]:
    """Yield year and month, which all readers know, and the whole date for biblatex if there is more of it."""
    year, month, day = (*date_parts(item), 0, 0, 0)[:3]
    end, season = iso_date(item, is_end=True), season_number(item)
    whole = f"{year:04}-{SEASON_MONTHS + season}" if season else iso_date(item)
    yield "date", f"{{{'/'.join(filter(None, [whole, end]))}}}" if day or end or season else ""
    yield "year", f"{{{year:04}}}" if year else f"{{{escaped(date_words(item))}}}"
    yield "month", MONTHS[month - 1] if month else ""
    yield "urldate", f"{{{iso_date(item, 'accessed') or escaped(date_words(item, 'accessed'))}}}"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def escaped(text: str) -> str:
    """Return plain text as LaTeX that ``bibtex.decoded`` reads as the same text."""
    depths = list(accumulate((char == "{") - (char == "}") for char in text))
    escapes = SINGLE_BRACES if depths and (min(depths) < 0 or depths[-1]) else ESCAPES
    return "".join(escapes.get(char, char) for char in LIGATURE.sub("\0", text)).replace("\0", "{}")


def latex(text: str) -> str:
    """Return a text of a record as LaTeX, with commands for its markup: ``CO\\textsubscript{2}``."""
    return escaped(marked(text)).translate(COMMANDS)


def _people(people: object) -> Iterator[str]:
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict) and (name := _name(person)):
            yield name


def _name(person: JSONDict) -> str:
    """Return the name as ``von Last, Jr, First``, with parts in braces that a reader would split otherwise.

    A name with only one part is enclosed in braces, if it is no family name of one word.
    """
    names = ("literal", "family", "given", "suffix", "non-dropping-particle")
    literal, family, given, suffix, particle = (text_of(person, name) for name in names)
    if not literal and family and not given and " " not in family:
        return _part(family)
    if literal or not (family and given):
        return f"{{{escaped(literal or family or given)}}}" if literal or family or given else ""
    if particle and not PARTICLE.fullmatch(particle):
        family, particle = f"{particle} {family}", ""
    last = " ".join(filter(None, [particle, _part(family)]))
    return ", ".join(filter(None, [last, _part(suffix) if suffix else "", _part(given)]))


def _part(text: str) -> str:
    """Return a part of a name as it is, so that readers find initials, if each word is plain and has a capital."""
    words = text.split(" ")
    is_bare = all(BARE.fullmatch(word) and word[0].isupper() and word.lower() not in KEYWORDS for word in words)
    return text if is_bare else f"{{{escaped(text)}}}"
