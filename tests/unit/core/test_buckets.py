"""Token buckets."""

from __future__ import annotations

from aggregator.core.buckets import Buckets


def test_so_many_at_once_then_one_for_each_while() -> None:
    buckets = Buckets(size=3, seconds=10)
    assert [buckets.take("a", now=100) for _ in range(4)] == [0, 0, 0, 10]
    assert buckets.take("a", now=104) == 6
    assert [buckets.take("a", now=110) for _ in range(2)] == [0, 10]
    assert [buckets.take("a", now=1000) for _ in range(4)] == [0, 0, 0, 10]


def test_each_client_has_its_own_and_a_customer_of_ipv6_one_for_all_addresses() -> None:
    buckets = Buckets(size=1, seconds=10)
    assert [buckets.take(name, now=0) for name in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "")] == [0, 0, 10, 0]
    assert [buckets.take(name, now=0) for name in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")] == [0, 10, 0]


def test_to_ask_takes_nothing() -> None:
    buckets = Buckets(size=1, seconds=10)
    assert buckets.wait("a", now=0) == buckets.wait("a", now=0) == buckets.take("a", now=0) == 0
    assert buckets.wait("a", now=3) == 7


def test_a_clock_that_goes_back_gives_nothing() -> None:
    buckets = Buckets(size=1, seconds=10)
    buckets.take("a", now=100)
    assert buckets.take("a", now=0) == 10


def test_of_too_many_clients_the_quietest_is_forgotten() -> None:
    buckets = Buckets(size=1, seconds=10, most=50)
    for number in range(51):
        buckets.take(str(number), now=0)
    assert [buckets.wait(str(number), now=0) for number in (0, 1, 50)] == [0, 10, 10]
