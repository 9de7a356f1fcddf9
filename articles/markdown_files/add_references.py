"""Compare imported works with the library, and add new ones."""

from datetime import datetime

from django.db.models import Q

from articles import actions
from articles.library.formats.file_faults import FileFault, Unreadable
from articles.markdown_files.reference_files import Work
from articles.models import Reference
from articles.models.references import identity
from editorial.exceptions import Refusal
from editorial.models import User


def keep_work(work: Work, *, by: User, now: datetime) -> str:
    """Add the work to the library, unless the library has it under the same key.

    Return a remark if the library's record differs, else an empty string. Raises Unreadable if the library has the work
    under another key, or another work under this key.
    """
    doi, pmid = _identifier(work, "DOI").lower(), _identifier(work, "PMID")
    present = Reference.objects.filter(key=work.key).first()
    if present is None:
        same = (Q(doi=doi) if doi else Q()) | (Q(pmid=pmid) if pmid else Q())
        twin = Reference.objects.filter(same).order_by("pk").first() if same else None
        _add(work, twin=twin, by=by, now=now)
        return ""
    if _is_another(work, present, doi=doi, pmid=pmid):
        detail = f"the library has another work under this key: “{present.title}”"
        raise Unreadable(work.fault("id", detail))
    is_same = present.csl == work.csl or present.csl == _without_kind(work, present)
    return "" if is_same else f"{work.file}:{work.line}: {work.key} differs from the library's record, which stays"


def _identifier(work: Work, name: str) -> str:
    return str(work.csl.get(name) or "").strip()


def _add(work: Work, *, twin: Reference | None, by: User, now: datetime) -> None:
    if twin:
        detail = f"the library has this work as “{twin.key}”; cite it so"
        raise Unreadable(work.fault("id", detail))
    try:
        actions.keep_reference(csl=work.csl, by=by, now=now)
    except Refusal as refusal:
        faults = [work.fault(fault.pointer.rpartition("/")[2], fault.detail) for fault in refusal.faults]
        raise Unreadable(*(faults or [FileFault(work.file, work.line, work.key, refusal.detail)])) from refusal


def _is_another(work: Work, present: Reference, *, doi: str, pmid: str) -> bool:
    """Whether DOI or PMID differs or, if neither can be compared, the other data that identifies a work."""
    pairs = [(given, known) for given, known in ((doi, present.doi), (pmid, present.pmid)) if given and known]
    if pairs:
        return any(given != known for given, known in pairs)
    return identity(work.csl) | {"doi": "", "pmid": ""} != identity(present.csl) | {"doi": "", "pmid": ""}


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
