"""Where a webhook may be sent: to a name on the public internet, and to no machine of the site's own network."""

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
"""No space, no control character, only ASCII: no character that could end a line of the request."""

NAME = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
"""A name of at least two parts, the last of which begins with a letter. ``0x7f.1`` and ``2130706433`` do not match."""

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All allocated IPv6 addresses. Outside are embedded IPv4 (mapped, compatible, NAT64), link-local and more."""

NEVER_4 = [
    IPv4Network("192.0.0.0/24"),  # protocol assignments, including a cloud's metadata service
    IPv4Network("192.88.99.0/24"),  # formerly 6to4 relays
    IPv4Network("168.63.129.16/32"),  # Azure's host, as its virtual machines see it
]
NEVER_6 = [
    IPv6Network("2001::/23"),  # protocol assignments, including Teredo, which carries IPv4
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4, which carries IPv4
    IPv6Network("3fff::/20"),  # documentation
]

Found = list[tuple[Any, Any, Any, Any, Any]]
LookUp = Callable[..., Found]


class AddressError(ValueError):
    """No webhook may be sent to the address. The message says why, without repeating the address."""


@dataclass(frozen=True)
class Target:
    """The parts of an address. ``path`` includes the query."""

    host: str
    port: int
    path: str
    is_secure: bool


def target(address: str, *, to_loopback: bool) -> Target:
    """Return the parts of ``address``. ``to_loopback`` also allows the local machine, without TLS and at any port.

    Raises AddressError for anything but a plain https address of a public host.
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
        parts.port  # noqa: B018 - reading the property validates it
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
    """Raise AddressError unless ``host`` is a name, or a public IP address in its standard spelling."""
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
    """Whether ``address`` is one machine on the public internet, and embeds no other address."""
    if isinstance(address, IPv6Address):
        never = any(address in network for network in NEVER_6)
        return address in GLOBAL_UNICAST and address.scope_id is None and address.is_global and not never
    never = any(address in network for network in NEVER_4)
    return address.is_global and not address.is_multicast and not address.is_reserved and not never


def places(target: Target, *, to_loopback: bool, look_up: LookUp) -> list[str]:
    """Resolve the name once, and return its IP addresses. The caller connects to these and to no others.

    Every address has to be allowed: one that is not refuses the name.

    Raises AddressError if one is not allowed, and OSError if the name does not exist.
    """
    addresses = look_up(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    numbers = [str(where[0]) for _family, _type, _protocol, _name, where in addresses]
    to_loopback = to_loopback and _is_loopback_name(target.host)
    if not all(_is_good(number, to_loopback=to_loopback) for number in numbers):
        raise AddressError("Its name leads into a network that is not public.")
    return numbers


def _is_good(text: str, *, to_loopback: bool) -> bool:
    address = _literal(text)
    return address is not None and (is_public(address) or (to_loopback and address.is_loopback))
