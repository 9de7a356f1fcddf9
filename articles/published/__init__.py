"""What readers see: these modules decide the content of every public page, from the record and the time of reading."""

from articles.published.article_list import entry, listed
from articles.published.document import (
    Retracted,
    document,
    entity_tag,
    last_modified,
    notice,
    tombstone,
    unknown_audience,
)
from articles.published.document_cache import read_document, read_for_page, read_history
from articles.published.formats import written_as
from articles.published.history import history
from articles.published.sources import texts_of
from articles.published.uncached import recorded
from articles.published.visible_version import Shown, find

__all__ = [
    "Retracted",
    "Shown",
    "document",
    "entity_tag",
    "entry",
    "find",
    "history",
    "last_modified",
    "listed",
    "notice",
    "read_document",
    "read_for_page",
    "read_history",
    "recorded",
    "texts_of",
    "tombstone",
    "unknown_audience",
    "written_as",
]
