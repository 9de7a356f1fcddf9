"""What Crossref and PubMed say about a work, asked by its identifier. Nobody is asked unless an address is set.

Three answers: an item, None for a work that is not known there, and Unanswered for everything else, which says nothing
about the work. Never called while a request waits.
"""

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

from django.conf import settings

from articles import identifiers
from articles.interchange import nbib
from articles.interchange.records import fault_of

TIMEOUT = 20.0
"""Seconds for one answer, from the question to its last byte."""

MAX_ANSWER = 2 * 1024 * 1024
"""Bytes in one answer; the largest records, with a thousand authors and their addresses, have a quarter of it."""

TEXTS = ("DOI", "publisher", "volume", "issue", "page")
FIRSTS = {"container-title": "container-title", "short-container-title": "container-title-short", "title": "title"}


class Unanswered(Exception):
    """There is no answer that can be used, and why."""


def crossref(doi: str) -> dict[str, Any] | None:
    """The work with this DOI. Raises Unanswered."""
    answer = _fetch(settings.CROSSREF_URL + quote(doi, safe=""))
    if answer is None:
        return None
    try:
        message = json.loads(answer)["message"]
        item = _from_crossref(message)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Unanswered("what it says is not what Crossref says of a work") from error
    return _checked(item, "doi", doi)


def _from_crossref(message: Mapping[str, Any]) -> dict[str, Any]:
    """The item in CSL's names. Crossref's own are near, lists where CSL has text, and HTML where it has plain text."""
    item: dict[str, Any] = {name: html.unescape(str(message[name])) for name in TEXTS if message.get(name)}
    item |= {name: html.unescape(message[theirs][0]) for theirs, name in FIRSTS.items() if message.get(theirs)}
    if people := [_person(person) for person in message.get("author", [])]:
        item["author"] = people
    if parts := [part for part in message.get("issued", {}).get("date-parts", [[]])[0] if part is not None]:
        item["issued"] = {"date-parts": [parts]}
    return {"type": "article", **item}


def _person(person: Mapping[str, Any]) -> dict[str, str]:
    if person.get("name"):
        return {"literal": person["name"]}
    return {part: person[part] for part in ("family", "given", "suffix") if person.get(part)}


def pubmed(pmid: str) -> dict[str, Any] | None:
    """The work with this PMID, read from PubMed's own format. Raises Unanswered."""
    query = urlencode({"db": "pubmed", "id": pmid, "rettype": "medline", "retmode": "text"})
    answer = _fetch(f"{settings.PUBMED_URL}?{query}")
    records = list(nbib.read((answer or b"").decode("utf-8", "replace")))
    if answer is None or (not records and (not answer.strip() or b"cannot get document" in answer)):
        return None
    if len(records) != 1 or records[0].csl is None:
        raise Unanswered("what it says is not one whole record")
    return _checked(records[0].csl, "pmid", pmid)


def _checked(item: dict[str, Any], field: str, asked: str) -> dict[str, Any]:
    """``item`` if it is a sound record of the very work that was asked for."""
    if fault := fault_of(item):
        raise Unanswered(f"what it says cannot be used: {fault}")
    found, _ = identifiers.read(item)
    if found[field] != asked:
        raise Unanswered("it answered about another work")
    return item


def _fetch(url: str) -> bytes | None:
    """The body of the answer, None for 404. Follows no redirection. Raises Unanswered."""
    if not url.startswith(("http://", "https://")):
        raise Unanswered("it could not be asked: its address is none of the web")
    agent = f"Imprimatur ({settings.SITE_URL})"
    deadline = monotonic() + TIMEOUT
    try:
        request = Request(url, headers={"User-Agent": agent})  # noqa: S310 - held above
        with OPENER.open(request, timeout=TIMEOUT) as answer:
            return _read(answer, deadline=deadline)
    except HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        raise Unanswered(f"it answered {error.code}") from error
    except TimeoutError as error:
        raise Unanswered(f"it did not answer within {TIMEOUT:g} s") from error
    except (OSError, HTTPException, ValueError) as error:
        raise Unanswered(f"it could not be asked: {error}") from error


def _read(answer: HTTPResponse, *, deadline: float) -> bytes:
    parts, size = [], 0
    while part := answer.read1(64 * 1024):
        parts.append(part)
        size += len(part)
        if size > MAX_ANSWER:
            raise Unanswered(f"it sent more than {MAX_ANSWER:,} bytes")
        if monotonic() > deadline:
            raise TimeoutError
    return b"".join(parts)


def _opener() -> OpenerDirector:
    """HTTP and HTTPS and nothing else: no files, no redirection, no proxies of the environment."""
    opener = OpenerDirector()
    for handler in (HTTPHandler(), HTTPSHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


OPENER = _opener()


@dataclass(frozen=True)
class Source:
    """One to ask: the field of our record with the identifier that it knows works by, and how it is asked."""

    name: str
    field: str
    address: str
    ask: Callable[[str], dict[str, Any] | None]

    @property
    def is_on(self) -> bool:
        return bool(getattr(settings, self.address))


SOURCES = (Source("Crossref", "doi", "CROSSREF_URL", crossref), Source("PubMed", "pmid", "PUBMED_URL", pubmed))
