"""The forms in which readers may have an article: the end of the address, and the media type."""

from collections.abc import Mapping
from dataclasses import dataclass

from articles.interchange.formats import MEDIA_TYPES
from articles.models.importing import Format as Works


@dataclass(frozen=True)
class Format:
    """One form; ``is_saved`` when a browser should keep it as a file."""

    suffix: str
    media_type: str
    is_saved: bool = False

    @property
    def content_type(self) -> str:
        return self.media_type if "json" in self.media_type else f"{self.media_type}; charset=utf-8"

    def disposition(self, slug: str) -> str:
        """The header that says how a file of it is called."""
        return f'{"attachment" if self.is_saved else "inline"}; filename="{slug}.{self.suffix}"'


JSON = Format("json", "application/json")
HTML = Format("html", "text/html")
MARKDOWN = Format("md", "text/markdown")
CSL_JSON = Format("csl.json", MEDIA_TYPES[Works.CSL_JSON])
RIS = Format("ris", MEDIA_TYPES[Works.RIS], is_saved=True)
BIBTEX = Format("bib", MEDIA_TYPES[Works.BIBTEX], is_saved=True)
FHIR = Format("fhir.json", "application/fhir+json; fhirVersion=5.0")

FORMATS: Mapping[str, Format] = {form.suffix: form for form in (JSON, HTML, MARKDOWN, CSL_JSON, RIS, BIBTEX, FHIR)}
"""By the end of the address. Of two that are wanted alike, the first is sent."""
