"""Convert CSL-JSON to RIS, so that the module ``ris`` and other programs can take each field apart.

Sources: the RIS specification of 2011, and EndNote's rules for names of organisations, which have a doubled comma for
each comma of their own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from articles.library.formats.names import named
from articles.library.formats.ris_fields import ALSO, TEXTS, TYPES
from articles.library.formats.tagged_lines import (
    SEASONS,
    custom,
    date_parts,
    date_words,
    iso_date,
    lines,
    name_of,
    plain_text_of,
    season_number,
    text_of,
)
from editorial.record.canonical_json import JSONDict

FORM = "{}  - "
NAME_OF: Mapping[str, str] = {
    **{kind: name for name, kind in ALSO.items()},
    **{kind: name for name, kind in TYPES.items()},
    "motion_picture": "VIDEO",
}
"""RIS's types by CSL type. Any other type becomes GEN, which is read back as a document."""

TAG_OF: Mapping[str, str] = {variable: tags[0] for variable, tags in TEXTS.items()}
IN_JOURNAL: Mapping[str, str] = {"container-title-short": "JA"}

PEOPLE: Mapping[str, str] = {"author": "AU", "editor": "A2", "collection-editor": "A3", "translator": "A4"}
OF_A_BOOK: Mapping[str, str] = {"editor": "A3", "collection-editor": "A2"}
"""Tags of a book that has both: A2 are then the editors of its series."""

NUMBERS: Mapping[str, str] = {
    "JOUR": "C7",
    "CPAPER": "C7",
    "RPRT": "IS",
    **dict.fromkeys(("PAT", "STAND", "LEGAL"), "SN"),
}
"""The tag of the number of a work: of an article, of a report, of a patent, standard or law."""

FIRST_AND_LAST = re.compile(r"([^\s\-\u2010-\u2015]+)\s*+[\-\u2010-\u2015]\s*+(.+)")
BEFORE_OTHER = 3
"""Slashes before the part of a date that is in words."""

DATE_FORMS: Sequence[str] = ("{:04}", "{:02}", "{:02}")


def write(items: Iterable[JSONDict]) -> Iterator[str]:
    """Yield a record for each item. Variables without a RIS tag are left out."""
    return (_record(item) for item in items)


def _record(item: JSONDict) -> str:
    kind = NAME_OF.get(text_of(item, "type"), "GEN")
    fields = [("TY", kind), *_texts(item, kind), (NUMBERS.get(kind, ""), text_of(item, "number"))]
    fields += [*_people(item, kind), *_pages(item), *_dates(item), *_identifiers(item)]
    fields += [("KW", keyword) for keyword in text_of(item, "keyword").split(";")]
    tagged = ((tag, value) for tag, value in fields if tag)
    return "".join([*lines(tagged, form=FORM), "ER  - \n\n"])


def _texts(item: JSONDict, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the texts. The proceedings of a named meeting are in C3, as EndNote has it, and the meeting is in T2."""
    meeting = plain_text_of(item, "event-title") if kind == "CPAPER" and not text_of(custom(item), "nct") else ""
    tags = {**TAG_OF, **(IN_JOURNAL if kind == "JOUR" else {}), **({"container-title": "C3"} if meeting else {})}
    yield "T2", meeting
    for name, tag in tags.items():
        yield tag, plain_text_of(item, name)


def _people(item: JSONDict, kind: str) -> Iterator[tuple[str, str]]:
    swapped = OF_A_BOOK if kind == "BOOK" and item.get("collection-editor") else {}
    for role, tag in {**PEOPLE, **swapped}.items():
        for name in listed_names(item, role):
            yield tag, name


def listed_names(item: JSONDict, role: str) -> list[str]:
    """Return the names in ``role``, each written so that it is read back with the same parts."""
    people = item.get(role)
    return list(filter(None, map(_listed, people))) if isinstance(people, list) else []


def _listed(person: object) -> str:
    """Return ``Family, Given``, or the name of an organisation with its commas doubled.

    An organisation that would be read as a person, or with a remark, gets a comma at its end.
    """
    name = name_of(person)
    if not (isinstance(person, dict) and person.get("literal")):
        return name
    doubled = name.replace(",", ",,")
    return doubled if named(doubled) == ({"literal": name}, "") else f"{doubled},"


def _pages(item: JSONDict) -> list[tuple[str, str]]:
    pages = text_of(item, "page")
    found = FIRST_AND_LAST.fullmatch(pages)
    return [("SP", found[1]), ("EP", found[2])] if found else [("SP", pages)]


def _dates(item: JSONDict) -> list[tuple[str, str]]:
    """Return the year, which is all that PY may have, the whole date if there is more of it, and the day of access."""
    whole, more = _date(item, "issued"), _more_of_date(item)
    year = whole.partition("/")[0] or date_words(item)
    if more:
        whole += "/" * (BEFORE_OTHER - whole.count("/")) + more
    accessed = _date(item, "accessed") or date_words(item, "accessed")
    return [("PY", year), ("DA", whole if "/" in whole else ""), ("Y2", accessed)]


def _more_of_date(item: JSONDict) -> str:
    """Return season and end of a range, which stand behind a date's third slash: ``2005/12/01/to 2005-12-03``."""
    end = iso_date(item, is_end=True)
    return " ".join(filter(None, [SEASONS[season_number(item)], f"to {end}" if end else ""]))


def _date(item: JSONDict, name: str) -> str:
    """Return ``2005/12/01``, as far as the date is known; always two slashes beside a month (RIS specification)."""
    parts = date_parts(item, name)
    written = "/".join(form.format(part) for form, part in zip(DATE_FORMS, parts, strict=False))
    return f"{written}/" if len(parts) == len(DATE_FORMS) - 1 else written


def _identifiers(item: JSONDict) -> list[tuple[str, str]]:
    stated, pmid = text_of(custom(item), "kind"), text_of(item, "PMID")
    return [
        ("SN", "; ".join(filter(None, [text_of(item, "ISBN"), text_of(item, "ISSN")]))),
        ("AN", pmid),
        ("DB", "PubMed" if pmid else ""),
        ("C2", text_of(item, "PMCID")),
        ("C3", text_of(custom(item), "nct")),
        ("C1", f"kind:{stated}" if stated else ""),
    ]
