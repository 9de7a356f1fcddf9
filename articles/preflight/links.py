"""Checking links by their address only. Nothing is fetched."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.urls import reverse

from articles.preflight.codes import Code
from articles.preflight.draft import Draft
from articles.preflight.findings import Finding
from articles.preflight.markup import find_with_lines, link_targets, plain_blocks

SHORTENERS = frozenset(
    {
        *("bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly", "s.id"),
        *("shorturl.at", "soo.gd", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "tr.im", "v.gd", "x.co"),
    }
)
"""Services that hide the target of a link."""

INTERNAL_DOMAINS = (
    ".internal",
    ".intranet",
    ".lan",
    ".local",
    ".localhost",
    ".home.arpa",
    ".test",
    ".example",
    ".invalid",
)
"""Domain endings that are valid in one network only, or nowhere (RFC 2606, 6761, 6762, 8375)."""

REFUSED = re.compile(r"\]\(\s*+<?+\s*+(?:javascript|vbscript|data|file)\s*+:", re.IGNORECASE)
"""Links that the renderer leaves as plain text because they would run or read something."""


def questionable_links(draft: Draft) -> Iterator[Finding]:
    """Yield questionable links, each with its line."""
    for text in draft.texts:
        for address, line in link_targets(text.tokens):
            if problem := fault(address):
                detail = f"Line {line}: the link to {address[:100]} {problem}."
                remedy = "Link to the page itself at its public https address, or take the link out."
                yield Finding(Code.QUESTIONABLE_LINK, text.body, detail, remedy, line)
        for words, first in plain_blocks(text.tokens):
            for _, line in find_with_lines(REFUSED, words, first=first):
                detail = f"Line {line}: a link that would run code or read a file; readers see it as plain text."
                yield Finding(Code.QUESTIONABLE_LINK, text.body, detail, "Take the link out.", line)


def fault(address: str) -> str:
    """What is questionable about a link to ``address``, in words, or nothing."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "is no address"
    if parts.scheme == "mailto":
        return ""
    if not host:
        return "names no host"
    if host == urlsplit(settings.SITE_URL).hostname:
        return "leads into the admin" if parts.path.startswith(reverse("admin:index")) else ""
    return "is not https" if parts.scheme != "https" else _host_fault(parts, host)


def _host_fault(parts: SplitResult, host: str) -> str:
    if parts.username is not None:
        return "carries a user name, as forged addresses do"
    if _is_inner(host):
        return "leads to a private address"
    return "hides where it leads" if host.removeprefix("www.") in SHORTENERS else ""


def _is_inner(host: str) -> bool:
    """Whether nobody outside of one network, or one machine, can follow it."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    last = host.rpartition(".")[2]
    numeric = last.isdigit() or last.startswith("0x")  # 0x7f.1 and 2130706433 are addresses to a browser
    return numeric or "." not in host or host.endswith(INTERNAL_DOMAINS)
