"""Read one Markdown file: the text of an article for one audience. The primary file also has the article's fields."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from articles.library.formats.file_faults import FileFault, Unreadable
from articles.library.formats.file_text import read_text
from articles.markdown_files.front_matter import Front, items_of, split, text_of, value_of
from articles.markdown_files.numbered_citations import named
from articles.markdown_files.reference_files import Work, checked, read_works
from articles.markdown_files.table_markup import read_tables
from articles.models.versions import MAX_QUESTION
from articles.preflight.numbered_citations import bare_numbers, raised_numbers
from articles.text.content import Text, size_faults
from articles.text.rendering import citations_in, parse, replace_keys
from editorial.models import RiskTier
from editorial.record.canonical_json import JSONDict, normalised

SLUG = re.compile(r"[-a-zA-Z0-9_]{1,100}")

MAX_NAME = 200

NUMBERED = "numbered"
"""The value of ``markers`` in a file that cites by numbers."""


@dataclass(frozen=True)
class Sheet:
    """One file after reading. ``values`` has its fields, ``lines`` the line of each.

    ``remarks`` say what was changed in its text, or what a person has to look at.
    """

    path: Path
    values: Mapping[str, Any]
    lines: Mapping[str, int]
    body: str
    body_line: int
    works: tuple[Work, ...] = field(default=())
    remarks: tuple[FileFault, ...] = field(default=())

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
        """Return each cited key with the line of the file on which it is cited."""
        return [(mention.key, self.body_line + mention.line - 1) for mention in citations_in(self.body)]

    def cites_by_key(self, works: Sequence[Work]) -> "Sheet":
        """Return the file with numbered markers replaced by citations of ``works``, by their position.

        A file without ``markers`` is returned unchanged.
        """
        if "markers" not in self.values:
            return self
        return replace(self, body=named(self.body, keys=[work.key for work in works]))

    def with_keys(self, keys: Mapping[str, str]) -> "Sheet":
        """Return the file with works and citations under their new keys."""
        works = (replace(work, csl={**work.csl, "id": keys.get(work.key, work.key)}) for work in self.works)
        return replace(self, works=tuple(works), body=replace_keys(self.body, keys=keys))


def _text(node: yaml.Node) -> str:
    text = text_of(node)
    normalised(text).encode()  # raises ValueError for an escaped lone surrogate
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


def _references(node: yaml.Node) -> str | list[tuple[int, object]]:
    """Return the name of a file in the same folder, or the items with their lines."""
    if isinstance(node, yaml.SequenceNode):
        return [(item.start_mark.line + 2, value_of(item)) for item in node.value]
    name = text_of(node)
    if Path(name).name != name or Path(name).suffix not in (".json", ".bib"):
        raise ValueError(f"“{name}” is not the name of a .json or .bib file in the same folder")
    return name


READERS: Mapping[str, Callable[[yaml.Node], object]] = {
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
"""The readers of all fields, by name."""

OF_ANY = ("slug", "audience", "summary")
OF_PRIMARY = ("question",)
"""Fields that are required in every file (``OF_ANY``), and in the primary file (``OF_PRIMARY``).

References may be missing if the library has every key. Markers, risk tier, specialties, products and authors are
optional. Only the primary file has fields of the article.
"""


def read_sheet(path: Path) -> Sheet:
    """Return the file at ``path``. Raises Unreadable with every fault, its line and field."""
    front = split(read_text(path), path=path)
    lines = {name: given.line for name, given in front.fields.items()}
    faults, values = list(_unknown(front, path=path)), JSONDict()
    for name in front.fields.keys() & READERS.keys():
        try:
            values[name] = READERS[name](front.fields[name].node)
        except ValueError as error:
            detail = "holds half a character" if isinstance(error, UnicodeEncodeError) else str(error)
            faults.append(FileFault(str(path), lines[name], name, detail))
    faults += _misplaced(front, primary=values.get("primary", False), path=path)
    for fault in size_faults(normalised(front.body)):
        faults.append(FileFault(str(path), front.body_line, "body", fault.detail))
    if faults:
        raise Unreadable(*sorted(faults, key=lambda fault: fault.line))
    given = values.get("references", [])
    works = read_works(path.parent / given) if isinstance(given, str) else checked(given, file=str(path))
    body, tables = read_tables(front.body)
    remarks = [(table.line, table.remark) for table in tables] + list(_numbers(body))
    told = [FileFault(str(path), front.body_line + line - 1, "body", remark) for line, remark in sorted(remarks)]
    return Sheet(path, values, lines, body, front.body_line, tuple(works), tuple(told))


def _numbers(body: str) -> Iterator[tuple[int, str]]:
    """Yield the line of each number without brackets that looks like a citation, with a remark about it."""
    tokens = parse(body)
    for marker, line in (*bare_numbers(tokens), *raised_numbers(tokens)):
        yield line, f"“{marker}” looks like a citation, but names no work; cite the work as [@key]"


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
        yield FileFault(str(path), front.fields[name].line, name, "belongs only in the file with “primary: true”")
