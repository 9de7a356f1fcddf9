"""The reader's document in other forms, each made of the document itself, so that none can contradict it."""

from collections.abc import Callable, Mapping
from typing import Any

from articles.reading.forms import fhir, readable, works

WRITERS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "md": readable.markdown,
    "csl.json": works.csl_json,
    "ris": works.ris,
    "bib": works.bibtex,
    "fhir.json": fhir.artifact_assessment,
}
"""By the end of the address."""
