"""Load the data of a reader's document together with its version, in one query for any number of texts and works."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from articles.library.retractions import RetractionCheck, checks_from_data, retraction_data_of_version
from articles.models import Citation, Claim, Reference, Rendition, Version
from articles.models.json_rows import instance_from_row, rows
from articles.models.versions import VersionQuerySet
from articles.published.visible_version import Shown, shown_in
from editorial.models import Audience

AUDIENCE = ("id", "code", "name", "disclaimer", "medical_audience_type")
SUMMARY = ("id", "audience_id", "is_primary", "summary", *(f"audience__{name}" for name in AUDIENCE))
"""The columns of a text in a list."""

TEXT = (*SUMMARY, "body")
WORK = ("id", "key", "kind", "doi", "pmid", "retraction", "retraction_as_of")
CITATION = ("id", "number", "csl", "reference_id", *(f"reference__{name}" for name in WORK))
CLAIM = ("rendition_id", "fingerprint", "text")


@dataclass(frozen=True)
class Material:
    """The data from which the document of a visible version is built.

    ``texts`` and ``citations`` are in order. ``claims`` has the claims of each text in reading order, by the text's id.
    ``checks`` has the result of the list of retractions for each work, by its id. ``audiences`` has the names of all
    audiences by code.
    """

    shown: Shown
    texts: Sequence[Rendition]
    citations: Sequence[Citation]
    claims: Mapping[int, Sequence[Mapping[str, object]]]
    checks: Mapping[int, RetractionCheck]
    audiences: Mapping[str, str]


def materials(versions: VersionQuerySet, *, at: datetime) -> list[Material]:
    """Return the data of those ``versions`` that readers see at the time ``at``. One query."""
    works = Citation.objects.filter(version=OuterRef("pk")).order_by("number")
    claims = Claim.objects.filter(rendition__version=OuterRef("pk")).order_by("rendition", "position")
    annotated = versions.annotate(
        texts=texts(*TEXT),
        works=rows(works, *CITATION),
        claims=rows(claims, *CLAIM),
        listed_works=retraction_data_of_version(),
        audiences=rows(Audience.objects.order_by("pk"), "code", "name"),
    )
    return [_material(shown) for shown in shown_in(annotated, at=at)]


def texts(*columns: str) -> ArraySubquery:
    """Return a subquery of the texts of a version, in order."""
    return rows(Rendition.objects.filter(version=OuterRef("pk")).in_order(), *columns)


def texts_of(version: Any) -> list[Rendition]:
    """Return the texts with which ``version`` was annotated."""
    return [_text(row, version) for row in version.texts]


def _text(row: Mapping[str, object], version: Version) -> Rendition:
    text = instance_from_row(Rendition, row)
    text.version, text.audience = version, instance_from_row(Audience, row, prefix="audience__")
    return text


def _material(shown: Shown) -> Material:
    version: Any = shown.version
    citations = [_citation(row) for row in version.works]
    works = [citation.reference for citation in citations]
    claims = defaultdict(list)
    for row in version.claims:
        claims[row["rendition_id"]].append(row)
    return Material(
        shown,
        texts_of(version),
        citations,
        claims,
        checks={
            work.pk: check for work, check in zip(works, checks_from_data(version.listed_works, works), strict=True)
        },
        audiences={row["code"]: row["name"] for row in version.audiences},
    )


def _citation(row: Mapping[str, object]) -> Citation:
    citation = instance_from_row(Citation, row)
    citation.reference = instance_from_row(Reference, row, prefix="reference__")
    return citation
