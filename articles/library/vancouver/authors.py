"""The people and organisations of a reference: ``Vallancien G, van Moorselaar RJ; Alf-One Study Group``."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from articles.library.authors import initials
from articles.library.vancouver.fields import field, words
from editorial.record.canonical_json import JSONDict

AUTHORS_SHOWN = 6
"""Number of authors that are listed before "et al." (Citing Medicine)."""

NOBODY = frozenset(
    ("anonymous", "anon", "no author", "no authors", "no author listed", "no authors listed", "no author given")
)
"""Names that databases give to works without an author. They are no author (Citing Medicine, chapter 1A)."""

OTHERS = frozenset(("et al", "others", "and others"))
"""What files write in place of the names that they leave out."""

SUFFIXES: Mapping[str, str] = {
    "jr": "Jr",
    "junior": "Jr",
    "sr": "Sr",
    "senior": "Sr",
    "ii": "2nd",
    "iii": "3rd",
    "iv": "4th",
    "v": "5th",
    "vi": "6th",
    "2d": "2nd",
    "3d": "3rd",
}
DEGREES = frozenset(
    (
        "md",
        "phd",
        "mbbs",
        "mbchb",
        "dphil",
        "dds",
        "dmd",
        "do",
        "rn",
        "msc",
        "bsc",
        "mph",
        "frcp",
        "frcs",
        "facp",
        "facs",
    )
)
"""Degrees and honours after a name, which are left out (Citing Medicine)."""


@dataclass(frozen=True)
class Name:
    """A name as the NLM writes it."""

    text: str
    is_group: bool


@dataclass(frozen=True)
class Names:
    """The names that are shown, and how many there are."""

    text: str
    number: int

    def __bool__(self) -> bool:
        return bool(self.text)

    def with_role(self, role: str) -> str:
        """Return the names with their role, such as ``Katz U, editor``; nothing without a name."""
        ending = "." if self.text.endswith("et al") else ""
        return f"{self.text}{ending}, {role if self.number == 1 else f'{role}s'}" if self.text else ""


def names(csl: JSONDict, role: str) -> Names:
    """Return the names in ``role``: the first six. Organisations are parted from other names by semicolons.

    Anything that is no name is left out, and so is a name that says that nobody is known.
    """
    people = csl.get(role)
    found = list(_names(people)) if isinstance(people, list) else []
    named = [name for name in found if _folded(name.text) not in OTHERS]
    has_more = len(named) > AUTHORS_SHOWN or (bool(named) and len(named) < len(found))
    text = _joined(named[:AUTHORS_SHOWN])
    return Names(f"{text}, et al" if has_more else text, len(named) + has_more)


def _names(people: Iterable[object]) -> Iterator[Name]:
    for person in people:
        name = _name(person) if isinstance(person, dict) else Name("", is_group=False)
        if name.text and _folded(name.text) not in NOBODY:
            yield name


def _folded(name: str) -> str:
    return name.strip("[]().").casefold()


def _joined(named: list[Name]) -> str:
    text = named[0].text if named else ""
    for before, name in pairwise(named):
        text += f"{'; ' if before.is_group or name.is_group else ', '}{name.text}"
    return text


def _name(person: JSONDict) -> Name:
    """Return ``Orbach H``: particles, family name, initials, suffix. A literal name is not changed."""
    if literal := words(person, "literal"):
        return Name(literal, is_group=True)
    particles = (words(person, f"{kind}-particle") for kind in ("dropping", "non-dropping"))
    parts = [*particles, words(person, "family"), initials(field(person, "given")), _suffix(words(person, "suffix"))]
    return Name(" ".join(filter(None, parts)), is_group=False)


def _suffix(suffix: str) -> str:
    """Return ``3rd`` for III, without degrees."""
    parts = [part.replace(".", "") for part in re.split(r"[,\s]+", suffix)]
    return " ".join(SUFFIXES.get(part.casefold(), part) for part in parts if part.casefold() not in DEGREES)
