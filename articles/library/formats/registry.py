"""The formats for import and export of works, and the limits of a file."""

import codecs
import itertools
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath

from articles.library.formats import (
    bibtex,
    bibtex_export,
    csl_json,
    nbib,
    ovid,
    pubmed_xml,
    ris,
    ris_export,
    web_of_science,
)
from articles.library.formats.records import FATAL, MAX_RECORDS, Found, judged, tried
from articles.library.formats.text_encoding import decoded
from articles.models.reference_imports import ImportFormat
from editorial.record.canonical_json import JSONDict

logger = logging.getLogger(__name__)

MAX_FILE = 20 * 1024 * 1024
"""Maximum number of bytes in a file: about 10,000 records with abstracts."""

READERS: Mapping[str, Callable[[str], Iterator[Found]]] = {
    ImportFormat.CSL_JSON: csl_json.read,
    ImportFormat.BIBTEX: bibtex.read,
    ImportFormat.RIS: ris.read,
    ImportFormat.NBIB: nbib.read,
}

WRITERS: Mapping[str, Callable[[Iterable[JSONDict]], Iterator[str]]] = {
    ImportFormat.CSL_JSON: csl_json.write,
    ImportFormat.BIBTEX: bibtex_export.write,
    ImportFormat.RIS: ris_export.write,
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
}
"""First bytes of files that are not plain text. Archives are never unpacked."""


BY_CONTENT: Sequence[tuple[re.Pattern[str], Callable[[str], Iterator[Found]]]] = (
    (pubmed_xml.BEGINS, pubmed_xml.read),
    (web_of_science.BEGINS, web_of_science.read),
    (ovid.BEGINS, ovid.read),
)
"""Readers of files that are sent as RIS or NBIB, and are recognised by what they begin with."""

BEGINNING = 5_000
"""Number of characters by which a file is recognised."""


def form_of(file_name: str) -> str:
    """Return the format that the ending of a file's name says, or an empty string."""
    return FORMS_BY_SUFFIX.get(PurePath(file_name).suffix[1:].lower(), "")


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
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(content) % 2:
        return "The file is UTF-16 that was cut off: it ends within a character."
    form = next((words for magic, words in NOT_TEXT.items() if content.startswith(magic)), "")
    return f"The file is {form}; send plain text." if form else ""


def read_text(content: bytes, *, form: str) -> tuple[str, str]:
    """Return the text of a file in this format, and which encoding was read."""
    return decoded(content, is_json=form == ImportFormat.CSL_JSON)


def records(content: bytes, *, form: str) -> Iterator[Found]:
    """Yield every record of the file in order, each checked on its own.

    Bytes that its encoding does not have make only their own record invalid.
    """
    text, _ = read_text(content, form=form)
    return records_of_text(text, form=form)


def records_of_text(text: str, *, form: str) -> Iterator[Found]:
    """Yield every record of a text in order, each checked on its own. A reader that fails ends with a fault."""
    if form != ImportFormat.CSL_JSON:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = (
        tried(partial(judged, one), line=one.line, label=one.label)
        for one in _until_failure(reader_of(text, form=form)(text))
    )
    yield from itertools.islice(found, MAX_RECORDS)
    if following := next(found, None):
        yield Found(
            following.line, "", fault=f"A file has at most {MAX_RECORDS:,} records; from here on none was read."
        )


def _until_failure(found: Iterator[Found]) -> Iterator[Found]:
    """Yield the records of a reader. If it fails between two records, the last one says so."""
    line = 0
    try:
        for one in found:
            line = one.line
            yield one
    except FATAL:
        raise
    except Exception as error:
        logger.exception("a reader of works failed after line %s", line)
        yield Found(0, "", fault=f"After line {line} nothing could be read ({type(error).__name__}).")
