"""What readers are told: everything a page shows is decided here, from the record and the clock."""

from articles.reading.document import (
    Retracted,
    document,
    entity_tag,
    last_modified,
    notice,
    tombstone,
    unknown_audience,
)
from articles.reading.formats import written_as
from articles.reading.history import history
from articles.reading.listing import entry, listed
from articles.reading.material import texts_of
from articles.reading.recorded import recorded
from articles.reading.shown import Shown, find
from articles.reading.written import told, told_history, told_on_page

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
    "recorded",
    "texts_of",
    "told",
    "told_history",
    "told_on_page",
    "tombstone",
    "unknown_audience",
    "written_as",
]
