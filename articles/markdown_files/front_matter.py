"""Read and write front matter: the YAML between two lines ``---`` at the start of a Markdown file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from articles.library.formats.file_faults import FileFault, Unreadable
from editorial.record.canonical_json import JSONDict

FENCE = "---"


@dataclass(frozen=True)
class Field:
    """One field of the front matter: its YAML node, and its line in the file."""

    node: yaml.Node
    line: int


@dataclass(frozen=True)
class Front:
    """The two parts of a Markdown file. ``body_line`` is the line on which the body begins."""

    fields: dict[str, Field]
    body: str
    body_line: int


class Loader(yaml.SafeLoader):
    """A YAML loader for the values of JSON: it reads no dates, and refuses aliases."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)


def split(text: str, *, path: Path) -> Front:
    """Return the front matter and the body of ``text``. Raises Unreadable with the line."""
    lines = text.split("\n")
    fences = (index for index, line in enumerate(lines) if line.rstrip() == FENCE)
    if next(fences, None) != 0:
        raise Unreadable(FileFault(str(path), 1, "", f"does not begin with front matter between two lines {FENCE}"))
    end = next(fences, None)
    if end is None:
        raise Unreadable(FileFault(str(path), 1, "", f"the front matter is not closed by a line {FENCE}"))
    body = lines[end + 1 :]
    blank = next((index for index, line in enumerate(body) if line.strip()), 0)
    fields = _fields("\n".join(lines[1:end]), path=path)
    return Front(fields, body="\n".join(body[blank:]), body_line=end + 2 + blank)


def _fields(source: str, *, path: Path) -> dict[str, Field]:
    root = _composed(source, path=path)
    if not isinstance(root, yaml.MappingNode):
        raise Unreadable(FileFault(str(path), 2, "", "the front matter is not a list of “field: value”"))
    fields: dict[str, Field] = {}
    for key, node in root.value:
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode) or key.value in fields:
            raise Unreadable(FileFault(str(path), line, str(key.value), "is given twice or is no field name"))
        fields[key.value] = Field(node, line)
    return fields


def _composed(source: str, *, path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(source, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        raise Unreadable(FileFault(str(path), line, "", f"is not YAML: {error.problem or error.context}")) from error
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 2
        raise Unreadable(FileFault(str(path), line, "", f"is not YAML: {error.reason}")) from error
    except RecursionError as error:
        raise Unreadable(FileFault(str(path), 2, "", "the front matter is nested too deeply")) from error


def text_of(node: yaml.Node) -> str:
    """Return the text of a field as it is written, so ``no`` is text. Raises ValueError if it is a list or empty."""
    if not isinstance(node, yaml.ScalarNode) or node.tag.endswith(":null"):
        raise ValueError("has to be a text")
    return node.value


def items_of(node: yaml.Node) -> Iterator[yaml.Node]:
    """Yield the members of a list field. Raises ValueError if it is not a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise ValueError("has to be a list")
    yield from node.value


def value_of(node: yaml.Node) -> Any:
    """Return the node as a JSON value. Raises ValueError for tags that are not standard YAML."""
    constructor = yaml.constructor.SafeConstructor()
    try:
        return constructor.construct_document(node)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError("holds a value that JSON has no form for") from error


class Dumper(yaml.SafeDumper):
    """A YAML dumper whose output the loader reads back. Text with rare line ends of YAML is quoted and escaped."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        quoted = '"' if any(char in data for char in "\x85\u2028\u2029") else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=quoted)


Dumper.add_representer(str, Dumper.represent_str)


def join(fields: JSONDict, *, body: str) -> str:
    """Return a Markdown file with these fields and this body. ``split`` reads the same from it."""
    front = yaml.dump(
        fields, Dumper=Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1_000_000
    )
    return f"{FENCE}\n{front}{FENCE}\n\n{body}\n"
