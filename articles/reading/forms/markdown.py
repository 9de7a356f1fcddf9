"""The renderer's safe HTML back to Markdown, in which nothing of a writer's words is markup that they did not write."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

MARKUP = re.compile(r"[\\`*_\[\]<>&~|]")
BEGINNING = re.compile(r"^([ \t]*)(?:([#+=-])|(\d+)(?=[.)]))", re.MULTILINE)
VOID = ("br", "hr")
BLOCKS = ("blockquote", "hr", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul")
IN_ADDRESSES: Mapping[str, str] = {char: f"%{ord(char):02X}" for char in " ()<>\\\n"}


@dataclass
class Node:
    tag: str = ""
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)


class _Tree(HTMLParser):
    """What nh3 wrote is well-formed: every element but ``br`` and ``hr`` is closed where it was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the frame's
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def from_html(html: str) -> str:
    """``html``, as the renderer wrote it, as CommonMark with tables and strike-through."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return "\n\n".join(_blocks(tree.open[0].children))


def words(text: str) -> str:
    """``text`` on one line, as words that are no markup."""
    return _beginning(MARKUP.sub(r"\\\g<0>", " ".join(text.split())))


def paragraphs(text: str) -> str:
    """As ``words``, with the paragraphs that ``text`` has."""
    return "\n\n".join(words(part) for part in re.split(r"\n\s*\n", text) if part.strip())


def link(label: str, url: str) -> str:
    """``label`` is Markdown already."""
    return f"[{label}]({''.join(IN_ADDRESSES.get(char, char) for char in url)})"


def _beginning(line: str) -> str:
    """What would begin a heading, a list or a rule is made to begin none."""
    return BEGINNING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\", line)


# --- in a line ------------------------------------------------------------------------------------------------------


def _line(children: Sequence[Node | str]) -> str:
    return "".join(_inline(child) for child in children)


def _inline(child: Node | str) -> str:
    if isinstance(child, str):
        return MARKUP.sub(r"\\\g<0>", re.sub(r"\s+", " ", child))
    if child.tag == "code":
        return _code(_text(child))
    if child.tag == "br":
        return "\\\n"
    inner = _line(child.children)
    if child.tag == "sup":
        return f" \\[{inner}\\]"
    href = child.attributes.get("href") or "#"
    if child.tag == "a" and not href.startswith("#"):
        return link(inner, href)
    mark = {"em": "*", "strong": "**", "s": "~~"}.get(child.tag, "")
    return f"{mark}{inner}{mark}"


def _text(node: Node) -> str:
    return "".join(child if isinstance(child, str) else _text(child) for child in node.children)


def _code(text: str) -> str:
    fence = _fence(text, least=1)
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"


def _fence(text: str, *, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


# --- blocks ---------------------------------------------------------------------------------------------------------


def _blocks(children: Sequence[Node | str]) -> Iterator[str]:
    """Each block; words that stand between blocks, as in a tight list, are one."""
    loose: list[Node | str] = []
    for child in children:
        if isinstance(child, Node) and child.tag in BLOCKS:
            yield from _paragraph(loose)
            loose = []
            yield WRITERS[child.tag](child)
        else:
            loose.append(child)
    yield from _paragraph(loose)


def _paragraph(children: Sequence[Node | str]) -> Iterator[str]:
    line = _beginning(_line(children).strip())
    if line:
        yield line


def _heading(node: Node) -> str:
    return f"{'#' * int(node.tag[1])} {_line(node.children).strip()}"


def _quotation(node: Node) -> str:
    return _indented("\n\n".join(_blocks(node.children)), first="> ", then="> ")


def _rule(_node: Node) -> str:
    return "* * *"


def _listing(node: Node) -> str:
    code = _text(node)
    fence = _fence(code, least=3)
    return f"{fence}\n{code.removesuffix(chr(10))}\n{fence}"


def _list(node: Node) -> str:
    start = int(node.attributes.get("start") or 1)
    items = [child for child in node.children if isinstance(child, Node)]
    marks = ["- " if node.tag == "ul" else f"{start + index}. " for index in range(len(items))]
    return "\n".join(
        _indented("\n\n".join(_blocks(item.children)), first=mark, then=" " * len(mark))
        for item, mark in zip(items, marks, strict=True)
    )


def _indented(text: str, *, first: str, then: str) -> str:
    lines = text.split("\n")
    return "\n".join(f"{then if index else first}{line}".rstrip() for index, line in enumerate(lines))


def _table(node: Node) -> str:
    head, *rows = [
        [_line(cell.children).strip() for cell in row.children if isinstance(cell, Node)]
        for part in node.children
        if isinstance(part, Node)
        for row in part.children
        if isinstance(row, Node)
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows])


WRITERS: Mapping[str, Callable[[Node], str]] = {
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), _heading),
    **dict.fromkeys(("ol", "ul"), _list),
    "blockquote": _quotation,
    "hr": _rule,
    "p": lambda node: "".join(_paragraph(node.children)),
    "pre": _listing,
    "table": _table,
}
