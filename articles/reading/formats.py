"""The forms in which readers may have an article. Each is made from the one document, so none can contradict it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from articles.interchange.formats import MEDIA_TYPES, WRITERS
from articles.models.importing import Format as Works
from articles.reading.fhir import artifact_assessment
from articles.reading.markdown import as_markdown
from articles.reading.shown import Shown
from editorial.canonical import canonical_json

Told = dict[str, Any]

KEPT_TO_OURSELVES = frozenset({"abstract", "annote", "custom", "keyword", "note"})
"""What the library holds of a work that is ours, or its publisher's, and not for everybody."""


@dataclass(frozen=True)
class Format:
    """One form: the end of its address, its media type, what makes it, and whether a browser should save it."""

    suffix: str
    media_type: str
    write: Callable[[Told, Shown], bytes] | None = None
    is_saved: bool = False

    def headers(self, told: Told) -> dict[str, str]:
        """What it is and, if it is a file, how it is called."""
        kind = "attachment" if self.is_saved else "inline"
        return {"Content-Disposition": f'{kind}; filename="{told["slug"]}.{self.suffix}"'}


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
    rows = shown.version.citations.values_list("number", "csl")
    cited = dict(rows)
    return [_item(cited[reference["number"]], reference["retraction"]) for reference in told["references"]]


def _item(csl: dict[str, Any], retraction: Told) -> dict[str, Any]:
    item = {name: value for name, value in csl.items() if name not in KEPT_TO_OURSELVES}
    if retraction["status"] == "retracted":
        item["note"] = f"RETRACTED as of {retraction['as_of']}"
    return item


JSON = Format("json", "application/json")
HTML = Format("html", "text/html")

FORMATS: Mapping[str, Format] = {
    form.suffix: form
    for form in (
        JSON,
        HTML,
        Format("md", "text/markdown", _markdown),
        Format("csl.json", MEDIA_TYPES[Works.CSL_JSON], _works(Works.CSL_JSON)),
        Format("ris", MEDIA_TYPES[Works.RIS], _works(Works.RIS), is_saved=True),
        Format("bib", MEDIA_TYPES[Works.BIBTEX], _works(Works.BIBTEX), is_saved=True),
        Format("fhir.json", "application/fhir+json; fhirVersion=5.0", _fhir),
    )
}
"""By the end of the address. Of two that are wanted alike, the first is sent."""
