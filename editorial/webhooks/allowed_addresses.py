"""Where a webhook may go: to a name on the public internet, and to none of the house's own machines."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

PORTS = frozenset({443, 8443})
LONGEST = 500

PRINTABLE = re.compile(r"[!-~]+")
"""No space, no control character, nothing beyond ASCII: nothing that could end a line of the request."""

NAME = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
"""A name of two parts at least, whose last one begins with a letter: ``0x7f.1`` and ``2130706433`` are none."""

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out. Outside of it are IPv4 in other clothes (mapped, compatible, NAT64), link-local, …"""

NEVER_4 = [
    IPv4Network("192.0.0.0/24"),  # protocol assignments; among them the metadata of a cloud
    IPv4Network("192.88.99.0/24"),  # once the relay of 6to4
    IPv4Network("168.63.129.16/32"),  # Azure's host, from within
]
NEVER_6 = [
    IPv6Network("2001::/23"),  # protocol assignments; among them Teredo, which carries IPv4
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4, which carries IPv4
    IPv6Network("3fff::/20"),  # documentation
]

Found = list[tuple[Any, Any, Any, Any, Any]]
LookUp = Callable[..., Found]


class AddressError(ValueError):
    """The address is none that may be told anything; says why, without repeating it."""


@dataclass(frozen=True)
class Target:
    """An address taken apart. ``path`` is what is asked for, with its query."""

    host: str
    port: int
    path: str
    is_secure: bool


def target(address: str, *, to_loopback: bool) -> Target:
    """Take ``address`` apart. ``to_loopback`` lets in the machine itself, without TLS and at any port.

    Raises AddressError for everything that is no plain https address of a name.
    """
    parts = _parts(address)
    host, is_local = parts.hostname or "", to_loopback and _is_loopback_name(parts.hostname or "")
    if parts.scheme != "https" and not (is_local and parts.scheme == "http"):
        raise AddressError("It has to begin with https://.")
    if not is_local:
        _require_public_name(host)
    port = parts.port if parts.port is not None else {"https": 443, "http": 80}[parts.scheme]
    if port not in PORTS and not is_local:
        raise AddressError(f"Only the ports {' and '.join(map(str, sorted(PORTS)))} are sent to.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port, path, parts.scheme == "https")


def _parts(address: str) -> SplitResult:
    if len(address) > LONGEST or not PRINTABLE.fullmatch(address) or "\\" in address:
        raise AddressError(f"It has to be an address of at most {LONGEST} printable ASCII characters without spaces.")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - it is looked at when it is asked for
    except ValueError:
        raise AddressError("It cannot be read as an address.") from None
    if parts.username is not None or parts.password is not None:
        raise AddressError("Put no name and no password into it: signatures say who sends.")
    if "#" in address:
        raise AddressError("What follows # is never sent. Leave it out.")
    return parts


def _is_loopback_name(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


def _require_public_name(host: str) -> None:
    """An address of numbers is let in if it is public, in its one spelling."""
    literal = _literal(host)
    if literal is None and not NAME.fullmatch(host):
        raise AddressError("It has to name a host on the internet.")
    if literal is not None and not is_public(literal):
        raise AddressError("It leads into a network that is not public.")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether ``address`` is one machine on the public internet, and no disguise of another one."""
    if isinstance(address, IPv6Address):
        never = any(address in network for network in NEVER_6)
        return address in GLOBAL_UNICAST and address.scope_id is None and address.is_global and not never
    never = any(address in network for network in NEVER_4)
    return address.is_global and not address.is_multicast and not address.is_reserved and not never


def places(target: Target, *, to_loopback: bool, look_up: LookUp) -> list[str]:
    """Look the name up, once, and return the machines that it leads to: what is connected to, and nothing else.

    Every one has to be good; there is no choosing among them.

    Raises AddressError if one is not, and OSError when there is no such name.
    """
    found = look_up(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    numbers = [str(where[0]) for _family, _type, _protocol, _name, where in found]
    to_loopback = to_loopback and _is_loopback_name(target.host)
    if not all(_is_good(number, to_loopback=to_loopback) for number in numbers):
        raise AddressError("Its name leads into a network that is not public.")
    return numbers


def _is_good(text: str, *, to_loopback: bool) -> bool:
    address = _literal(text)
    return address is not None and (is_public(address) or (to_loopback and address.is_loopback))
