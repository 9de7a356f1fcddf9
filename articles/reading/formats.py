"""The reader's document in other forms. Each is made from that one document, so none can contradict it."""

from collections.abc import Callable, Mapping
from typing import Any

from articles.interchange.formats import WRITERS
from articles.models.importing import Format as Works
from articles.reading import media
from articles.reading.fhir import artifact_assessment
from articles.reading.markdown import as_markdown
from articles.reading.shown import Shown
from editorial.canonical import canonical_json

Told = dict[str, Any]

KEPT_TO_OURSELVES = frozenset({"abstract", "annote", "custom", "keyword", "note"})
"""What the library holds of a work that is ours, or its publisher's, and not for everybody."""


def written(form: media.Format, told: Told, *, shown: Shown) -> bytes:
    """``told`` (see ``reading.document``) in that form. At most one query."""
    return FORMS[form](told, shown)


def _markdown(told: Told, _shown: Shown) -> bytes:
    return as_markdown(told).encode()


def _fhir(told: Told, shown: Shown) -> bytes:
    return canonical_json(artifact_assessment(told, shown=shown))


def _works(form: str) -> Callable[[Told, Shown], bytes]:
    return lambda told, shown: "".join(WRITERS[form](works(told, shown=shown))).encode()


def works(told: Told, *, shown: Shown) -> list[dict[str, Any]]:
    """The works that ``told`` lists, in its order, as CSL-JSON items as they were cited. One query.

    A work that was retracted, as far as ``told`` knows, says so in its note: its file goes where no page is seen.
    """
    cited = dict(shown.version.citations.values_list("number", "csl"))
    return [_item(cited[reference["number"]], reference["retraction"]) for reference in told["references"]]


def _item(csl: dict[str, Any], retraction: Told) -> dict[str, Any]:
    item = {name: value for name, value in csl.items() if name not in KEPT_TO_OURSELVES}
    if retraction["status"] == "retracted":
        item["note"] = f"RETRACTED as of {retraction['as_of']}"
    return item


FORMS: Mapping[media.Format, Callable[[Told, Shown], bytes]] = {
    media.MARKDOWN: _markdown,
    media.CSL_JSON: _works(Works.CSL_JSON),
    media.RIS: _works(Works.RIS),
    media.BIBTEX: _works(Works.BIBTEX),
    media.FHIR: _fhir,
}
"""All but the document itself, and the page, which is at an address of its own."""
