"""Works of the library on their way out, a few at a time."""

from collections.abc import Iterable, Iterator
from typing import Any

from articles.interchange.formats import WRITERS
from articles.kinds import kind_of
from articles.models import Reference


def item(reference: Reference) -> dict[str, Any]:
    """The item as the library holds it; a kind that people corrected is told in ``custom.kind``."""
    csl = reference.csl
    if kind_of(csl) == reference.kind:
        return csl
    custom = csl.get("custom")
    return {**csl, "custom": {**(custom if isinstance(custom, dict) else {}), "kind": reference.kind}}


def export(references: Iterable[Reference], *, form: str) -> Iterator[str]:
    """``references`` as a file of that format, record by record; the caller orders them and reads them in pieces."""
    return WRITERS[form](map(item, references))
