"""Write a text as portable, safe Markdown: numbers replace the citation keys, and nothing in it can run."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from markdown_it.tree import SyntaxTreeNode

from articles.text.citation_markers import write_plain
from articles.text.footnotes import letter
from articles.text.markup import SUBSCRIPT, SUPERSCRIPT, script_words
from articles.text.rendering import is_safe_address, parse, split_sections, with_joined_citations

SPECIAL = re.compile(r"[\\`*_\[\]<>~^|&]")
AT_THE_START = re.compile(r"^([^\S\n]*+)([#+\-=]|\d{1,9}(?=[.)]))", re.MULTILINE)
IMAGE = re.compile(r"!(?=\\?\[|$)")
BACKSLASHED = r"\\\g<0>"
"""As a replacement: what was found, with a backslash before it."""

UNFIT = re.compile(r"[<>\s\\]")
"""Characters that are not allowed in a URL between angle brackets."""

READS_ON = ("(", ":")
"""Characters that would turn the brackets before them into a link."""

CLOSING = re.compile(r"(?<=\s)#+$|^#+$")
"""Number signs at the end of a heading, which Markdown would read as a closing sequence."""


def markdown(body: str, *, numbers: Mapping[str, int]) -> str:
    """Return ``body`` as CommonMark with tables, as the renderer shows it. Headings begin at the second level.

    ``numbers`` gives the reference number of each citation key. A key without a number is shown as missing.
    """
    written: list[str] = []
    for part in split_sections(parse(body)):
        written += [_heading(2, _words(part.heading))] if part.heading else []
        root = SyntaxTreeNode([with_joined_citations(token) for token in part.tokens])
        written += [_blocks(root.children, numbers)]
    return "\n\n".join(filter(None, written))


def escaped(text: str) -> str:
    """Return ``text`` on one line, escaped so that Markdown shows it unchanged."""
    text = SPECIAL.sub(BACKSLASHED, " ".join(text.split()))
    return AT_THE_START.sub(_harmless, IMAGE.sub(r"\\!", text))


def _harmless(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}\\" if match[2].isdigit() else f"{match[1]}\\{match[2]}"


def _blocks(nodes: Sequence[SyntaxTreeNode], numbers: Mapping[str, int]) -> str:
    """Return the blocks with an empty line between them."""
    return "\n\n".join(filter(None, (_block(node, numbers) for node in nodes)))


def _block(node: SyntaxTreeNode, numbers: Mapping[str, int]) -> str:
    match node.type:
        case "paragraph":
            lines = (line.strip() for line in _inline(node.children[0].children, numbers).split("\n"))
            return AT_THE_START.sub(_harmless, "\n".join(lines)).strip()
        case "heading":
            return _heading(int(node.tag[1]), _inline(node.children[0].children, numbers).strip())
        case "blockquote":
            return _prefixed(_blocks(node.children, numbers), first="> ", rest="> ")
        case "hr":
            return "---"
    write = CONTAINERS.get(node.type)
    return write(node, numbers) if write else _code(node.content.rstrip("\n"))


def _heading(level: int, words: str) -> str:
    return f"{'#' * level} {CLOSING.sub(BACKSLASHED, words)}"


def _list(node: SyntaxTreeNode, numbers: Mapping[str, int]) -> str:
    start = int(node.attrs.get("start", 1))
    signs = (f"{start + place}. " if node.type == "ordered_list" else "- " for place in range(len(node.children)))
    return "\n".join(
        _prefixed(_blocks(item.children, numbers), first=sign, rest=" " * len(sign))
        for item, sign in zip(node.children, signs, strict=True)
    )


def _definitions(node: SyntaxTreeNode, numbers: Mapping[str, int]) -> str:
    """Return each term as a paragraph, and its definitions as a list: CommonMark has no definition lists."""
    parts = [
        _prefixed(_blocks(child.children, numbers), first="- ", rest="  ")
        if child.type == "dd"
        else _term(child, numbers)
        for child in node.children
    ]
    return "\n\n".join(parts)


def _term(node: SyntaxTreeNode, numbers: Mapping[str, int]) -> str:
    return AT_THE_START.sub(_harmless, _inline(node.children[0].children, numbers).strip())


def _notes(node: SyntaxTreeNode, numbers: Mapping[str, int]) -> str:
    """Return the notes of a section as paragraphs that begin with their letters."""
    return "\n\n".join(f"{_raised_letter(note)} {_blocks(note.children, numbers)}" for note in node.children)


def _prefixed(text: str, *, first: str, rest: str) -> str:
    head, *tail = text.split("\n")
    return "\n".join([f"{first}{head}".rstrip(), *(f"{rest}{line}".rstrip() for line in tail)])


def _code(words: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", words)), default=0))
    return f"{fence}\n{words}\n{fence}"


def _table(node: SyntaxTreeNode, numbers: Mapping[str, int]) -> str:
    rows = [[_cell(cell, numbers) for cell in row.children] for part in node.children for row in part.children]
    ruled = [*rows[:1], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


def _cell(node: SyntaxTreeNode, numbers: Mapping[str, int]) -> str:
    return _inline(node.children[0].children, numbers).replace("\n", " ").strip()


CONTAINERS: Mapping[str, Callable[[SyntaxTreeNode, Mapping[str, int]], str]] = {
    "bullet_list": _list,
    "ordered_list": _list,
    "table": _table,
    "dl": _definitions,
    "footnote_block": _notes,
}
"""How each block that contains others is written."""


def _inline(nodes: Iterable[SyntaxTreeNode], numbers: Mapping[str, int]) -> str:
    written = text = ""
    for node in nodes:
        if node.type in ("text", "softbreak"):
            text += " " if node.type == "softbreak" else node.content
            continue
        if node.type == "citation":
            text = text.rstrip()
        written, text = _joined(written, _words(text)), ""
        space = " " if node.type == "citation" and written and not written[-1].isspace() else ""
        written = _joined(written, space + _element(node, numbers))
    return _joined(written, _words(text))


def _joined(written: str, piece: str) -> str:
    return f"{written}\\{piece}" if written.endswith("]") and piece.startswith(READS_ON) else written + piece


def _words(text: str) -> str:
    """Return ``text`` escaped for use inside a block. Spaces at its ends stay."""
    text = re.sub(r"\s+", " ", text)
    return IMAGE.sub(r"\\!", SPECIAL.sub(r"\\\g<0>", text))


def _element(node: SyntaxTreeNode, numbers: Mapping[str, int]) -> str:
    match node.type:
        case "hardbreak":
            return "\\\n"
        case "code_inline":
            return _span_of_code(node.content)
        case "subscript" | "superscript":
            return _script(node.type, node.content)
        case "footnote_ref":
            return _raised_letter(node)
        case "citation":
            return f"[{_words(write_plain(node.meta, numbers))}]"
        case "link":
            words, url = _inline(node.children, numbers), str(node.attrs["href"])
            return f"[{words}]({link_target(url)})" if is_safe_address(url) else words
    return f"{node.markup}{_inline(node.children, numbers)}{node.markup}"


def _raised_letter(node: SyntaxTreeNode) -> str:
    """Return the letter of a note: CommonMark has no notes."""
    return _script(SUPERSCRIPT, letter(node.meta["number"]))


def _script(kind: str, content: str) -> str:
    """Return a subscript or superscript in Unicode, or as an HTML element if a character has no such form."""
    words = script_words(kind, content)
    if any(word == plain for word, plain in zip(words, content, strict=True)):
        tag = "sub" if kind == SUBSCRIPT else "sup"
        return f"<{tag}>{_words(content)}</{tag}>"
    return words


def _span_of_code(words: str) -> str:
    fence = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
    space = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{space}{words}{space}{fence}"


def link_target(url: str) -> str:
    """Return ``url`` as the target of a Markdown link, in angle brackets."""
    return f"<{UNFIT.sub(lambda found: f'%{ord(found[0]):02X}', url)}>"
