"""The formats in which works come and go, and what a file may be."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from articles.interchange import bibtex, bibtex_out, csl_json, nbib, ris
from articles.interchange.records import Found, judged
from articles.models.importing import Format

MAX_FILE = 20 * 1024 * 1024
"""Bytes in one file; 10,000 records with their abstracts have about as many."""

MAX_RECORDS = 100_000
"""Records in one file."""

READERS: Mapping[str, Callable[[str], Iterator[Found]]] = {
    Format.CSL_JSON: csl_json.read,
    Format.BIBTEX: bibtex.read,
    Format.RIS: ris.read,
    Format.NBIB: nbib.read,
}

WRITERS: Mapping[str, Callable[[Iterable[dict[str, Any]]], Iterator[str]]] = {
    Format.CSL_JSON: csl_json.write,
    Format.BIBTEX: bibtex_out.write,
    Format.RIS: ris.write,
    Format.NBIB: nbib.write,
}

MEDIA_TYPES: Mapping[str, str] = {
    Format.CSL_JSON: "application/vnd.citationstyles.csl+json",
    Format.BIBTEX: "application/x-bibtex",
    Format.RIS: "application/x-research-info-systems",
    Format.NBIB: "application/nbib",
}

SUFFIXES: Mapping[str, str] = {
    Format.CSL_JSON: "json",
    Format.BIBTEX: "bib",
    Format.RIS: "ris",
    Format.NBIB: "nbib",
}

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
"""Beginnings of files that are no plain text in UTF-8. Nothing is ever unpacked here."""


def unfit(content: bytes) -> str:
    """Why a file is not even looked into, in words, or nothing."""
    if len(content) > MAX_FILE:
        return f"The file has {len(content):,} bytes; {MAX_FILE:,} are allowed."
    if not content.strip():
        return "The file is empty."
    form = next((words for magic, words in NOT_TEXT.items() if content.startswith(magic)), "")
    return f"The file is {form}; send plain text in UTF-8." if form else ""


def records(content: bytes, *, form: str) -> Iterator[Found]:
    """Every record of the file in order, each judged by itself. Bytes that are not UTF-8 spoil their record only."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    if form != Format.CSL_JSON:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = map(judged, READERS[form](text))
    yield from itertools.islice(found, MAX_RECORDS)
    if following := next(found, None):
        yield Found(
            following.line, "", fault=f"A file has at most {MAX_RECORDS:,} records; from here on none was read."
        )
