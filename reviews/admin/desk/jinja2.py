"""The Jinja2 environment of the desk's templates (``reviews/jinja2/``): Django's settings name it."""

from django.template.defaultfilters import linebreaks_filter, linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from jinja2 import BaseLoader, Environment, StrictUndefined

from articles.admin.compare_versions import render_word_runs
from editorial.admin.chips import chip
from editorial.admin.formatting import moment, short_date


def environment(*, loader: BaseLoader, auto_reload: bool, **_defaults: object) -> Environment:
    """Return an environment that escapes every value, and in which an undefined variable is an error.

    Django passes the loader of the apps' ``jinja2/`` folders, and other defaults that are decided here.
    """
    made = Environment(
        loader=loader,
        auto_reload=auto_reload,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"chip": chip, "render_to_string": render_to_string}
    made.filters |= {"capfirst": capfirst, "short_date": short_date, "moment": moment, "word_runs": render_word_runs}
    made.filters |= {"lines": lines, "paragraphs": paragraphs}
    return made


def lines(text: str) -> SafeString:
    """Return ``text`` in HTML, with its line breaks. Most texts are one line, which needs no parser."""
    return linebreaksbr(text) if _has_lines(text) else conditional_escape(text)


def paragraphs(text: str) -> SafeString:
    """Return ``text`` in HTML paragraphs."""
    return linebreaks_filter(text) if _has_lines(text) else format_html("<p>{}</p>", text)


def _has_lines(text: str) -> bool:
    return "\n" in text or "\r" in text
