"""Rendering changed words as HTML for the admin."""

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.text.comparison import WordRun


def render_word_runs(runs: Iterable[WordRun], *, tag: str) -> SafeString:
    """Render words of one side, the changed ones in ``tag``.

    Changed numbers and units are labelled for screen readers.
    """
    pieces: list[SafeString] = []
    for run in runs:
        if not run.changed:
            pieces.append(format_html("{}", run.text))
        elif run.is_quantity:
            label = '<span class="visually-hidden">changed number: </span>'
            pieces.append(format_html('<{0} class="quantity">{1}{2}</{0}>', tag, SafeString(label), run.text))
        elif run.text:
            pieces.append(format_html("<{0}>{1}</{0}>", tag, run.text))
    return mark_safe("".join(pieces))  # noqa: S308 - each part is safe
