"""Export works of the library, as a stream."""

from collections.abc import Iterable, Iterator

from articles.library.formats.registry import WRITERS
from articles.library.work_kinds import kind_of
from articles.models import Reference
from editorial.record.canonical_json import JSONDict


def item(reference: Reference) -> JSONDict:
    """Return the item as the library stores it. A kind that a person corrected is in ``custom.kind``."""
    csl = reference.csl
    if kind_of(csl) == reference.kind:
        return csl
    custom = csl.get("custom")
    return {**csl, "custom": {**(custom if isinstance(custom, dict) else {}), "kind": reference.kind}}


def export(references: Iterable[Reference], *, form: str) -> Iterator[str]:
    """Yield ``references`` as a file of the format ``form``, record by record.

    The caller orders the references and loads them in batches.
    """
    return WRITERS[form](map(item, references))
