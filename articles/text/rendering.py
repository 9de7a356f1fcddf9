"""Rendering Markdown with Pandoc citations as safe HTML, and finding the citations in a text."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from articles.text.citation_markers import joined, write
from articles.text.footnotes import add_footnotes
from articles.text.markup import SCRIPTS, add_markup, script_words

ITEM = re.compile(
    r"@(?P<key>[A-Za-z0-9_](?:[A-Za-z0-9_:.#$%&\-+?<>~/]*[A-Za-z0-9_/])?)(?:\s*,\s*(?P<locator>[^;\]]+))?"
)
"""One work in a bracketed citation: its key and, optionally, a locator."""

BRACKETED = re.compile(r"\[(@[^\[\]]*)\]")
"""A citation. Brackets cannot be nested, so one pass finds them all."""

TAGS = {
    *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "ul"),
    *("h2", "h3", "h4", "h5", "h6"),
    *("del", "ins", "span"),
    *("table", "tbody", "td", "th", "thead", "tr"),
    *("dd", "dl", "dt"),
}
ATTRIBUTES = {
    "a": {"href", "id", "title", "class", "aria-label", "role"},
    **{mark: {"id", "class"} for mark in ("del", "ins", "span")},
    "sup": {"class"},
    "ol": {"start", "type", "class", "aria-label"},
    "li": {"id"},
    **{heading: {"id"} for heading in ("h2", "h3", "h4", "h5", "h6")},
}
"""All that the HTML may contain. Nothing loads or runs. ``del``, ``ins`` and ``span`` only mark."""

NOT_IN_TEXT = "not_in_text"
"""The type of tokens with words that are not part of the text, such as removed words."""

MARKED_CODE = "marked_code"
"""The type of a code block with marks among its children."""

SPACE_BEFORE_CITATION = re.compile(r'(?<!\s)\s++(?=(?:<(?:span|ins)(?: [^<>]*)?>)*<sup class="citation">)')
"""Superscript numbers follow the word without a space. In a writer's own text ``<`` is escaped."""


@dataclass(frozen=True)
class CitationItem:
    """One work in a citation: its key, its locator ("p. 12" or empty) and the line of the text, from 1."""

    key: str
    locator: str
    line: int


@dataclass(frozen=True)
class Section:
    """One section of a text, below a second-level heading. The first section may have no heading.

    ``title`` is the heading as safe HTML, with marks if it has any.
    """

    id: str
    heading: str
    html: str
    title: str = ""


@dataclass(frozen=True)
class SectionTokens:
    """The tokens of a section, without its heading."""

    id: str
    heading: str
    tokens: Sequence[Token]
    title: Sequence[Token] = ()


def _citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """Inline rule: ``[@key, locator; @key]`` becomes one ``citation`` token with its items in ``meta``."""
    bracketed = BRACKETED.match(state.src, state.pos, state.posMax)
    items = [ITEM.fullmatch(item.strip()) for item in bracketed[1].split(";")] if bracketed else [None]
    if bracketed is None or None in items:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        works = [(item["key"], (item["locator"] or "").strip()) for item in items if item]
        token.meta = {"items": works, "breaks": bracketed[0].count("\n")}
    state.pos = bracketed.end()
    return True


def _write_citation(_renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, env: dict) -> str:
    return write(tokens[index], env)


def _write_not_in_text(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, _env: dict
) -> str:
    return escape(tokens[index].content)


def _write_marked_code(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: dict) -> str:
    return f"<pre><code>{renderer.renderInline(tokens[index].children or [], options, env)}</code></pre>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.disable("image")
    add_markup(parser)
    add_footnotes(parser)
    parser.inline.ruler.before("link", "citation", _citation)
    parser.add_render_rule("citation", _write_citation)
    parser.add_render_rule(NOT_IN_TEXT, _write_not_in_text)
    parser.add_render_rule(MARKED_CODE, _write_marked_code)
    return parser


MARKDOWN = _parser()


def parse(body: str) -> list[Token]:
    """Return the block tokens of ``body``. Headings begin at the second level; the first level is the question."""
    tokens = MARKDOWN.parse(body)
    for token in tokens:
        if token.type.startswith("heading_") and token.tag == "h1":
            token.tag = "h2"
    return tokens


def citations_in(body: str) -> list[CitationItem]:
    """Return every work cited in ``body`` in order of appearance, including repetitions."""
    return citations_in_tokens(parse(body))


def citations_in_tokens(tokens: Sequence[Token]) -> list[CitationItem]:
    """As ``citations_in``, for a text that is already parsed."""
    return list(_citation_items(tokens))


def _citation_items(tokens: Sequence[Token]) -> Iterator[CitationItem]:
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        for child in token.children or []:
            if child.type == "citation":
                yield from (CitationItem(key, locator, line) for key, locator in child.meta["items"])
                line += child.meta["breaks"]
            line += child.type in ("softbreak", "hardbreak")


def replace_keys(body: str, *, keys: Mapping[str, str]) -> str:
    """Return ``body`` with the keys in ``keys`` replaced by the keys they map to. Locators stay.

    If a citation would then name a work twice without a locator, it is named once.
    """
    return BRACKETED.sub(lambda bracketed: f"[{_replace_keys(bracketed[1], keys)}]", body)


