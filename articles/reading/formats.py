"""The reader's document in other forms. Each is made from that one document, so none can contradict it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from articles.interchange.formats import WRITERS
from articles.models import Citation
from articles.models.importing import Format as Works
from articles.reading import media
from articles.reading.fhir import artifact_assessment
from articles.reading.markdown import as_markdown
from editorial.canonical import canonical_json

Told = dict[str, Any]

KEPT_TO_OURSELVES = frozenset({"abstract", "annote", "custom", "keyword", "note"})
"""What the library holds of a work that is ours, or its publisher's, and not for everybody."""


def written_as(form: media.Format, told: Told, *, modified: datetime) -> bytes:
    """``told`` (see ``reading.document``) in that form. At most one query. ``modified`` is when it last became so."""
    if form is media.FHIR:
        return canonical_json(artifact_assessment(told, modified=modified))
    if form is media.MARKDOWN:
        return as_markdown(told).encode()
    return "".join(WRITERS[WORKS[form]](works(told))).encode()


WORKS: Mapping[media.Format, str] = {
    media.CSL_JSON: Works.CSL_JSON,
    media.RIS: Works.RIS,
    media.BIBTEX: Works.BIBTEX,
}


def works(told: Told) -> list[dict[str, Any]]:
    """The works that ``told`` lists, in its order, as CSL-JSON items as they were cited. One query.

    A work that was retracted, as far as ``told`` knows, says so in its note: its file goes where no page is seen.
    """
    version = Citation.objects.filter(version__article__slug=told["slug"], version__number=told["version"])
    cited = dict(version.values_list("number", "csl"))
    return [_item(cited[reference["number"]], reference["retraction"]) for reference in told["references"]]


def _item(csl: dict[str, Any], retraction: Told) -> dict[str, Any]:
    item = {name: value for name, value in csl.items() if name not in KEPT_TO_OURSELVES}
    if retraction["status"] == "retracted":
        item["note"] = f"RETRACTED as of {retraction['as_of']}"
    return item
