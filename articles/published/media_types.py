"""The formats of a public article, each with its URL suffix and media type."""

from collections.abc import Mapping
from dataclasses import dataclass

from articles.library.formats.registry import MEDIA_TYPES
from articles.models.reference_imports import ImportFormat as Works


@dataclass(frozen=True)
class Format:
    """One format. ``is_saved`` means that a browser should download it as a file."""

    suffix: str
    media_type: str
    is_saved: bool = False

    @property
    def content_type(self) -> str:
        return self.media_type if "json" in self.media_type else f"{self.media_type}; charset=utf-8"

    def disposition(self, slug: str) -> str:
        """Return the Content-Disposition header with the name of the file."""
        return f'{"attachment" if self.is_saved else "inline"}; filename="{slug}.{self.suffix}"'


JSON = Format("json", "application/json")
HTML = Format("html", "text/html")
MARKDOWN = Format("md", "text/markdown")
CSL_JSON = Format("csl.json", MEDIA_TYPES[Works.CSL_JSON])
RIS = Format("ris", MEDIA_TYPES[Works.RIS], is_saved=True)
BIBTEX = Format("bib", MEDIA_TYPES[Works.BIBTEX], is_saved=True)
FHIR = Format("fhir.json", "application/fhir+json; fhirVersion=5.0")

FORMATS: Mapping[str, Format] = {form.suffix: form for form in (JSON, HTML, MARKDOWN, CSL_JSON, RIS, BIBTEX, FHIR)}
"""The formats by URL suffix. If the Accept header weighs two equally, the first is sent."""
