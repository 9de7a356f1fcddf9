"""Suggestions of authors and organisations of the library while a name is typed."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

from django.db.models import TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat

from articles.library.adding.work_forms import FIELDS, FieldKind
from articles.library.adding.work_values import name_line
from articles.library.autocomplete import LONGEST, WORDS
from articles.models import Reference
from articles.models.markup_search import bare

MOST = 10
"""The maximum number of names offered at once."""

WORKS = 200
"""The maximum number of works that names are taken from, the newest first."""

VARIABLES = [name for name, field in FIELDS.items() if field.kind is FieldKind.NAMES]
"""The variables of CSL that hold names."""


def suggested_names(query: str) -> list[str]:
    """Return names in which every word of ``query`` begins a word, as lines of the form of a work.

    Case and accents do not matter in the last step; the works are found by the letters as they are typed. Those of the
    most works come first. One query. At most ``MOST``.
    """
    words = bare(query.replace("\x00", "")[:LONGEST]).replace(",", " ").split()[:WORDS]
    if not words:
        return []
    people = [Coalesce(KT(f"csl__{name}"), Value(""), output_field=TextField()) for name in VARIABLES]
    works = Reference.objects.filter(merged_into=None).annotate(people=Concat(*people))
    for word in words:
        works = works.filter(people__mentions=word)
    items = works.order_by("-year", "key").values_list("csl", flat=True)[:WORKS]
    wanted = [_folded(word) for word in words]
    counts = Counter(line for csl in items for line in set(_lines(csl)) if _is_meant(line, wanted))
    return [line for line, _ in sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))[:MOST]]


def _lines(csl: dict[str, object]) -> Iterator[str]:
    for variable in VARIABLES:
        people = csl.get(variable)
        yield from filter(None, map(name_line, people if isinstance(people, list) else []))


def _is_meant(line: str, wanted: list[str]) -> bool:
    """Return whether each of the words begins a word of the name."""
    parts = _folded(line).split()
    return all(any(part.startswith(word) for part in parts) for word in wanted)


def _folded(name: str) -> str:
    """Return ``name`` in lower case, without accents and signs."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in plain)
