"""Compare imported works with the library, and add new ones. The keys of an article's files are its own."""

from dataclasses import dataclass
from datetime import datetime

from articles import actions
from articles.library.formats import citation_keys
from articles.library.formats.file_faults import FileFault, Unreadable
from articles.library.matching.work_comparison import compare
from articles.library.matching.work_index import WorkIndex
from articles.markdown_files.reference_files import Work
from articles.models import Reference
from articles.models.references import identity
from editorial.exceptions import Refusal
from editorial.models import User


@dataclass(frozen=True)
class KeptWork:
    """A work of the files with its key in the library, and a remark if key or record differ there."""

    work: Work
    key: str
    remark: str = ""


def keep_work(work: Work, *, by: User, now: datetime) -> KeptWork:
    """Return the work as the library has it, or add it: under its own key, or under a free one if that is taken.

    Works are recognised by what they are, not by their key. Raises Unreadable for an invalid item.
    """
    present = Reference.objects.filter(key=work.key).first()
    if present and _is_the_same(work, present):
        is_equal = present.csl == work.csl or present.csl == _without_kind(work, present)
        differs = f"{work.file}:{work.line}: {work.key} differs from the library's record, which stays"
        return KeptWork(work, work.key, "" if is_equal else differs)
    if match := WorkIndex.for_items([work.csl]).match(work.csl):
        words = " ".join([match.reason, *match.remarks])
        return _under_another_key(work, match.reference.key, f"is the library's {match.reference.key} ({words})")
    key = citation_keys.free_key(work.csl, is_taken=lambda key: Reference.objects.filter(key=key).exists())
    _add(work, key=key, by=by, now=now)
    return _under_another_key(work, key, f"is another work than the library's {work.key}: its key is {key} there")


def _under_another_key(work: Work, key: str, words: str) -> KeptWork:
    remark = f"{work.file}:{work.line}: {work.key} {words}; the text was changed"
    return KeptWork(work, key, remark if key != work.key else "")


def _add(work: Work, *, key: str, by: User, now: datetime) -> None:
    try:
        actions.keep_reference(csl={**work.csl, "id": key}, by=by, now=now)
    except Refusal as refusal:
        faults = [work.fault(fault.pointer.rpartition("/")[2], fault.detail) for fault in refusal.faults]
        raise Unreadable(*(faults or [FileFault(work.file, work.line, work.key, refusal.detail)])) from refusal


def _is_the_same(work: Work, present: Reference) -> bool:
    """Whether the record under the same key is the same work: the data that identifies it, or what else is compared."""
    found = compare(work.csl, present.csl)
    if found.differs_by_identifier:
        return False
    if found.shares_identifier:
        return found.confirms_identifier
    is_identical = identity(work.csl) | {"doi": "", "pmid": ""} == identity(present.csl) | {"doi": "", "pmid": ""}
    return is_identical or found.is_same_without_identifier


def _without_kind(work: Work, present: Reference) -> dict:
    """Return the item without the kind in ``custom``, if it is the kind of the library's record.

    The export writes it there; the library stores it in a field of its own.
    """
    custom = work.csl.get("custom")
    if not isinstance(custom, dict) or custom.get("kind") != present.kind:
        return work.csl
    rest = {name: value for name, value in custom.items() if name != "kind"}
    bare = {name: value for name, value in work.csl.items() if name != "custom"}
    return {**bare, "custom": rest} if rest else bare
