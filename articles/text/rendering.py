"""Markdown with Pandoc citations to safe HTML, and the citations that stand in it."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import nh3
from django.utils.html import escape
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

ITEM = re.compile(
    r"@(?P<key>[A-Za-z0-9_](?:[A-Za-z0-9_:.#$%&\-+?<>~/]*[A-Za-z0-9_/])?)(?:\s*,\s*(?P<locator>[^;\]]+))?"
)
"""One work in a bracketed citation: key, and perhaps where in the work."""

BRACKETED = re.compile(r"\[(@[^\[\]]*)\]")
"""A citation, read in one pass: what opens another bracket before it closes is none."""

TAGS = {
    *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "sup", "ul"),
    *("h2", "h3", "h4", "h5", "h6"),
    *("ins", "span"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
ATTRIBUTES = {
    "a": {"href", "id", "title", "class", "aria-label"},
    "span": {"id", "class"},
    "sup": {"class"},
    "ol": {"start"},
    **{heading: {"id"} for heading in ("h2", "h3", "h4", "h5", "h6")},
}
"""All that may leave the renderer: nothing that loads or runs. ``ins`` and ``span`` only mark claims."""

SPACE_BEFORE_CITATION = re.compile(r'\s+(?=(?:<span class="claim[^">]*">)?<sup class="citation">)')
"""Superscript numbers stand close to the word before them; in a writer's own words ``<`` is escaped."""


@dataclass(frozen=True)
class Cited:
    """One work in one citation: its key, the locator ("p. 12" or empty) and the line of the text, from 1."""

    key: str
    locator: str
    line: int


@dataclass(frozen=True)
class Section:
    """A part of a text under one second-level heading; the first may have none."""

    id: str
    heading: str
    html: str


@dataclass(frozen=True)
class Part:
    """The tokens of a section, without its heading."""

    id: str
    heading: str
    tokens: Sequence[Token]


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
    links = [_write_item(key, locator, env) for key, locator in tokens[index].meta["items"]]
    return f'<sup class="citation">{"; ".join(links)}</sup>'


def _write_item(key: str, locator: str, env: dict) -> str:
    number = env["numbers"].get(key)
    where = f", {escape(locator)}" if locator else ""
    if number is None:
        return f"[missing reference: {escape(key)}]{where}"
    env["counts"][number] = env["counts"].get(number, 0) + 1
    name = f"{env['prefix']}cite-{number}-{env['counts'][number]}"
    return f'<a href="#ref-{number}" id="{name}">{number}</a>{where}'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.disable("image")
    parser.inline.ruler.before("link", "citation", _citation)
    parser.add_render_rule("citation", _write_citation)
    return parser


MARKDOWN = _parser()


def parse(body: str) -> list[Token]:
    """The block tokens of ``body``; headings begin at the second level, the first being the question."""
    tokens = MARKDOWN.parse(body)
    for token in tokens:
        if token.type.startswith("heading_") and token.tag == "h1":
            token.tag = "h2"
    return tokens


def cited(body: str) -> list[Cited]:
    """Every work cited in ``body``, in order of appearance, repeated ones repeated."""
    return cited_in(parse(body))


def cited_in(tokens: Sequence[Token]) -> list[Cited]:
    """As ``cited``, for a text that is parsed already."""
    return list(_cited(tokens))


def _cited(tokens: Sequence[Token]) -> Iterator[Cited]:
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        for child in token.children or []:
            if child.type == "citation":
                yield from (Cited(key, locator, line) for key, locator in child.meta["items"])
                line += child.meta["breaks"]
            line += child.type in ("softbreak", "hardbreak")


def recited(body: str, *, keys: Mapping[str, str]) -> str:
    """``body`` with every citation of a key in ``keys`` citing the key it maps to; locators stay.

    A work that a bracket would then name twice without saying where is named once.
    """
    return BRACKETED.sub(lambda bracketed: f"[{_recited(bracketed[1], keys)}]", body)


def _recited(inside: str, keys: Mapping[str, str]) -> str:
    items = [ITEM.fullmatch(item.strip()) for item in inside.split(";")]
    if not any(item and item["key"] in keys for item in items) or not all(items):
        return inside
    written = [f"@{keys.get(item['key'], item['key'])}{item[0][len(item['key']) + 1 :]}" for item in items if item]
    return "; ".join(dict.fromkeys(written))


def render(body: str, *, numbers: Mapping[str, int]) -> list[Section]:
    """``body`` as safe HTML, a section for each second-level heading; empty sections are left out.

    ``numbers`` gives the reference number of each citation key. A key without a number is shown as missing.
    """
    return render_tokens(parse(body), numbers=numbers)


def render_tokens(tokens: list[Token], *, numbers: Mapping[str, int], prefix: str = "") -> list[Section]:
    """As ``render``, for a text that is parsed already, and may have its claims marked.

    ``prefix`` stands before the ids of headings and citations, where several texts share a page.
    """
    env = {"numbers": numbers, "counts": {}, "prefix": prefix}
    return [_section(part, env=env) for part in parts(tokens)]


def parts(tokens: list[Token]) -> list[Part]:
    """The sections of a parsed text before they are written, with the ids that they have on a page."""
    starts = [index for index, token in enumerate(tokens) if _opens_section(token)]
    bounds = [0, *starts, len(tokens)]
    used: dict[str, int] = {}
    return [_part(tokens[begin:end], used) for begin, end in itertools.pairwise(bounds) if begin < end]


def _part(tokens: list[Token], used: dict[str, int]) -> Part:
    heading = ""
    if _opens_section(tokens[0]):
        heading, tokens = plain_text(tokens[1]), tokens[3:]
    return Part(_unique_id(heading, used), heading, tokens)


def _opens_section(token: Token) -> bool:
    """A heading inside a quotation or a list opens none: cutting there would tear it apart."""
    return token.type == "heading_open" and token.tag == "h2" and token.level == 0


def _section(part: Part, *, env: dict) -> Section:
    html = nh3.clean(
        MARKDOWN.renderer.render(part.tokens, MARKDOWN.options, env),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Section(env["prefix"] + part.id, part.heading, SPACE_BEFORE_CITATION.sub("", html))


def _unique_id(heading: str, used: dict[str, int]) -> str:
    """The heading's slug, from its second use on with its count behind a dot, which no slug has."""
    stem = slugify(heading) or "section"
    used[stem] = used.get(stem, 0) + 1
    return f"s-{stem}" if used[stem] == 1 else f"s-{stem}.{used[stem]}"


def plain_text(inline: Token) -> str:
    """The words of an inline token, without markup and citations."""
    words = "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or []
        if child.type != "citation"
    )
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(words.split()))


def whole(sections: list[Section]) -> str:
    """The sections as one piece of HTML, headings included."""
    return "\n".join(
        (f'<h2 id="{section.id}">{escape(section.heading)}</h2>\n' if section.heading else "") + section.html
        for section in sections
    )


def first_appearance(bodies: Sequence[str]) -> list[str]:
    """Citation keys over ``bodies``, each once, by first appearance: their place plus one is their number."""
    keys = (mention.key for body in bodies for mention in cited(body))
    return list(dict.fromkeys(keys))
