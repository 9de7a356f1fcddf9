"""One Markdown file: the text of one article for one audience, and in the primary one what holds for all."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from articles.content import Text, size_faults
from articles.interchange.faults import FileFault, Unreadable
from articles.interchange.front_matter import Front, items_of, split, text_of, value_of
from articles.interchange.markers import named
from articles.interchange.source import read_text
from articles.interchange.works import Work, checked, read_works
from articles.models.version import MAX_QUESTION
from articles.rendering import cited
from editorial.canonical import normalised
from editorial.models import RiskTier

SLUG = re.compile(r"[-a-zA-Z0-9_]{1,100}")

MAX_NAME = 200

NUMBERED = "numbered"
"""How a file says that it cites by numbers: ``markers: numbered``."""


@dataclass(frozen=True)
class Sheet:
    """One file as read. ``values`` holds the fields that it gives, ``lines`` where each stands."""

    path: Path
    values: Mapping[str, Any]
    lines: Mapping[str, int]
    body: str
    body_line: int
    works: tuple[Work, ...] = field(default=())

    @property
    def slug(self) -> str:
        return self.values["slug"]

    @property
    def is_primary(self) -> bool:
        return self.values.get("primary", False)

    @property
    def text(self) -> Text:
        return Text(self.values["audience"], self.values["summary"], self.body, self.is_primary).normalised()

    def fault(self, name: str, detail: str) -> FileFault:
        return FileFault(str(self.path), self.lines.get(name, 1), name, detail)

    def citations(self) -> list[tuple[str, int]]:
        """Each cited key with the line of the file on which it is cited."""
        return [(mention.key, self.body_line + mention.line - 1) for mention in cited(self.body)]

    def cites_by_key(self, works: Sequence[Work]) -> "Sheet":
        """The same file with numbered markers, if that is how it cites, as citations of ``works`` by their place."""
        if "markers" not in self.values:
            return self
        return replace(self, body=named(self.body, keys=[work.key for work in works]))


def _text(node: yaml.Node) -> str:
    text = text_of(node)
    normalised(text).encode()  # half a character, written as an escape, is a ValueError
    if "\0" in text:
        raise ValueError("holds a NUL character")
    return text


def _question(node: yaml.Node) -> str:
    text = _text(node)
    if len(normalised(text)) > MAX_QUESTION:
        raise ValueError(f"has more than {MAX_QUESTION} characters")
    return text


def _slug(node: yaml.Node) -> str:
    slug = _text(node)
    if not SLUG.fullmatch(slug):
        raise ValueError(f"“{slug[:120]}” is not made of at most 100 letters, digits, hyphens and underscores")
    return slug


def _truth(node: yaml.Node) -> bool:
    text = text_of(node).lower()
    if text not in ("true", "false"):
        raise ValueError("has to be true or false")
    return text == "true"


def _markers(node: yaml.Node) -> str:
    if text_of(node) != NUMBERED:
        raise ValueError(f"“{text_of(node)}” is not “{NUMBERED}”; leave it out where works are cited as [@key]")
    return NUMBERED


def _risk(node: yaml.Node) -> str:
    risk = _text(node)
    if risk not in RiskTier.values:
        raise ValueError(f"“{risk}” is none of {', '.join(RiskTier.values)}")
    return risk


def _words(node: yaml.Node) -> tuple[str, ...]:
    return tuple(_text(item) for item in items_of(node))


def _products(node: yaml.Node) -> tuple[tuple[str, str], ...]:
    products = []
    for item in items_of(node):
        value = value_of(item)
        if not isinstance(value, dict) or value.keys() != {"name", "manufacturer"}:
            raise ValueError("each product has a name and a manufacturer, nothing else")
        names = (str(value["name"]).strip(), str(value["manufacturer"]).strip())
        if not all(0 < len(name) <= MAX_NAME and "\0" not in name for name in names):
            raise ValueError(f"names of products and manufacturers have 1 to {MAX_NAME} characters")
        products.append(names)
    return tuple(products)


def _references(node: yaml.Node) -> str | list[tuple[int, Any]]:
    """The name of a file beside, or the items themselves with their lines."""
    if isinstance(node, yaml.SequenceNode):
        return [(item.start_mark.line + 2, value_of(item)) for item in node.value]
    name = text_of(node)
    if Path(name).name != name or Path(name).suffix not in (".json", ".bib"):
        raise ValueError(f"“{name}” is not the name of a .json or .bib file in the same folder")
    return name


READERS: Mapping[str, Callable[[yaml.Node], Any]] = {
    "slug": _slug,
    "audience": _text,
    "summary": _text,
    "markers": _markers,
    "primary": _truth,
    "question": _question,
    "risk": _risk,
    "specialties": _words,
    "products": _products,
    "authors": _words,
    "references": _references,
}
"""Every field there is, and how it is read."""

OF_ANY = ("slug", "audience", "summary")
OF_PRIMARY = ("question", "references")
"""Fields that each file, and the primary one besides, has to give; markers, risk tier, specialties, products and
authors may be left out. A file that is not the primary one gives no field of the article."""


def read_sheet(path: Path) -> Sheet:
    """The file at ``path``. Raises Unreadable with every fault, its line and field."""
    front = split(read_text(path), path=path)
    lines = {name: given.line for name, given in front.fields.items()}
    faults, values = list(_unknown(front, path=path)), dict[str, Any]()
    for name in front.fields.keys() & READERS.keys():
        try:
            values[name] = READERS[name](front.fields[name].node)
        except ValueError as error:
            faults.append(FileFault(str(path), lines[name], name, _words_of(error)))
    faults += _misplaced(front, primary=values.get("primary", False), path=path)
    for fault in size_faults(normalised(front.body)):
        faults.append(FileFault(str(path), front.body_line, "body", fault.detail))
    if faults:
        raise Unreadable(*sorted(faults, key=lambda fault: fault.line))
    works = _works(values.get("references", []), path=path)
    return Sheet(path, values, lines, front.body, front.body_line, works)


def _words_of(error: ValueError) -> str:
    return "holds half a character" if isinstance(error, UnicodeEncodeError) else str(error)


def _unknown(front: Front, *, path: Path) -> Iterator[FileFault]:
    for name in front.fields.keys() - READERS.keys():
        detail = f"there is no such field; there are {', '.join(READERS)}"
        yield FileFault(str(path), front.fields[name].line, name, detail)


def _misplaced(front: Front, *, primary: bool, path: Path) -> Iterator[FileFault]:
    for name in (*OF_ANY, *OF_PRIMARY) if primary else OF_ANY:
        if name not in front.fields:
            yield FileFault(str(path), 1, name, "is missing")
    allowed = READERS if primary else {*OF_ANY, "primary", "markers"}
    for name in front.fields.keys() & READERS.keys() - allowed:
        yield FileFault(str(path), front.fields[name].line, name, "stands only in the file with “primary: true”")


def _works(references: str | list[tuple[int, Any]], *, path: Path) -> tuple[Work, ...]:
    if isinstance(references, str):
        return tuple(read_works(path.parent / references))
    return tuple(checked(references, file=str(path)))
