"""What a subscriber does, and when."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import decide, websub
from aggregator.core.reading import Reading
from aggregator.model import Change, Fetched, Item, NotModified, ParsedFeed, PollState, Source, Subscription

NOW = datetime(2024, 5, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HUB, TOPIC = "https://hub.example/", "https://example.org/feed"
HELD = Subscription(source="s", hub=HUB, topic=TOPIC, token="t" * 43, secret="s" * 43)
STATE = PollState(source="s", url=TOPIC, configured_url=TOPIC, websub_hub=HUB, websub_topic=TOPIC, polled_at=NOW, interval=HOUR)
ITEM = Item(id="1", source="s", guid="", url="", title="", html="", summary="", published=NOW, language="en")


def asked(state: PollState, held: Subscription | None, *, now: datetime = NOW) -> Subscription:
    return websub.asked(state, held, token="new-token", secret="new-secret", now=now)


@pytest.mark.parametrize(
    ("headers", "feed", "found"),
    [
        ({}, ParsedFeed(entries=()), ("", "")),
        ({}, None, ("", "")),
        ({}, ParsedFeed(entries=(), self_url=TOPIC), ("", "")),
        ({}, ParsedFeed(entries=(), hub=HUB, self_url="https://example.org/self"), (HUB, "https://example.org/self")),
        ({}, ParsedFeed(entries=(), hub=HUB), (HUB, TOPIC)),
        ({"link": f'<{HUB}>; rel="hub", <https://example.org/head>; rel="self"'}, None, (HUB, "https://example.org/head")),
        ({"link": f'<{HUB}>; rel="hub"'}, ParsedFeed(entries=(), hub="https://other.example/", self_url="/self"), (HUB, "https://example.org/self")),
    ],
)  # fmt: skip
def test_header_fields_go_before_the_document(headers: dict[str, str], feed: ParsedFeed | None, found: tuple[str, str]) -> None:
    assert websub.advertised(headers, feed, url=TOPIC) == found


def test_a_304_keeps_the_hub_and_a_document_without_one_takes_it_back() -> None:
    assert websub.noted(STATE, NotModified(url=TOPIC), None).websub_hub == HUB
    assert websub.noted(STATE, Fetched(url=TOPIC, body=b""), ParsedFeed(entries=())).websub_hub == ""


@pytest.mark.parametrize(
    ("base_url", "hub", "opened", "possible"),
    [
        ("https://news.example.org", HUB, [], True),
        ("https://93.184.216.34", HUB, [], True),
        ("http://127.0.0.1:8080", HUB, [], False),
        ("http://localhost:8080", HUB, ["127.0.0.0/8"], False),
        ("http://127.0.0.1:8080", "http://127.0.0.1:9000/", ["127.0.0.0/8"], True),
        ("http://127.0.0.1:8080", "http://localhost:9000/", ["127.0.0.0/8"], True),
        ("http://127.0.0.1:8080", "http://10.0.0.1/", ["127.0.0.0/8"], False),
        ("http://10.1.2.3", HUB, [], False),
        ("http://news", HUB, [], False),
        ("http://news.local", HUB, [], False),
        ("http://[::1]:8080", HUB, [], False),
    ],
)
def test_no_hub_is_asked_that_can_not_call_back(base_url: str, hub: str, opened: list[str], possible: bool) -> None:
    assert websub.can_be_called(base_url, hub, opened=opened) is possible


def test_a_request_names_everything_a_hub_needs() -> None:
    form = websub.form(asked(STATE, None), base_url="https://news.example.org/")
    assert form == {
        "hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": "https://news.example.org/websub/new-token",
        "hub.secret": "new-secret", "hub.lease_seconds": "864000",
    }  # fmt: skip
    assert urlsplit(form["hub.callback"]).query == ""


def test_a_renewal_keeps_callback_and_secret_and_another_hub_or_topic_gets_new_ones() -> None:
    assert (asked(STATE, HELD).token, asked(STATE, HELD).secret) == (HELD.token, HELD.secret)
    for other in (replace(STATE, websub_hub="https://b.example/"), replace(STATE, websub_topic="https://b.example/")):
        assert (asked(other, HELD).token, asked(other, HELD).secret) == ("new-token", "new-secret")
        assert websub.is_due(replace(HELD, state="denied"), other, now=NOW)


def test_a_hub_that_does_not_confirm_is_asked_again_later_each_time() -> None:
    held, now, waits = asked(STATE, None), NOW, []
    for _ in range(7):
        assert not websub.is_due(held, STATE, now=held.due_at - timedelta(microseconds=1))
        assert websub.is_due(held, STATE, now=held.due_at)
        waits.append((held.due_at - now) / HOUR)
        now = held.due_at
        held = asked(STATE, websub.refused(held, "no"), now=now)
    assert waits == [1, 2, 4, 8, 16, 24, 24]


@given(st.integers(0, 10**12))
def test_a_lease_is_renewed_before_its_end(seconds: int) -> None:
    held = websub.confirmed(asked(STATE, HELD), topic=TOPIC, lease_seconds=str(seconds), now=NOW)
    assert held is not None
    assert NOW < held.due_at < held.lease_end <= NOW + websub.LONGEST_LEASE
    assert (held.state, held.failures) == ("active", 0)


@pytest.mark.parametrize(
    ("topic", "lease"), [(TOPIC + "/", "60"), ("", "60"), (TOPIC.upper(), "60"), (TOPIC, ""), (TOPIC, "-1"), (TOPIC, "x")]
)
def test_only_what_was_asked_for_is_confirmed(topic: str, lease: str) -> None:
    assert websub.confirmed(HELD, topic=topic, lease_seconds=lease, now=NOW) is None


def test_a_denied_subscription_is_not_asked_for_again_nor_confirmed_nor_relied_on() -> None:
    held = websub.denied(replace(HELD, state="active", trusted=True, lease_end=NOW + DAY), topic=TOPIC, reason="no \n money")
    assert held is not None
    assert held.error == "the hub denied it: no money"
    assert not websub.is_due(held, STATE, now=NOW + 99 * DAY)
    assert websub.confirmed(held, topic=TOPIC, lease_seconds="60", now=NOW) is None
    assert not websub.works(websub.pushed(held, now=NOW), now=NOW)
    assert websub.denied(HELD, topic="https://other.example/", reason="") is None


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_is_that_of_the_body_by_the_secret(method: str) -> None:
    right = hmac.new(b"secret", b"body", getattr(hashlib, method)).hexdigest()
    assert websub.is_signed(b"body", f"{method}={right}", secret="secret")
    assert websub.is_signed(b"body", f"{method.upper()}={right.upper()}", secret="secret")
    assert not websub.is_signed(b"body", f"{method}={right}", secret="other")
    assert not websub.is_signed(b"Body", f"{method}={right}", secret="secret")
    assert not websub.is_signed(b"body", f"{method}={right[:-1]}", secret="secret")
    assert not websub.is_signed(b"body", right, secret="secret")


@given(st.text(max_size=80))
def test_nothing_else_is_a_signature(signature: str) -> None:
    assert not websub.is_signed(b"body", signature, secret="secret")
    assert not websub.is_signed(b"body", f"sha256={signature}", secret="secret")


def test_md5_is_no_signature() -> None:
    right = hmac.new(b"secret", b"body", hashlib.md5).hexdigest()
    assert not websub.is_signed(b"body", f"md5={right}", secret="secret")


def test_a_hub_is_relied_on_while_it_brings_everything_and_its_lease_runs() -> None:
    active = replace(HELD, state="active", lease_end=NOW + DAY)
    assert not websub.works(active, now=NOW)  # it has brought nothing yet
    relied = websub.pushed(active, now=NOW)
    assert websub.works(relied, now=NOW)
    assert not websub.works(relied, now=NOW + DAY)
    found = Reading(outcome=Fetched(url=TOPIC, body=b""), changes=(Change(item=ITEM, kind="new"),))
    assert not websub.works(websub.polled(relied, found), now=NOW)
    delivered = replace(found, outcome=Fetched(url=TOPIC, body=b"", pushed=True))
    assert websub.works(websub.polled(relied, delivered), now=NOW)


def test_a_delivery_leaves_validators_and_failures_as_they_are_and_the_origin_alone_for_a_day() -> None:
    state = replace(STATE, due_at=NOW + HOUR, failures=2, body_digest="d", error="no")
    delivered = Fetched(url=TOPIC, body=b"", status=226, pushed=True)
    source = Source(name="s", url=TOPIC)
    after = decide.after(source, state, delivered, feed=ParsedFeed(entries=()), digest="x", changed=True, now=NOW + HOUR / 2, jitter=0)
    assert after == replace(state, due_at=NOW + DAY, rule="push", changed_at=NOW + HOUR / 2)
    assert websub.own_due(after, now=NOW + 2 * HOUR) == NOW + 2 * HOUR
    assert websub.own_due(after, now=NOW + HOUR / 2) == NOW + HOUR
