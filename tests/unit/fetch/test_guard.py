import asyncio
import socket
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import pytest

from aggregator.fetch import guard
from aggregator.fetch.failures import FetchError

SPECIAL = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "100.100.100.200", "127.0.0.1",
    "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
    "192.0.0.8", "192.0.0.170", "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1",
    "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "233.252.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.254", "255.255.255.255", "::", "::1", "::2", "::7f00:1", "::127.0.0.1", "::8.8.8.8",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::127.0.0.1",
    "64:ff9b::8.8.8.8", "64:ff9b:1::10.0.0.1", "64:ff9b:1::8.8.8.8", "100::1", "100:0:0:1::1", "200::1", "400::1", "1000::1",
    "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:30::1", "2001:1ff::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "2620:4f:8000::1", "3ffe::1", "3fff::1", "4000::1",
    "5f00::1", "8000::1", "e000::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1",
    "feff::1", "ff02::1", "ff0e::1", "2a00:1450::5efe:127.0.0.1", "2a00:1450::200:5efe:10.0.0.1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "93.184.216.34", "100.63.255.255", "100.128.0.1", "126.255.255.255",
    "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.167.255.255", "198.17.255.255",
    "198.20.0.1", "203.0.112.1", "223.255.255.255", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e",
    "2400:cb00::1", "2003::1",
]  # fmt: skip


@pytest.mark.parametrize("address", SPECIAL)
def test_special_purpose_addresses_are_refused(address: str) -> None:
    assert guard.refusal(ip_address(address)) != ""


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_let_through(address: str) -> None:
    assert guard.refusal(ip_address(address)) == ""


def test_there_are_more_than_fifty_special_forms() -> None:
    assert len(set(SPECIAL)) > 50


def test_the_reason_names_the_network() -> None:
    assert guard.refusal(ip_address("169.254.169.254")) == "169.254.169.254 is link-local (169.254.0.0/16)"
    assert guard.refusal(ip_address("64:ff9b::10.0.0.1")) == "10.0.0.1 is private (10.0.0.0/8), inside 64:ff9b::a00:1"


@pytest.mark.parametrize(
    ("address", "opened", "refused"),
    [
        ("127.0.0.1", ["127.0.0.0/8"], False),
        ("127.0.0.1", ["10.0.0.0/8"], True),
        ("::1", ["127.0.0.0/8"], True),
        ("::1", ["::1/128"], False),
        ("::ffff:127.0.0.1", ["127.0.0.0/8"], True),  # a network opens its own addresses, not other ways to write them
        ("::ffff:127.0.0.1", ["::ffff:0:0/96"], True),  # what is inside has to be open too
        ("::ffff:127.0.0.1", ["::ffff:0:0/96", "127.0.0.0/8"], False),
        ("64:ff9b::8.8.8.8", ["64:ff9b::/96"], False),  # a network with NAT64 only
        ("64:ff9b::169.254.169.254", ["64:ff9b::/96"], True),
        ("2002:a00:1::1", ["2002::/16"], True),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", ["2001::/32"], True),  # 10.0.0.1 behind Teredo
    ],
)
def test_networks_are_opened_by_name(address: str, opened: list[str], refused: bool) -> None:
    networks = tuple(ip_network(name) for name in opened)
    assert bool(guard.refusal(ip_address(address), networks)) is refused


def resolving(*answers: Sequence[str] | OSError) -> guard.Resolver:
    """A resolver that gives these answers one after the other."""
    waiting = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        found = waiting.pop(0)
        if isinstance(found, OSError):
            raise found
        return found

    return resolve


def checked(host: str, resolve: guard.Resolver) -> tuple[str, ...]:
    return asyncio.run(guard.checked(host, 443, resolve=resolve))


def test_all_public_addresses_of_a_name_are_returned_once_and_in_order() -> None:
    assert checked("feed.test", resolving(["9.9.9.9", "2606:4700::1", "9.9.9.9"])) == ("9.9.9.9", "2606:4700::1")


@pytest.mark.parametrize("mixed", [["8.8.8.8", "127.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["2606:4700::1", "fe80::1%eth0"]])
def test_one_special_address_among_public_ones_refuses_the_name(mixed: list[str]) -> None:
    with pytest.raises(FetchError) as caught:
        checked("feed.test", resolving(mixed))
    assert caught.value.failed.kind == "blocked_address"


@pytest.mark.parametrize(
    "trouble", [socket.gaierror(socket.EAI_NONAME, "?"), socket.gaierror(socket.EAI_AGAIN, "?"), OSError("?"), []], ids=repr
)
def test_a_name_that_can_not_be_resolved_is_a_failure_of_dns(trouble: Sequence[str] | OSError) -> None:
    with pytest.raises(FetchError) as caught:
        checked("feed.test", resolving(trouble))
    assert caught.value.failed.kind == "dns"
    assert caught.value.failed.message.startswith("feed.test: ")


def test_a_literal_address_is_not_resolved() -> None:
    assert checked("8.8.8.8", resolving()) == ("8.8.8.8",)


def test_the_system_resolver_knows_this_machine() -> None:
    resolver = guard.SystemResolver()
    try:
        assert "127.0.0.1" in asyncio.run(resolver("127.0.0.1", 80))
    finally:
        resolver.close()


def test_a_network_that_can_not_be_read_says_so() -> None:
    with pytest.raises(FetchError) as caught:
        guard.networks(("10.0.0.0/99",))
    assert caught.value.failed.kind == "bad_source"
    assert "10.0.0.0/99" in caught.value.failed.message
