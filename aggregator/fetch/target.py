"""Reads an address once, so that what is checked and what is connected to can't differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import idna

from aggregator.fetch.failures import FetchError, scrubbed

PORTS = {"http": 80, "https": 443}
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)
NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)
PRINTABLE = "/%:@!$&'()*+,;=~[]|?"  # stands in a request target as it is
# Ports of other services, which no request must be smuggled to: those that browsers block (WHATWG Fetch, "port blocking"), and caches.
OTHER_SERVICES = frozenset([
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111,
    113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554,
    556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665,
    6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211,
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """An address ready for the wire: `host` in lower-case ASCII, an IPv6 address without brackets; `path` with query, percent-encoded."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What credentials are bound to (RFC 6454 section 4)."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The value of the Host field (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address written out."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def shown(self) -> str:
        """The address fit for logs and screens: without its query, which may hold a key."""
        path, mark, _ = self.path.partition("?")
        return f"{self.scheme}://{self.authority}{path}{mark and '?…'}"


@lru_cache(maxsize=4096)  # a source's address is read again at each poll
def parse_target(url: str) -> Target:
    """Read an absolute address. Raises FetchError for one that is not http(s), holds a login, or names its host or port oddly."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise _unreadable(url) from error
    if parts.scheme not in PORTS:
        raise FetchError("blocked_address", f"{parts.scheme or 'nothing'}: only http and https are fetched", advice="Use a web address.")
    if "@" in parts.netloc:
        advice = "Leave it out of the address and set an Authorization header in the source's headers."
        raise FetchError("bad_source", f"{scrubbed(url)}: the address holds a user name or password", advice=advice)
    port = PORTS[parts.scheme] if port is None else port
    if port in OTHER_SERVICES:
        raise FetchError("blocked_address", f"{scrubbed(url)}: port {port} belongs to another service", advice="Use a web address.")
    return Target(parts.scheme, _host(parts, url), port, _path(parts))


def join(target: Target, location: str) -> Target:
    """Where a redirect leads (RFC 9110 section 10.2.2); raises FetchError like parse_target."""
    try:
        return parse_target(urljoin(target.url, location.strip()))
    except ValueError as error:
        raise _unreadable(location) from error


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=PRINTABLE)
    return f"{path}?{quote(parts.query, safe=PRINTABLE)}" if parts.query else path


def _host(parts: SplitResult, url: str) -> str:
    """The host in one spelling: IDNA mapped (UTS 46), numbers of any base as an IPv4 address, no dot at the end."""
    host = parts.hostname or ""
    try:
        if "[" in parts.netloc:
            return _ipv6(host)
        name = (host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")).lower().removesuffix(".")
        if NUMBER.fullmatch(name.rpartition(".")[2]):
            return str(ipv4(name))
    except (AddressValueError, idna.IDNAError) as error:
        raise _unreadable(url) from error
    if len(name) > 253 or not NAME.fullmatch(name):
        raise _unreadable(url)
    return name


def _ipv6(text: str) -> str:
    if "%" in text:  # a scope belongs to one machine, not to an address of the web (RFC 6874)
        raise AddressValueError(text)
    return str(IPv6Address(text))


def ipv4(text: str) -> IPv4Address:
    """An IPv4 address in any spelling that C's inet_aton reads: short, decimal, octal, hexadecimal. Raises AddressValueError."""
    parts = text.split(".")
    if len(parts) > 4 or not all(NUMBER.fullmatch(part) and len(part) <= 64 for part in parts):
        raise AddressValueError(text)
    *high, last = (_number(part, text) for part in parts)
    if last >= 256 ** (4 - len(high)) or any(part > 255 for part in high):
        raise AddressValueError(text)
    return IPv4Address(last + sum(part << 8 * (3 - place) for place, part in enumerate(high)))


def _number(part: str, text: str) -> int:
    base = 16 if part.startswith("0x") else 8 if part.startswith("0") else 10
    try:
        return int(part.removeprefix("0x") or "0", base)
    except ValueError as error:
        raise AddressValueError(text) from error


def _unreadable(url: str) -> FetchError:
    return FetchError("bad_source", f"{scrubbed(url)}: this address can't be read")
