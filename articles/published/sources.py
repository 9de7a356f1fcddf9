"""What a version is told from, beside the version: read with it, however many texts and works there are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from articles.along import made, rows
from articles.models import Citation, Claim, Reference, Rendition, Version
from articles.models.version import VersionQuerySet
from articles.reading.shown import Shown, shown_in
from articles.retractions import Found, found_in, listed_of
from editorial.models import Audience

AUDIENCE = ("id", "code", "name", "disclaimer", "medical_audience_type")
SUMMARY = ("id", "audience_id", "is_primary", "summary", *(f"audience__{name}" for name in AUDIENCE))
"""Of a text in a list."""

TEXT = (*SUMMARY, "body")
WORK = ("id", "key", "kind", "doi", "pmid", "retraction", "retraction_as_of")
CITATION = ("id", "number", "csl", "reference_id", *(f"reference__{name}" for name in WORK))
CLAIM = ("rendition_id", "fingerprint", "text")


@dataclass(frozen=True)
class Material:
    """What is told of the version that is ``shown``.

    ``texts`` and ``citations`` in their order; of each text, by its id, the cited statements in reading order; of each
    work, by its id, what the list of retractions says; the names of all audiences by their codes.
    """

    shown: Shown
    texts: Sequence[Rendition]
    citations: Sequence[Citation]
    claims: Mapping[int, Sequence[Mapping[str, Any]]]
    found: Mapping[int, Found]
    audiences: Mapping[str, str]


def materials(versions: VersionQuerySet, *, at: datetime) -> list[Material]:
    """Of those ``versions`` that readers are shown ``at`` a moment. One query."""
    return [_material(shown) for shown in shown_in(_with_rows(versions), at=at)]


def _with_rows(versions: VersionQuerySet) -> VersionQuerySet:
    works = Citation.objects.filter(version=OuterRef("pk")).order_by("number")
    claims = Claim.objects.filter(rendition__version=OuterRef("pk")).order_by("rendition", "position")
    return versions.annotate(
        texts=texts(*TEXT),
        works=rows(works, *CITATION),
        claims=rows(claims, *CLAIM),
        listed_works=listed_of("SELECT reference_id FROM articles_citation WHERE version_id = articles_version.id"),
        audiences=rows(Audience.objects.order_by("pk"), "code", "name"),
    )


def texts(*columns: str) -> ArraySubquery:
    """The texts of a version in their order."""
    return rows(Rendition.objects.filter(version=OuterRef("pk")).in_order(), *columns)


def texts_of(version: Any) -> list[Rendition]:
    """Those that came along with ``version``."""
    return [_text(told, version) for told in version.texts]


def _text(told: Mapping[str, Any], version: Version) -> Rendition:
    text = made(Rendition, told)
    text.version, text.audience = version, made(Audience, told, prefix="audience__")
    return text


def _material(shown: Shown) -> Material:
    version: Any = shown.version
    citations = [_citation(told) for told in version.works]
    works = [citation.reference for citation in citations]
    claims = defaultdict(list)
    for told in version.claims:
        claims[told["rendition_id"]].append(told)
    return Material(
        shown,
        texts_of(version),
        citations,
        claims,
        found={work.pk: said for work, said in zip(works, found_in(version.listed_works, works), strict=True)},
        audiences={told["code"]: told["name"] for told in version.audiences},
    )


def _citation(told: Mapping[str, Any]) -> Citation:
    citation = made(Citation, told)
    citation.reference = made(Reference, told, prefix="reference__")
    return citation
