"""Recognise what a person pasted to add a work: an identifier, an address, a record or a formatted citation.

Nothing here asks the library or another service.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from articles.library import identifiers
from articles.library.adding import citation_text
from articles.library.formats import ovid, pubmed_xml, web_of_science
from articles.library.formats.records import MAX_RECORD, Found
from articles.library.formats.registry import records_of_text
from articles.models.reference_imports import ImportFormat
from editorial.record.canonical_json import JSONDict


class PastedKind(StrEnum):
    NOTHING = "nothing"
    DOI = "doi"
    PMID = "pmid"
    PMCID = "pmcid"
    ISBN = "isbn"
    TRIAL = "trial"
    ADDRESS = "address"
    RECORD = "record"
    CITATION = "citation"


@dataclass(frozen=True)
class Pasted:
    """What was recognised: its kind, the normalised identifier or address, and what it says about the work.

    ``csl`` has no ``id`` unless a record gives one. ``fault`` says why a record cannot be used. ``remarks`` are
    sentences about what was changed or left out.
    """

    kind: PastedKind
    value: str = ""
    csl: JSONDict = field(default_factory=dict)
    fault: str = ""
    remarks: tuple[str, ...] = ()


WITH_TITLE = r"(?=[\s\S]*?\nTI )"
"""Web of Science's tags are short, so a text needs a title besides its first tag: “FN” may begin a citation, too."""

BEGINNINGS: Sequence[tuple[ImportFormat, re.Pattern[str]]] = (
    (ImportFormat.NBIB, pubmed_xml.BEGINS),
    (ImportFormat.RIS, re.compile(web_of_science.BEGINS.pattern + WITH_TITLE)),
    (ImportFormat.BIBTEX, re.compile(r"^[ \t]*@[A-Za-z]{2,30}\s*[{(]", re.MULTILINE)),
    (ImportFormat.RIS, re.compile(r"^[ \t]*TY {0,2}- ?\w", re.MULTILINE)),
    (ImportFormat.RIS, ovid.BEGINS),
    (ImportFormat.NBIB, re.compile(r"^PMID {0,2}- ?[0-9]", re.MULTILINE)),
    (ImportFormat.CSL_JSON, re.compile(r"\A\s*[\[{]\s*[{\"]")),
)
"""How a record of each format is told from other text, also of those that are imported as RIS or NBIB."""

