"""Write the reader's document in other formats. All are made from the same document, so none can contradict it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import OuterRef

from articles.library.formats.registry import WRITERS
from articles.models import Citation, Rendition
from articles.models.json_rows import rows
from articles.models.reference_imports import ImportFormat as Works
from articles.published import media_types
from articles.published.fhir import artifact_assessment
from articles.published.markdown import as_markdown
from articles.published.numbered_markdown import markdown
from editorial.record.canonical_json import JSONDict, canonical_json

KEPT_TO_OURSELVES = frozenset({"abstract", "annote", "custom", "keyword", "note"})
"""CSL fields that are not public: the site's own notes on a work, and texts of its publisher."""


def written_as(form: media_types.Format, document: JSONDict, *, modified: datetime) -> bytes:
    """Return ``document`` in the format ``form``. At most one query. ``modified`` is when it last changed."""
    if form is media_types.FHIR:
        return canonical_json(artifact_assessment(document, modified=modified))
    if form is media_types.MARKDOWN:
        return as_markdown(document, body=body(document)).encode()
    return "".join(WRITERS[WORKS[form]](works(document))).encode()


def body(document: JSONDict) -> str:
    """Return the text of ``document`` as Markdown with numbered citations. One query.

    It is read from the record, because the text of a public version never changes.
    """
    works = Citation.objects.filter(version=OuterRef("version")).order_by("number")
    version = Rendition.objects.filter(version__article__slug=document["slug"], version__number=document["version"])
    texts = version.annotate(works=rows(works, "number", "reference__key"))
    text: Any = texts.get(audience__code=document["audience"]["code"])
    return markdown(text.body, numbers={work["reference__key"]: work["number"] for work in text.works})


WORKS: Mapping[media_types.Format, str] = {
    media_types.CSL_JSON: Works.CSL_JSON,
    media_types.RIS: Works.RIS,
    media_types.BIBTEX: Works.BIBTEX,
}


def works(document: JSONDict) -> list[JSONDict]:
    """Return the works of ``document``, in its order, as CSL-JSON items as they were cited. One query.

    If ``document`` says that a work was retracted, so does the item's note: the file is used away from the page.
    """
    version = Citation.objects.filter(version__article__slug=document["slug"], version__number=document["version"])
    cited = dict(version.values_list("number", "csl"))
    return [_item(cited[reference["number"]], reference["retraction"]) for reference in document["references"]]


def _item(csl: JSONDict, retraction: JSONDict) -> JSONDict:
    item = {name: value for name, value in csl.items() if name not in KEPT_TO_OURSELVES}
    if retraction["status"] == "retracted":
        item["note"] = f"RETRACTED as of {retraction['as_of']}"
    return item
