"""Searching the titles of works as people type them: ``CO2`` finds ``CO<sub>2</sub>`` and ``CO₂``.

``title__mentions="CO2"`` is a case-insensitive *contains*. It compares both sides without markup, with entities decoded
and compatibility characters in their usual form (Unicode's NFKC).
"""

import re
import unicodedata

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler

from articles.models.markup import ELEMENTS

ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
MARKUP = rf"</?(?:jats:)?(?:{'|'.join(ELEMENTS)})(?: [^<>]{{0,200}})?>"
"""The tags that are shown as elements. PostgreSQL reads the expression as Python does."""


def bare(text: str) -> str:
    """Return ``text`` without markup, in the form in which titles are searched."""
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return unicodedata.normalize("NFKC", re.sub(MARKUP, "", text, flags=re.IGNORECASE))


def _bare_sql(column: str) -> str:
    """Return SQL for what ``bare`` makes of a column."""
    for entity, character in ENTITIES:
        column = f"replace({column}, '{entity}', '{character}')"
    return f"normalize(regexp_replace({column}, '{MARKUP}', '', 'gi'), NFKC)"


class Mentions(Lookup):
    """Whether a text of a record contains what was typed."""

    lookup_name = "mentions"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        column, params = self.process_lhs(compiler, connection)
        typed = connection.ops.prep_for_like_query(bare(str(self.rhs)))
        return f"upper({_bare_sql(column)}) LIKE upper(%s)", (*params, f"%{typed}%")
