"""Autocomplete for works while a writer types."""

from django.db.models import BooleanField, Case, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from articles.models import Reference
from articles.models.markup_search import bare

MOST = 20
"""The maximum number of works offered at once."""

WORDS = 8
"""The number of words of a query that are used; further words do not narrow the result."""

LONGEST = 200
"""The maximum number of characters of a query."""


def works_matching(query: str) -> QuerySet[Reference]:
    """Return works in which every word of ``query`` occurs in key, title, DOI, PMID or authors' names.

    “CO2” finds “CO₂”, with or without markup: see
    ``articles.models.markup_search``. Merged records are left out. Works whose key begins with the query come first,
    then the newest. At most ``MOST``.
    """
    words = bare(query.replace("\x00", "")[:LONGEST]).split()[:WORDS]
    works = Reference.objects.filter(merged_into=None).annotate(
        authors=Coalesce(KT("csl__author"), Value(""), output_field=TextField()),
    )
    for word in words:
        named = Q(key__icontains=word) | Q(title__mentions=word) | Q(authors__mentions=word)
        works = works.filter(named | Q(doi__icontains=word) | Q(pmid=word))
    begins = Q(key__istartswith=" ".join(words)) if words else Q(pk=None)
    first = Case(When(begins, then=Value(value=False)), default=Value(value=True), output_field=BooleanField())
    return works.order_by(first, "-year", "key")[:MOST]