ADDRESS = re.compile(r"(?:https?://)?(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
DOI_IN_ADDRESS = re.compile(r"\b10\.[0-9]{4,9}/[^\s?#&]++")
AFTER_DOI = re.compile(
    r"(?:/(?:full|abstract|pdf|epdf|fulltext|html|meta|summary|full-text|references)/?|\.pdf|/)$", re.IGNORECASE
)
"""What publishers add to a DOI in the addresses of their pages."""

PUBMED_ADDRESS = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/([0-9]{1,9})\b", re.IGNORECASE)
PMC_ADDRESS = re.compile(r"/articles/(PMC[0-9]{1,12})\b", re.IGNORECASE)
ISBN = re.compile(r"(?:isbn(?:-1[03])?:?\s*)?[0-9][0-9 \u2010-\u2015-]{8,24}[0-9X]", re.IGNORECASE)
PMCID = re.compile(r"(?:pmcid:?\s*)?pmc\s?[0-9].*", re.IGNORECASE)

IDENTIFIERS: Mapping[PastedKind, tuple[str, Callable[[object], str], re.Pattern[str]]] = {
    PastedKind.DOI: ("DOI", identifiers.doi, re.compile(r"\S+(?:\s\S+)?")),
    PastedKind.ISBN: ("ISBN", identifiers.isbn, ISBN),
    PastedKind.PMCID: ("PMCID", identifiers.pmcid, PMCID),
    PastedKind.PMID: ("PMID", identifiers.pmid, re.compile(r"(?:pmid:?\s*)?[0-9]{1,9}", re.IGNORECASE)),
    PastedKind.TRIAL: ("number", identifiers.nct, identifiers.NCT_FORM),
}
"""For each identifier: its CSL variable, what normalises it, and what a text is that may be one."""


def recognise(text: str) -> Pasted:
    """Return what ``text`` is. Everything that is nothing else is taken as a citation, at least as a title."""
    stripped = text.replace("\x00", "").strip().removeprefix("\ufeff").strip()
    if not stripped:
        return Pasted(PastedKind.NOTHING)
    if len(stripped) > MAX_RECORD:
        return Pasted(
            PastedKind.RECORD, fault=f"One record has at most {MAX_RECORD:,} characters. Import it as a file."
        )
    return _record(stripped) or _identifier(stripped) or _address(stripped) or _citation(stripped)


def _record(text: str) -> Pasted | None:
    form = next((form for form, beginning in BEGINNINGS if beginning.search(text)), None)
    if form is None:
        return None
    found: list[Found] = list(records_of_text(f"{text}\n", form=form))
    if not found:
        return Pasted(PastedKind.RECORD, fault=f"This looks like {form.label}, but it has no record.")
    if found[0].csl is None:
        return Pasted(PastedKind.RECORD, fault=f"This looks like {form.label}, but it cannot be read. {found[0].fault}")
    more = (f"Only the first of {len(found)} records was taken. Import several records as a file.",)
    return Pasted(
        PastedKind.RECORD, form, csl=found[0].csl, remarks=(*found[0].remarks, *(more if len(found) > 1 else ()))
    )


def _identifier(text: str) -> Pasted | None:
    for kind, (_, normalise, form) in IDENTIFIERS.items():
        if form.fullmatch(text):
            try:
                return _identified(kind, normalise(text))
            except ValueError:
                continue
    return None


def _identified(kind: PastedKind, value: str, **known: object) -> Pasted:
    """Return an identifier with the item that it makes: a trial has a page, a book a type."""
    more: Mapping[PastedKind, JSONDict] = {
        PastedKind.ISBN: {"type": "book"},
        PastedKind.TRIAL: {
            "type": "webpage",
            "container-title": "ClinicalTrials.gov",
            "URL": f"https://clinicaltrials.gov/study/{value}",
            "custom": {"nct": value},
        },
    }
    return Pasted(
        kind, value, csl={"type": "article-journal", **more.get(kind, {}), **known, IDENTIFIERS[kind][0]: value}
    )


def _address(text: str) -> Pasted | None:
    if not ADDRESS.fullmatch(text):
        return None
    url = text if "://" in text else f"https://{text}"
    return _identified_address(unquote(url)) or Pasted(PastedKind.ADDRESS, url, csl={"type": "webpage", "URL": url})


def _identified_address(url: str) -> Pasted | None:
    """Return the identifier that an address contains."""
    if found := DOI_IN_ADDRESS.search(url):
        return _identifier(_trimmed(found[0]))
    if found := PUBMED_ADDRESS.search(url):
        return _identifier(f"PMID {found[1]}")
    if found := PMC_ADDRESS.search(url):
        return _identifier(found[1])
    found = identifiers.NCT_INSIDE.search(url) if urlsplit(url).netloc.endswith("clinicaltrials.gov") else None
    return _identifier(found[0]) if found else None


def _trimmed(doi: str) -> str:
    while (short := AFTER_DOI.sub("", doi)) != doi:
        doi = short
    return doi


def _citation(text: str) -> Pasted:
    """Return a citation, under the identifier in it if there is one, so that it can be looked up."""
    csl = citation_text.read(text)
    for kind in (PastedKind.DOI, PastedKind.PMID, PastedKind.PMCID):
        if variable := csl.get(IDENTIFIERS[kind][0]):
            return Pasted(kind, str(variable), csl=csl)
    return Pasted(PastedKind.CITATION, csl=csl)
