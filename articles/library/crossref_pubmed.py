"""Lookups of works in Crossref and PubMed by identifier. A service is asked only if its URL is configured.

There are three results: an item, None if the service does not know the work, and Unanswered for everything else, which
says nothing about the work. While a request waits, give a short ``timeout``, and never call this in a transaction.
"""

import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urljoin
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

from django.conf import settings

from articles.library import identifiers
from articles.library.formats import nbib
from articles.library.formats.records import fault_of
from editorial.record.canonical_json import JSONDict

TIMEOUT = 20.0
"""Seconds for one response, from the request to its last byte."""

LEAST = 0.01
"""Seconds that a second request has at least."""

MAX_ANSWER = 2 * 1024 * 1024
"""Maximum size of one response in bytes. The largest records, with a thousand authors and addresses, need a quarter."""

SEARCH = "esearch.fcgi"
"""The search of PubMed, beside the address in ``PUBMED_URL``."""

TEXTS = ("DOI", "publisher", "volume", "issue", "page")
FIRSTS = {"container-title": "container-title", "short-container-title": "container-title-short", "title": "title"}

TYPES: Mapping[str, str] = {
    "journal-article": "article-journal",
    "book-chapter": "chapter",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-entry": "entry-encyclopedia",
    "proceedings-article": "paper-conference",
    "report": "report",
    "dissertation": "thesis",
    "dataset": "dataset",
    "posted-content": "article",
}
"""CSL types by the types of Crossref."""


class Unanswered(Exception):
    """The service gave no usable response. The message says why."""


def crossref(doi: str, *, timeout: float | None = None) -> JSONDict | None:
    """Return the work with this DOI from Crossref. Raises Unanswered, also after ``timeout`` seconds."""
    answer = _fetch(settings.CROSSREF_URL + quote(doi, safe=""), timeout=timeout or TIMEOUT)
    if answer is None:
        return None
    try:
        message = json.loads(answer)["message"]
        item = _from_crossref(message)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Unanswered("what it says is not what Crossref says of a work") from error
    return _checked(item, "doi", doi)


def _from_crossref(message: Mapping[str, Any]) -> JSONDict:
    """Convert Crossref's JSON to a CSL item.

    Crossref uses similar names, but lists where CSL has text, and HTML where CSL has plain text.
    """
    item: JSONDict = {name: html.unescape(str(message[name])) for name in TEXTS if message.get(name)}
    item |= {name: html.unescape(message[theirs][0]) for theirs, name in FIRSTS.items() if message.get(theirs)}
    if authors := [_author(author) for author in message.get("author", [])]:
        item["author"] = authors
    if parts := [part for part in message.get("issued", {}).get("date-parts", [[]])[0] if part is not None]:
        item["issued"] = {"date-parts": [parts]}
    return {"type": TYPES.get(str(message.get("type")), "article"), **item}


def _author(author: Mapping[str, Any]) -> dict[str, str]:
    if author.get("name"):
        return {"literal": author["name"]}
    return {part: author[part] for part in ("family", "given", "suffix", "ORCID") if author.get(part)}


def pubmed(pmid: str, *, timeout: float | None = None) -> JSONDict | None:
    """Return the work with this PMID, read from PubMed's own format. Raises Unanswered, also after ``timeout`` s."""
    query = urlencode({"db": "pubmed", "id": pmid, "rettype": "medline", "retmode": "text"})
    answer = _fetch(f"{settings.PUBMED_URL}?{query}", timeout=timeout or TIMEOUT)
    text = (answer or b"").decode("utf-8", "replace")
    records = list(nbib.read(text.rstrip()))  # without its last line end, a record that was cut off is refused
    if answer is None or (not records and (not answer.strip() or b"cannot get document" in answer)):
        return None
    if len(records) != 1 or records[0].csl is None:
        raise Unanswered("what it says is not one whole record")
    return _checked(records[0].csl, "pmid", pmid)


def pubmed_central(pmcid: str, *, timeout: float | None = None) -> JSONDict | None:
    """Return the work with this PMCID from PubMed, which is first asked for its PMID. Raises Unanswered.

    ``timeout`` is the time for both responses, in seconds.
    """
    deadline = monotonic() + (timeout or TIMEOUT)
    query = urlencode({"db": "pubmed", "term": f"{pmcid}[pmcid]", "retmode": "json"})
    answer = _fetch(f"{urljoin(settings.PUBMED_URL, SEARCH)}?{query}", timeout=timeout or TIMEOUT)
    try:
        found = [identifiers.pmid(pmid) for pmid in json.loads(answer or b"")["esearchresult"]["idlist"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unanswered("what it says is not what PubMed says of a search") from error
    if not found:
        return None
    if len(found) > 1:
        raise Unanswered(f"it has {len(found)} works with this PMCID")
    item = pubmed(found[0], timeout=max(deadline - monotonic(), LEAST))
    return _checked(item, "pmcid", pmcid) if item else None


def _checked(item: JSONDict, field: str, requested: str) -> JSONDict:
    """Return ``item`` if it is a valid record of the requested work. Raises Unanswered."""
    if fault := fault_of(item):
        raise Unanswered(f"what it says cannot be used: {fault}")
    identifiers_found, _ = identifiers.read(item)
    if identifiers_found[field] != requested:
        raise Unanswered("it answered about another work")
    return item


def _fetch(url: str, *, timeout: float) -> bytes | None:
    """Return the body of the response, None for 404. Does not follow redirects. Raises Unanswered."""
    if not url.startswith(("http://", "https://")):
        raise Unanswered("it could not be asked: its address is none of the web")
    agent = f"Imprimatur ({settings.SITE_URL})"
    deadline = monotonic() + timeout
    try:
        request = Request(url, headers={"User-Agent": agent})  # noqa: S310 - the scheme is checked above
        with OPENER.open(request, timeout=timeout) as answer:
            return _read(answer, deadline=deadline)
    except HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        raise Unanswered(f"it answered {error.code}") from error
    except TimeoutError as error:
        raise Unanswered(f"it did not answer within {timeout:g} s") from error
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
    """Build an opener for HTTP and HTTPS only: no files, no redirects, no proxies from the environment."""
    opener = OpenerDirector()
    for handler in (HTTPHandler(), HTTPSHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


OPENER = _opener()


@dataclass(frozen=True)
class LookupService:
    """A service that can be asked: the identifier field it knows works by, its URL setting, and how to ask.

    A work with the identifier ``unless`` is another service's.
    """

    name: str
    field: str
    address: str
    ask: Callable[..., JSONDict | None]
    unless: str = ""

    @property
    def is_on(self) -> bool:
        return bool(getattr(settings, self.address))


SOURCES = (
    LookupService("Crossref", "doi", "CROSSREF_URL", crossref),
    LookupService("PubMed", "pmid", "PUBMED_URL", pubmed),
    LookupService("PubMed", "pmcid", "PUBMED_URL", pubmed_central, unless="pmid"),
)
