"""The formats for import and export of works, and the limits of a file."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from articles.library.formats import (
    bibtex,
    bibtex_export,
    csl_json,
    nbib,
    ovid,
    pubmed_xml,
    ris,
    web_of_science,
)
from articles.library.formats.records import Found, judged
from articles.models.reference_imports import ImportFormat
from editorial.record.canonical_json import JSONDict

MAX_FILE = 20 * 1024 * 1024
"""Maximum number of bytes in a file: about 10,000 records with abstracts."""

MAX_RECORDS = 100_000
"""Maximum number of records in a file."""

READERS: Mapping[str, Callable[[str], Iterator[Found]]] = {
    ImportFormat.CSL_JSON: csl_json.read,
    ImportFormat.BIBTEX: bibtex.read,
    ImportFormat.RIS: ris.read,
    ImportFormat.NBIB: nbib.read,
}

WRITERS: Mapping[str, Callable[[Iterable[JSONDict]], Iterator[str]]] = {
    ImportFormat.CSL_JSON: csl_json.write,
    ImportFormat.BIBTEX: bibtex_export.write,
    ImportFormat.RIS: ris.write,
    ImportFormat.NBIB: nbib.write,
}

MEDIA_TYPES: Mapping[str, str] = {
    ImportFormat.CSL_JSON: "application/vnd.citationstyles.csl+json",
    ImportFormat.BIBTEX: "application/x-bibtex",
    ImportFormat.RIS: "application/x-research-info-systems",
    ImportFormat.NBIB: "application/nbib",
}

SUFFIXES: Mapping[str, str] = {
    ImportFormat.CSL_JSON: "json",
    ImportFormat.BIBTEX: "bib",
    ImportFormat.RIS: "ris",
    ImportFormat.NBIB: "nbib",
}

FORMS_BY_SUFFIX: Mapping[str, str] = {
    **{suffix: form for form, suffix in SUFFIXES.items()},
    "xml": ImportFormat.NBIB,
    "ciw": ImportFormat.RIS,
    "cgi": ImportFormat.RIS,
}
"""The format by which a file is read, by the ending of its name: also of PubMed's XML, Web of Science and Ovid."""

NOT_TEXT: Mapping[bytes, str] = {
    b"PK\x03\x04": "a ZIP archive",
    b"PK\x05\x06": "a ZIP archive",
    b"\x1f\x8b": "compressed by gzip",
    b"BZh": "compressed by bzip2",
    b"\xfd7zXZ": "compressed by xz",
    b"\x28\xb5\x2f\xfd": "compressed by zstd",
    b"7z\xbc\xaf": "a 7z archive",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
"""First bytes of files that are not plain text in UTF-8. Archives are never unpacked."""


BY_CONTENT: Sequence[tuple[re.Pattern[str], Callable[[str], Iterator[Found]]]] = (
    (pubmed_xml.BEGINS, pubmed_xml.read),
    (web_of_science.BEGINS, web_of_science.read),
    (ovid.BEGINS, ovid.read),
)
"""Readers of files that are sent as RIS or NBIB, and are recognised by what they begin with."""

BEGINNING = 5_000
"""Number of characters by which a file is recognised."""


def reader_of(text: str, *, form: str) -> Callable[[str], Iterator[Found]]:
    """Return the reader for a file: that of ``form``, unless the file is another that databases call RIS or NBIB."""
    beginning = text[:BEGINNING]
    if form not in (ImportFormat.RIS, ImportFormat.NBIB) or ris.BEGINS.search(beginning):
        return READERS[form]
    return next((read for begins, read in BY_CONTENT if begins.search(beginning)), READERS[form])


def unfit(content: bytes) -> str:
    """Return why a file is refused without being parsed, or an empty string."""
    if len(content) > MAX_FILE:
        return f"The file has {len(content):,} bytes; {MAX_FILE:,} are allowed."
    if not content.strip():
        return "The file is empty."
    form = next((words for magic, words in NOT_TEXT.items() if content.startswith(magic)), "")
    return f"The file is {form}; send plain text in UTF-8." if form else ""


def records(content: bytes, *, form: str) -> Iterator[Found]:
    """Yield every record of the file in order, each checked on its own.

    Bytes that are not UTF-8 make only their own record invalid.
    """
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    if form != ImportFormat.CSL_JSON:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = map(judged, reader_of(text, form=form)(text))
    yield from itertools.islice(found, MAX_RECORDS)
    if following := next(found, None):
        yield Found(
            following.line, "", fault=f"A file has at most {MAX_RECORDS:,} records; from here on none was read."
        )
