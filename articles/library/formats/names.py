"""Read the names of people and organisations as RIS, NBIB and other formats with one name per field write them."""

import re
from collections.abc import Iterable

from articles.library.authors import PARTICLES, are_initials
from articles.library.formats.tagged_lines import quoted

Name = dict[str, str]

SUFFIX = re.compile(r"(?:Jr|Sr|[IVX]{1,4}|[2-9](?:nd|rd|th|d))\.?")
SUFFIX_BEHIND = re.compile(r"(.*[^\s]) ((?:Jr|Sr|I{2,3}|IV|[2-9](?:nd|rd|th|d))\.?)")
"""A suffix after given names, as PubMed writes it: Martin L Jr."""

DEGREES = {"md", "phd", "dphil", "msc", "bsc", "mph", "mba", "mbbs", "rn", "dds", "pharmd", "frcp", "prof", "dr", "esq"}
OTHERS = {"et al", "and others", "others"}
MOST_PARTS = 3
"""Family name, given names and suffix. What has more commas is no name that can be taken apart."""

ORGANISATIONS = {
    *("academy", "administration", "agency", "alliance", "association", "authority", "board", "bureau", "center"),
    *("centre", "centers", "centres", "coalition", "collaboration", "collaborative", "collaborators", "college"),
    *("commission", "committee", "consortium", "council", "department", "directorate", "division", "executive"),
    *(
        "federation",
        "force",
        "foundation",
        "government",
        "group",
        "hospital",
        "initiative",
        "institut",
        "institute",
        "institutes",
    ),
    *("investigators", "ministry", "network", "office", "organisation", "organization", "panel", "programme"),
    *("secretariat", "service", "services", "society", "team", "trust", "union", "university"),
}
"""Words that make a name of several words that of an organisation, also if it has a comma."""

SURNAMES = {"board", "bureau", "college", "force", "group", "hospital", "office", "service", "trust", "union"}
"""Those of ``ORGANISATIONS`` that are also family names, so that they say nothing behind one given name."""

MOST_OF_A_PERSON = 2
INITIAL = re.compile(r"[A-Z]\.")
NOT_INITIALS = {"EU", "GB", "II", "III", "UK", "UN", "US", "USA"}


def people(names: Iterable[str]) -> tuple[list[Name], list[str]]:
    """Return the CSL names of ``names``, and sentences that say what was left out of them or could not be read."""
    read = [named(name) for field in names for name in _parted(field) if name.strip(" ,.;")]
    return [name for name, _remark in read if name], [remark for _name, remark in read if remark]


def _parted(field: str) -> list[str]:
    """Return the names of a field that has several: ``Roe, J; Poe, B``."""
    parts = [part for part in field.split(";") if part.strip()]
    are_people = len(parts) > 1 and all(part.count(",") == 1 or _without_comma(part.strip()) for part in parts)
    return parts if are_people else [field]


def named(name: str) -> tuple[Name, str]:
    """Return a name as a CSL name, and a sentence that says what it lost. Of "et al." only the sentence is left."""
    name = " ".join(name.split())
    if name.rstrip(".").casefold() in OTHERS:
        return {}, f"The authors after {quoted(name)} are not named."
    if ",," in name:  # EndNote's sign for a comma in the name of an organisation
        return {"literal": name.replace(",,", ",").strip(" ,")}, ""
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if not parts:
        return {}, ""
    if len(parts) == 1:  # a comma at its end is EndNote's sign of an organisation
        return ({"literal": parts[0]}, "") if name.endswith(",") else _named_without_comma(parts[0])
    if is_organisation(name):
        return {"literal": name.rstrip(" ,")}, ""
    degrees = [part for part in parts[2:] if part.replace(".", "").casefold() in DEGREES]
    parts = [part for part in parts if part not in degrees]
    left_out = f"{quoted(', '.join(degrees))} was left out of the name {quoted(name)}." if degrees else ""
    if len(parts) > MOST_PARTS or (len(parts) == MOST_PARTS and not any(map(SUFFIX.fullmatch, parts[1:]))):
        return {"literal": name}, f"The name {quoted(name)} was kept as it is written."
    return _person(parts), left_out


def _named_without_comma(name: str) -> tuple[Name, str]:
    person = _with_initials(name)
    if person and says_organisation(name):
        return {"literal": name}, organisation_remark(name)
    return person or {"literal": name}, ""


def organisation_remark(name: str) -> str:
    return f"The name {quoted(name)} has no comma, and was read as that of an organisation."


def says_organisation(name: str) -> bool:
    """Return whether words say that a name without a comma is an organisation's: ``World Health Organization``."""
    words, found = name.split(), ORGANISATIONS.intersection(name.casefold().split())
    may_be_person = len(words) == MOST_OF_A_PERSON and found <= SURNAMES
    return len(words) > 1 and bool(found) and not may_be_person and not any(map(INITIAL.fullmatch, words))


def is_organisation(name: str) -> bool:
    """Return whether a name with a comma is an organisation's: ``Agency for X, Y, and Z``."""
    first, *others = name.split(",")
    words = first.casefold().split()
    joins = not {"and", "&"}.isdisjoint(" ".join(others).split())
    return joins or (len(words) > 1 and not ORGANISATIONS.isdisjoint(words))


def _person(parts: list[str]) -> Name:
    """Return family name, given names and suffix of ``Family, Given, Suffix`` or ``Family, Suffix, Given``."""
    family, *others = parts
    suffix = next(filter(SUFFIX.fullmatch, others), "") if len(others) > 1 else ""
    given = next(part for part in others if part != suffix)
    if not suffix and (found := SUFFIX_BEHIND.fullmatch(given)):
        given, suffix = found[1], found[2]
    words = given.split()
    place = next((place for place, word in enumerate(words) if place and set(words[place:]) <= PARTICLES), len(words))
    person = {"family": family, "given": " ".join(words[:place]), "dropping-particle": " ".join(words[place:])}
    return {part: value for part, value in {**person, "suffix": suffix}.items() if value}


def _without_comma(name: str) -> Name:
    """Return the parts of a name without a comma, or nothing if it may be an organisation's."""
    return {} if says_organisation(name) else _with_initials(name)


def _with_initials(name: str) -> Name:
    """Return the parts of ``O'Brien KH`` or ``van der Berg J.H.``, or nothing for a name of another form."""
    *family, last = name.split()
    suffix = last if len(family) > 1 and last in ("Jr", "Sr", "2nd", "3rd") else ""
    if suffix:
        *family, last = family
    spoken = [word for word in family if word not in PARTICLES]
    is_family = 1 <= len(spoken) <= 2 and all(word[0].isupper() and not word.isupper() for word in spoken)
    if not is_family or last in NOT_INITIALS or not all(map(are_initials, filter(None, re.split(r"[.-]", last)))):
        return {}
    return {"family": " ".join(family), "given": last} | ({"suffix": suffix} if suffix else {})