def _replace_keys(inside: str, keys: Mapping[str, str]) -> str:
    items = [ITEM.fullmatch(item.strip()) for item in inside.split(";")]
    if not any(item and item["key"] in keys for item in items) or not all(items):
        return inside
    new_items = [f"@{keys.get(item['key'], item['key'])}{item[0][len(item['key']) + 1 :]}" for item in items if item]
    return "; ".join(dict.fromkeys(new_items))


def render(body: str, *, numbers: Mapping[str, int]) -> list[Section]:
    """Return ``body`` as safe HTML, one section for each second-level heading. Empty sections are left out.

    ``numbers`` gives the reference number of each citation key. A key without a number is shown as missing.
    """
    return render_tokens(parse(body), numbers=numbers)


def render_tokens(tokens: list[Token], *, numbers: Mapping[str, int], prefix: str = "") -> list[Section]:
    """As ``render``, for a text that is already parsed and may have marks.

    ``prefix`` is put before the ids of headings and citations if several texts share a page.
    """
    env = {"numbers": numbers, "counts": {}, "prefix": prefix}
    return [_render_section(section, env=env) for section in split_sections(tokens)]


def split_sections(tokens: list[Token]) -> list[SectionTokens]:
    """Return the sections of a parsed text before rendering, with the ids that they have on a page."""
    starts = [index for index, token in enumerate(tokens) if _opens_section(token)]
    bounds = [0, *starts, len(tokens)]
    used: dict[str, int] = {}
    return [_section_tokens(tokens[begin:end], used) for begin, end in itertools.pairwise(bounds) if begin < end]


def _section_tokens(tokens: list[Token], used: dict[str, int]) -> SectionTokens:
    heading: str = ""
    title: list[Token] = []
    if _opens_section(tokens[0]):
        heading, title, tokens = (
            plain_text(tokens[1]),
            [_as_words(child) for child in tokens[1].children or []],
            tokens[3:],
        )
    return SectionTokens(_unique_id(heading, used), heading, tokens, title)


def _as_words(child: Token) -> Token:
    """Headings are rendered without markup; only marks are kept."""
    if child.type in (NOT_IN_TEXT, "text") or child.type.startswith("mark_"):
        return child
    return Token("text", "", 0, content=_words(child))


def _opens_section(token: Token) -> bool:
    """A heading inside a quotation or a list starts no section: a cut there would break the nesting."""
    return token.type == "heading_open" and token.tag == "h2" and token.level == 0


def _render_section(section: SectionTokens, *, env: dict) -> Section:
    tokens = [with_joined_citations(token) for token in section.tokens]
    html = SPACE_BEFORE_CITATION.sub("", _clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env)))
    has_marks = any(child.type != "text" for child in section.title)
    title = render_words(section.title) if has_marks else ""
    return Section(env["prefix"] + section.id, section.heading, html, title or escape(section.heading))


def with_joined_citations(block: Token) -> Token:
    """Return ``block`` with citations that touch as one; the token given stays as it is."""
    if not any(child.type == "citation" for child in block.children or []):
        return block
    block = copy(block)
    block.children = joined(block.children or [])
    return block


def render_words(tokens: Sequence[Token]) -> str:
    """Return inline tokens with marks as safe HTML."""
    paragraph = Token("inline", "", 0, children=list(tokens))
    return _clean(MARKDOWN.renderer.render([paragraph], MARKDOWN.options, {}))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def is_safe_address(url: str) -> bool:
    """Whether a link to ``url`` leaves the renderer as a link."""
    return " href=" in _clean(f'<a href="{escape(url)}"></a>')


def _unique_id(heading: str, used: dict[str, int]) -> str:
    """Return the heading's slug; from its second use on with a count after a dot, which slugs never contain."""
    stem = slugify(heading) or "section"
    used[stem] = used.get(stem, 0) + 1
    return f"s-{stem}" if used[stem] == 1 else f"s-{stem}.{used[stem]}"


def plain_text(inline: Token) -> str:
    """Return the words of an inline token, without markup and citations."""
    words = "".join(_words(child) for child in inline.children or [] if child.type not in ("citation", NOT_IN_TEXT))
    return re.sub(r" ([.,;:!?])", r"\1", " ".join(words.split()))


def _words(child: Token) -> str:
    if child.type in SCRIPTS:
        return script_words(child.type, child.content)
    return " " if child.type in ("softbreak", "hardbreak") else child.content


def join_sections(sections: list[Section]) -> str:
    """Return the sections as one string of HTML, headings included."""
    return "\n".join(
        (f'<h2 id="{section.id}">{section.title}</h2>\n' if section.heading else "") + section.html
        for section in sections
    )


def first_appearance(bodies: Sequence[str]) -> list[str]:
    """Return the citation keys of ``bodies``, each once, by first appearance.

    The reference number of a key is its index plus one.
    """
    keys = (citation.key for body in bodies for citation in citations_in(body))
    return list(dict.fromkeys(keys))
