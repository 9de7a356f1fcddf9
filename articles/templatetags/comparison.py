"""Template filters for changed words in the admin."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from articles.admin import compare_versions
from articles.text.comparison import WordRun

register = template.Library()


@register.filter(name="marked")
def word_runs_html(words: Iterable[WordRun] | None, tag: str) -> SafeString:
    """Render words of one side of a comparison, the changed ones in ``tag``: ``ins`` or ``del``."""
    return compare_versions.render_word_runs(words or (), tag=tag)
