"""Build the rows that are stored for an article's readers, from the record. Nothing here writes."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework.renderers import JSONRenderer

from articles.lifecycle import State
from articles.models import Article, Document, ListEntry, Past, Version
from articles.published.article_list import entry, identifiers
from articles.published.document import document, entity_tag, last_modified
from articles.published.history import history
from articles.published.sources import Material, materials
from articles.published.visible_version import Shown
from editorial.record.canonical_json import JSONDict

UNREADABLE = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError)
"""What reading a document raises whose bytes were changed in the database."""


@dataclass(frozen=True)
class StoredRows:
    """The rows of one article. ``shown`` is the version that readers see, None if they see none."""

    shown: Shown | None
    documents: tuple[Document, ...]
    entry: ListEntry | None
    past: Past | None


def rows_of(article: Article, *, ground: str, at: datetime) -> StoredRows:
    """Return the rows that readers should be given at ``at``, unsaved, with ``ground`` and ``at`` as their origin."""
    material = next(iter(materials(Version.objects.filter(article=article), at=at)), None)
    shown = material.shown if material else None
    lapses_at = shown.version.valid_until if shown and shown.is_approved else None
    written: dict[str, Any] = {"ground": ground, "lapses_at": lapses_at, "written_at": at}
    past = _past(shown, **written) if shown else None
    if material and not material.shown.is_retracted:
        return StoredRows(shown, tuple(_documents(material, **written)), _entry(material, **written), past)
    newest = article.versions.exclude(state=State.DRAFT).newest_first().first()
    return StoredRows(shown, (), _silent(newest, **written) if newest else None, past)


def compressed(document_json: JSONDict) -> bytes:
    """Return a document as it is sent."""
    return gzip.compress(JSONRenderer().render(document_json), mtime=0)


def uncompressed(gzipped: bytes | memoryview) -> JSONDict:
    """Return the document that ``compressed`` made into ``gzipped``."""
    document_json: JSONDict = json.loads(gzip.decompress(gzipped))
    return document_json


def _documents(material: Material, **written: Any) -> Iterator[Document]:
    shown, policy = material.shown, material.shown.policy
    codes = [text.audience.code for text in material.texts]
    fallbacks = {code: policy.stand_in(code, among=codes) for code in policy.fallbacks if code not in codes}
    for text in material.texts:
        document_json = document(material, audience=text.audience.code)
        yield Document(
            article=shown.article,
            slug=shown.article.slug,
            audience=text.audience.code,
            stands_in_for=[code for code, other in fallbacks.items() if other == text.audience.code],
            is_primary=text.is_primary,
            etag=entity_tag(document_json),
            last_modified=last_modified(shown),
            gzipped=compressed(document_json),
            **written,
        )


def _past(shown: Shown, **written: Any) -> Past:
    history_json = JSONRenderer().render(history(shown)).decode()
    return Past(article=shown.article, slug=shown.article.slug, told=history_json, **written)


def _entry(material: Material, **written: Any) -> ListEntry:
    shown, entry_json = material.shown, entry(material.shown, material.texts)
    names = shown.article.products.order_by("pk").values_list("name", flat=True)
    return ListEntry(
        version=shown.version,
        article=shown.article,
        status=entry_json["status"],
        audiences=[audience["code"] for audience in entry_json["audiences"]],
        specialties=shown.article.specialties,
        products=[name.lower() for name in names],
        works=identifiers(citation.reference for citation in material.citations),
        last_reviewed=shown.version.approved_at,
        told=JSONRenderer().render(entry_json).decode(),
        **written,
    )


def _silent(version: Version, **written: Any) -> ListEntry:
    """Return the entry of an article that is not public. Under a policy that makes it public, its entry is stale."""
    nothing: JSONDict = {"audiences": [], "specialties": [], "products": [], "works": []}
    return ListEntry(version=version, article=version.article, **nothing, **written)
