"""Importing the records of one batch: each is matched, created or refused, with remarks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from articles.actions.references import describe, faults_of
from articles.library.formats import citation_keys
from articles.library.formats.records import Found, tried
from articles.library.matching.doubtful_identifiers import leave_out, with_readable_identifiers
from articles.library.matching.work_comparison import in_words
from articles.library.matching.work_index import WorkIndex
from articles.library.retractions import apply_check, check_works
from articles.models import Reference
from articles.models.reference_imports import ImportResult
from editorial.models import User
from editorial.record.canonical_json import JSONDict


@dataclass(frozen=True)
class RecordResult:
    """The result of importing one record."""

    found: Found
    outcome: ImportResult
    reference: Reference | None = None
    reason: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        return self.found.remarks if self.outcome != ImportResult.REFUSED else ()


def import_records(batch: Sequence[Found], *, by: User, now: datetime) -> list[RecordResult]:
    """Return the result of every record of the batch in order, with the new works stored."""
    prepared = [tried(partial(_prepared, record), line=record.line, label=record.label) for record in batch]
    index = WorkIndex.for_items(_items_and_spare_keys([record.csl for record in prepared]))
    results = [_result(record, index=index) for record in prepared]
    new = [result.reference for result in results if result.outcome == ImportResult.CREATED and result.reference]
    for work, check in zip(new, check_works(new), strict=True):
        apply_check(work, check)
    Reference.objects.all().record_many(new, by=by, now=now, reason="imported")
    return results


def _prepared(record: Found) -> Found:
    """Return the record with its readable identifiers only, and a remark for each of the others."""
    if record.csl is None:
        return record
    csl, remarks = with_readable_identifiers(record.csl)
    return replace(record, csl=csl, remarks=(*record.remarks, *remarks))


def _items_and_spare_keys(items: Sequence[JSONDict | None]) -> Iterator[JSONDict]:
    """Yield everything that is searched in the library: every item, and its spare key."""
    for item in filter(None, items):
        key = citation_keys.key_of(item)
        yield {**item, "id": key}
        yield {"id": citation_keys.spare(key, item)}


def _result(record: Found, *, index: WorkIndex) -> RecordResult:
    result = tried(partial(_import_record, record, index=index), line=record.line, label=record.label)
    return (
        result if isinstance(result, RecordResult) else RecordResult(result, ImportResult.REFUSED, reason=result.fault)
    )


def _import_record(record: Found, *, index: WorkIndex) -> RecordResult | Found:
    """Return what becomes of the record; the record itself if it is a fault."""
    if record.csl is None:
        return record
    item = {**record.csl, "id": citation_keys.key_of(record.csl)}
    if match := index.match(item):
        matched = replace(record, remarks=(*record.remarks, *match.remarks))
        return RecordResult(matched, ImportResult.MATCHED, match.reference, match.reason)
    told, remarks = index.contradicted(item)
    key = citation_keys.free_key(item, is_taken=index.has_key)
    item = {**(leave_out(item, told) if told else item), "id": key}
    if faults := faults_of(item):
        return replace(record, fault=" ".join(f"{fault.pointer[5:]}: {fault.detail}" for fault in faults))
    reasons = " ".join([*_key_reason(str(record.csl.get("id") or ""), key), *_possible_matches(index, item)])
    reference = Reference()
    describe(reference, item)
    index.add(reference)
    taken = replace(record, remarks=(*record.remarks, *remarks))
    return RecordResult(taken, ImportResult.CREATED, reference, reasons)


def _key_reason(original: str, key: str) -> Iterator[str]:
    if original not in ("", key):
        yield f"Its key is {key} here; “{original}” is taken or cannot be cited."


def _possible_matches(index: WorkIndex, item: JSONDict) -> Iterator[str]:
    """Yield what speaks for and against the first work of the library that an editor should compare with a new one."""
    possible = ((work, found) for work, found in index.compared(item) if found.is_possibly_same)
    for work, found in list(possible)[:1]:
        against = f", but {in_words(found.differing, 'differ')}" if found.differing else ""
        kind = "It is a preprint of" if found.is_preprint_of_paper else "It may be"
        yield f"{kind} “{work.key}”: {in_words(found.agreeing, 'agree')}{against}."
