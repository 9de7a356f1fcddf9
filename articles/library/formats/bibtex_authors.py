"""Read the names of people and organisations in BibTeX and biblatex as CSL names."""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

from bibtexparser.middlewares.names import (
    InvalidNameError,
    NameParts,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)

from articles.library.formats.latex_text import decoded
from articles.library.formats.names import organisation_remark, says_organisation

Name = dict[str, str]

OTHERS = {"others", "others, and", "{others}", "et al", "et al.", "{et al.}"}
LABELLED = re.compile(r'\s*+(family|given|prefix|suffix|useprefix|[a-z]{1,9}-i)\s*+=\s*+("[^"]*+"|[^,"]*+)\s*+(?:,|$)')
"""One part of a name in biblatex's extended format: ``family=Berg, given=Jan, prefix=van der``."""

JOINING = re.compile(r" (?:for|of|on) ")
WORDS = re.compile(r"[^,;.{}\\]++")
TOPIC = re.compile(r"(?:[Tt]he )?(?:(?:U\.? ?S\.?|UK|United States) )?[A-Z][a-z]{2,30}")
"""A single word, which is no person's whole name, also after a country: Food, Health, U.S. Food.

UNICEF is an organisation by itself.
"""

PUBLIC_BODY = re.compile(
    r"\S+ (?:\S+ ){0,8}?(?:administration|agency|authority|board|commission|council|department|directorate|executive"
    r"|institute|ministry|office|organi[sz]ation|services?)(?: (?:for|of) .*)?",
    re.IGNORECASE,
)
BEGINNERS = re.compile(
    r"(?:american|asian|australian|british|canadian|european|federal|german|global|international|national|nordic|royal"
    r"|swiss|the|u\.?s\.?|uk|united|world) ",
    re.IGNORECASE,
)
"""Words that begin the name of an organisation, so that it is not the rest of another one's."""

PARTS = {"family": "family", "given": "given", "prefix": "non-dropping-particle", "suffix": "suffix"}


def people(names: str) -> tuple[list[Name], list[str]]:
    """Return the CSL names in ``names``, and a sentence for each that was kept as it is written.

    "and others" is no name. Raises ValueError for LaTeX that is nested too deeply.
    """
    found, remarks = list[Name](), list[str]()
    for name in _joined(filter(None, map(str.strip, _parted(names)))):
        person = _labelled(name) or _taken_apart(name)
        if _is_organisation(name):
            person = {"literal": decoded(name)}
            remarks.append(organisation_remark(decoded(name)))
        if person is None:
            person = {"literal": decoded(name).rstrip(" ,")}
            remarks.append(f"The name “{decoded(name)}” was kept as it is written.")
        if any(person.values()):
            found.append(person)
    return found, remarks


def _parted(names: str) -> Iterator[str]:
    """Yield the names, which "and" or, in files that do not know that, semicolons part."""
    for name in split_multiple_persons_names(names):
        parts = name.split(";") if not re.search(r"[{}&\\]", name) else [name]
        yield from (part for part in parts if part.strip().lower().removeprefix("and ") not in OTHERS)


def _joined(names: Iterable[str]) -> Iterator[str]:
    """Yield the names, with an "and" that is part of an organisation's: Centers for Disease Control and Prevention.

    It is, in a name with "for", "of" or "on", if neither a person with comma or initials follows, nor an organisation.
    It also is between a single word and the rest of a public body's name: Food and Agriculture Organization.
    """
    before = ""
    for name in names:
        in_a_name = _is_organisation(before) and JOINING.search(before) and WORDS.fullmatch(name) and _is_rest(name)
        if in_a_name or (TOPIC.fullmatch(before) and _ends_a_public_body(name)):
            before = f"{before} and {name}"
            continue
        if before:
            yield before
        before = name
    if before:
        yield before


def _is_rest(name: str) -> bool:
    return not says_organisation(name) or name.endswith(" Services")


def _ends_a_public_body(name: str) -> bool:
    return bool(WORDS.fullmatch(name) and PUBLIC_BODY.fullmatch(name)) and not BEGINNERS.match(name)


def _is_organisation(name: str) -> bool:
    return not _is_one_group(name) and "," not in name and says_organisation(decoded(name))


def _labelled(name: str) -> Name | None:
    parts, place = dict[str, str](), 0
    while place < len(name) and (found := LABELLED.match(name, place)):
        parts[found[1]] = decoded(found[2].strip('"'))
        place = found.end()
    if place < len(name) or "family" not in parts:
        return None
    if parts.get("useprefix", "true").lower() == "false":
        return {
            PARTS[part] if part != "prefix" else "dropping-particle": parts[part] for part in PARTS if part in parts
        }
    return {PARTS[part]: parts[part] for part in PARTS if parts.get(part)}


def _taken_apart(name: str) -> Name | None:
    """Return the parts of a name, or None if it has too many commas, a loose one at its end, or a single brace."""
    if _is_one_group(name):
        return {"literal": decoded(name)}
    try:
        parts: NameParts = parse_single_name_into_parts(name)
    except InvalidNameError:
        return None
    person = {
        "family": decoded(" ".join(parts.last)),
        "given": decoded(" ".join(parts.first)),
        "non-dropping-particle": decoded(" ".join(parts.von)),
        "suffix": decoded(" ".join(parts.jr)),
    }
    return {part: text for part, text in person.items() if text}


def _is_one_group(name: str) -> bool:
    """Whether one pair of braces encloses the whole ``name``. Then it is an organisation, which is not split."""
    if not (name.startswith("{") and name.endswith("}")):
        return False
    depths = accumulate((char == "{") - (char == "}") for char in name[:-1])
    return all(depths)
