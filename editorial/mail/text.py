"""The text of a mail, in which only the site speaks for the site.

What people wrote goes into a mail on one line, or, where the template says so, as a quotation with ``>`` before each
line. So nobody adds a line of their own to a mail, or cuts its subject. In HTML, only addresses of the site become
links, and none in a quotation.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from textwrap import fill
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from editorial.text_normalisation import UNFIT_FOR_ONE_LINE

COLUMNS = 78
"""Line width of a mail's plain text, in characters. A longer word, such as a link, is not broken."""

QUOTE = "> "

register = template.Library()


class PeoplesWords(str):
    """A value on one line; ``written`` is the value as a person wrote it."""

    written: str


def one_line(value: str) -> PeoplesWords:
    """Return ``value`` without line ends and control characters."""
    line = PeoplesWords(UNFIT_FOR_ONE_LINE.sub("", " ".join(value.split())))
    line.written = value
    return line


def composed(name: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and text of a mail from a template whose first line is the subject."""
    words = {key: _on_one_line(value) for key, value in context.items()}
    subject, _, text = render_to_string(name, words).partition("\n")
    return " ".join(subject.split()), text.strip() + "\n"


def _on_one_line(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Mapping):
        return {key: _on_one_line(inner) for key, inner in value.items()}
    return [_on_one_line(inner) for inner in value] if isinstance(value, list | tuple) else value


@register.filter
def quoted(value: str) -> str:
    """Return what a person wrote with its lines, each behind ``>``."""
    return "\n".join(f"{QUOTE}{line}".rstrip() for line in _lines(value))


@register.filter
def paragraphs(value: str) -> str:
    """Return what an editor wrote as the site's answer, with its lines."""
    return "\n".join(_lines(value))


def _lines(value: str) -> list[str]:
    lines = getattr(value, "written", value).strip().splitlines()
    return [UNFIT_FOR_ONE_LINE.sub("", line.expandtabs(4)).rstrip() for line in lines]


@register.filter
def shortened(value: str, length: int) -> str:
    """Return the first words of ``value`` that fit ``length`` characters, with an ellipsis if it is longer."""
    if len(value) <= length:
        return value
    return value[:length].rsplit(maxsplit=1)[0].rstrip(" ,;:") + "…"


def wrapped(text: str) -> str:
    """Return ``text`` with its longer lines broken between words, inside a quotation, too."""
    return "\n".join(map(_wrapped, text.split("\n")))


def _wrapped(line: str) -> str:
    begin = QUOTE if line.startswith(QUOTE) else ""
    return fill(
        line.removeprefix(begin),
        COLUMNS,
        initial_indent=begin,
        subsequent_indent=begin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_html(text: str) -> SafeString:
    """Return the text of a mail as HTML: paragraphs, quotations, and links to the site."""
    return mark_safe("\n".join(_blocks(text.strip())))  # noqa: S308 - all of it is escaped in ``_blocks``


def _blocks(text: str) -> Iterator[str]:
    for block in re.split(r"\n{2,}", text):
        for is_quote, lines in groupby(block.split("\n"), key=_is_quote):
            if is_quote:
                words = format_html_join(mark_safe("<br>"), "{}", ([line.removeprefix(">").strip()] for line in lines))
                yield format_html('<blockquote style="{}">{}</blockquote>', QUOTATION, words)
            else:
                yield f"<p>{'<br>'.join(map(_with_links, lines))}</p>"


QUOTATION = "margin: 0 0 16px; padding-left: 12px; border-left: 3px solid #2a7f8f;"


def _is_quote(line: str) -> bool:
    return line.startswith(">")


def _with_links(line: str) -> str:
    """Return a line as HTML in which the addresses of the site are links."""
    address = re.compile(rf"({re.escape(settings.SITE_URL)}/[\w/.:=?&#%+~@-]*[\w/=#-]|{re.escape(settings.SITE_URL)}/)")
    return "".join(
        format_html('<a href="{0}">{0}</a>', part) if place % 2 else escape(part)
        for place, part in enumerate(address.split(line))
    )
