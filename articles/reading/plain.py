"""The safe HTML of a text as Markdown: what the renderer lets through, and nothing that runs anywhere."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = ("br", "hr")
SPECIAL = re.compile(r"[\\`*_\[\]<>~|&]")
AT_THE_START = re.compile(r"^(\s*)([#+\-=]|\d{1,9}(?=[.)]))", re.MULTILINE)
IMAGE = re.compile(r"!(?=\\?\[|$)")
UNFIT = re.compile(r"[<>\s\\]")
"""What cannot stand in an address between angle brackets."""

READS_ON = ("(", "[", ":")
"""What would make a link of the brackets before it."""

MARKS = {"em": "*", "strong": "**", "s": "~~", "ins": "", "span": ""}


@dataclass
class Node:
    """An element, with its children: elements and words."""

    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def words(self) -> str:
        """All words inside, as they are."""
        return "".join(child if isinstance(child, str) else child.words() for child in self.children)

    def elements(self, *tags: str) -> list["Node"]:
        return [child for child in self.children if isinstance(child, Node) and child.tag in tags]


class _Tree(HTMLParser):
    """Reads what the renderer wrote, which nests well."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Node()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the base names it
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def escaped(text: str) -> str:
    """Words that stay words in Markdown, on one line."""
    text = SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return AT_THE_START.sub(_harmless, IMAGE.sub(r"\\!", text))


def _harmless(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def markdown(html: str) -> str:
    """``html`` as CommonMark with tables; citations become numbers in brackets."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return _blocks(tree.open[0])


def _blocks(node: Node) -> str:
    """Blocks with an empty line between them; words among blocks are a block of their own."""
    written: list[str] = []
    loose: list[Node | str] = []
    for child in [*node.children, Node("end")]:
        if isinstance(child, str) or child.tag not in BLOCKS:
            loose.append(child)
            continue
        written.append(_paragraph(Node("p", children=loose)))
        loose = []
        written.append(BLOCKS[child.tag](child))
    return "\n\n".join(filter(None, written))


def _paragraph(node: Node) -> str:
    lines = (line.strip() for line in _inline(node).split("\n"))
    return AT_THE_START.sub(_harmless, "\n".join(lines)).strip()


def _heading(node: Node) -> str:
    return f"{'#' * int(node.tag[1])} {_inline(node).strip()}"


def _quotation(node: Node) -> str:
    return _prefixed(_blocks(node), first="> ", rest="> ")


def _list(node: Node) -> str:
    start = int(node.attributes.get("start", "1"))
    signs = (f"{start + place}. " if node.tag == "ol" else "- " for place in range(len(node.children)))
    items = [
        _prefixed(_blocks(item), first=sign, rest=" " * len(sign))
        for item, sign in zip(node.elements("li"), signs, strict=False)
    ]
    return "\n".join(items)


def _prefixed(text: str, *, first: str, rest: str) -> str:
    head, *tail = text.split("\n")
    return "\n".join([f"{first}{head}".rstrip(), *(f"{rest}{line}".rstrip() for line in tail)])


def _code(node: Node) -> str:
    words = node.words().rstrip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", words)), default=0))
    return f"{fence}\n{words}\n{fence}"


def _table(node: Node) -> str:
    rows = [row for part in node.elements("thead", "tbody") for row in part.elements("tr")]
    cells = [[_inline(cell).replace("\n", " ").strip() for cell in row.elements("th", "td")] for row in rows]
    ruled = [*cells[:1], ["---"] * len(cells[0]), *cells[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


BLOCKS = {
    "p": _paragraph,
    "blockquote": _quotation,
    "ul": _list,
    "ol": _list,
    "pre": _code,
    "table": _table,
    "hr": lambda _node: "---",
    "end": lambda _node: "",
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), _heading),
}


def _inline(node: Node) -> str:
    written = ""
    for child in node.children:
        piece = _words(child) if isinstance(child, str) else _element(child)
        if isinstance(child, Node) and child.tag == "sup" and written and not written[-1].isspace():
            piece = f" {piece}"
        if written.endswith("]") and piece.startswith(READS_ON):
            piece = f"\\{piece}"
        written += piece
    return written


def _words(text: str) -> str:
    """Words inside a block: the spaces around them stay."""
    text = re.sub(r"\s+", " ", text)
    return IMAGE.sub(r"\\!", SPECIAL.sub(r"\\\g<0>", text))


def _element(node: Node) -> str:
    if node.tag == "br":
        return "\\\n"
    if node.tag == "code":
        return _span_of_code(node.words())
    if node.tag == "sup":
        return f"[{_words(node.words())}]"
    if node.tag == "a" and "href" in node.attributes:
        return f"[{_inline(node)}]({link_target(node.attributes['href'])})"
    mark = MARKS.get(node.tag, "")
    return f"{mark}{_inline(node)}{mark}"


def _span_of_code(words: str) -> str:
    fence = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
    space = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{space}{words}{space}{fence}"


def link_target(url: str) -> str:
    """An address as it stands between the brackets of a link."""
    return f"<{UNFIT.sub(_percent, url)}>"


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"
