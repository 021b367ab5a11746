"""Keeps requests out of networks that nobody opened: every address a name has is checked, and only a checked one is connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aggregator.fetch.failures import FetchError, unresolved

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

RESOLVE_WITHIN = 10.0  # seconds
RESOLVER_THREADS = 16

# IANA's special-purpose registries (RFC 6890), and what else never is a public web server's address. The narrower ones stand first.
SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), name)
    for network, name in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud platform's own service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "multicast relay"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::ffff:0:0:0/96", "IPv4-translated"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("100::/64", "discard"),
        ("100:0:0:1::/64", "dummy"),
        ("2001::/32", "Teredo"),
        ("2001:2::/48", "benchmarking"),
        ("2001:10::/28", "ORCHID"),
        ("2001:20::/28", "ORCHID"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("2620:4f:8000::/48", "AS112"),
        ("3ffe::/16", "6bone"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")

# Where IPv6 addresses carry an IPv4 address: (network, how far from the right its last bit stands, what it is masked with).
EMBEDDED: tuple[tuple[IPv6Network, int, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 0, 0),
    (IPv6Network("::/96"), 0, 0),
    (IPv6Network("::ffff:0:0:0/96"), 0, 0),
    (IPv6Network("64:ff9b::/96"), 0, 0),
    (IPv6Network("64:ff9b:1::/48"), 0, 0),
    (IPv6Network("2002::/16"), 80, 0),
    (IPv6Network("2001::/32"), 0, 0xFFFFFFFF),
)
ISATAP = (0x00005EFE, 0x02005EFE)  # the upper half of an interface identifier that carries an IPv4 address (RFC 5214)


def embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that packets to this IPv6 address would end up at, if it carries one."""
    if isinstance(address, IPv4Address) or address in (IPv6Address("::"), IPv6Address("::1")):
        return None
    for network, shift, mask in EMBEDDED:
        if address in network:
            return IPv4Address((int(address) >> shift & 0xFFFFFFFF) ^ mask)
    if int(address) >> 32 & 0xFFFFFFFF in ISATAP:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@lru_cache(maxsize=4096)
def refusal(address: Address, opened: Sequence[Network] = ()) -> str:
    """Why this address is not connected to; empty for a public one, and for one in an opened network.

    An opened network does not open what is embedded in its addresses: that has to be public or opened itself.
    """
    inner = embedded(address)
    if inner is not None and (reason := refusal(inner, opened)):
        return f"{reason}, inside {address}"
    if any(address in network for network in opened):
        return ""
    if getattr(address, "scope_id", None):
        return f"{address} belongs to one link"
    for network, name in SPECIAL:
        if address in network:
            return f"{address} is {name} ({network})"
    if address.version == 6 and address not in GLOBAL_UNICAST:
        return f"{address} is not assigned to anyone"
    return ""


@lru_cache(maxsize=256)
def networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks of `allow_networks`. Raises FetchError for one that can't be read."""
    try:
        return tuple(ip_network(name, strict=False) for name in names)
    except ValueError as error:
        raise FetchError("bad_source", f"allow_networks: {error}", advice='Write networks like "10.0.0.0/8".') from error


@lru_cache(maxsize=4096)
def literal(host: str) -> Address | None:
    """The address that a host is written as, or None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


async def checked(host: str, port: int, *, resolve: Resolver, opened: Sequence[Network] = ()) -> tuple[str, ...]:
    """All addresses of a host, every one fit to be connected to. Raises FetchError where a single one is not."""
    written = literal(host)
    found = [written] if written is not None else await _resolved(host, port, resolve)
    for address in found:
        _check(host, address, opened)
    return tuple(str(address) for address in found)


def check_literal(host: str, *, opened: Sequence[Network] = ()) -> None:
    """Check a host as far as it is written as an address: a name is for the proxy to resolve. Raises FetchError."""
    if (address := literal(host)) is not None:
        _check(host, address, opened)


def _check(host: str, address: Address, opened: Sequence[Network]) -> None:
    if reason := refusal(address, opened):
        raise FetchError("blocked_address", f"{host}: refused, because {reason}")


async def _resolved(host: str, port: int, resolve: Resolver) -> list[Address]:
    try:
        async with asyncio.timeout(RESOLVE_WITHIN):
            texts = await resolve(host, port)
        addresses = [ip_address(text) for text in dict.fromkeys(texts)]
    except TimeoutError as error:
        raise FetchError("dns", f"{host}: the name servers did not answer in time") from error
    except (OSError, UnicodeError) as error:
        raise unresolved(host, error) from error
    if not addresses:
        raise FetchError("dns", f"{host}: the name has no address")
    return addresses


class SystemResolver:
    """The machine's own resolver, in threads of its own so that a hanging name server holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> list[str]:
        """All addresses of a host. Raises OSError or UnicodeError."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        return [str(sockaddr[0]) for *_, sockaddr in found]

    def close(self) -> None:
        """Let go of the threads; look-ups under way end unheard."""
        self._threads.shutdown(wait=False, cancel_futures=True)
