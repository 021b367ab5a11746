"""What a subscriber of WebSub does, and when; and what a publisher tells its hub (W3C Recommendation of 23 January 2018).

| rule | section |
|---|---|
| the hub and the topic stand in Link fields, or else in the document | 4 |
| a secret goes with every subscription, under 200 bytes | 5.1 |
| a subscription is renewed before its lease ends | 5.1 |
| an intent is confirmed for the topic that was asked for and no other | 5.3.1 |
| a denied subscription is not asked for again | 5.2 |
| a delivery with a wrong signature is acknowledged, and ignored | 7.1 |
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import quote, urljoin, urlsplit

from aggregator.core import gaps, identity, linkheader, retry, schedule, states
from aggregator.core.reading import Reading
from aggregator.model import Block, Document, Fetched, NotModified, ParsedFeed, PollState, Rule, Subscription, Topic

LEASE_WANTED = timedelta(days=10)
LONGEST_LEASE = timedelta(days=366)
SHORTEST_LEASE = timedelta(seconds=1)
RENEWED_AFTER = 0.75  # of the lease
ANSWER_WITHIN = timedelta(hours=1)  # a hub that takes longer to verify is asked again
MOST_ATTEMPTS = 12  # to tell a hub of a change: in a day and a half
MOST_BYTES = 5 * 1024 * 1024  # of a delivery
PATH = "/websub/"
HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
NOT_PUBLIC = ("localhost", "local", "internal", "lan", "home.arpa", "test", "invalid", "example")


def topics(documents: Iterable[Document], *, base_url: str) -> dict[str, str]:
    """The addresses that a hub knows feeds by, each with the digest of what stands there."""
    base = base_url.rstrip("/")
    feeds = (document for document in documents if document.root == "feeds" and not document.path.endswith(".css"))
    return {f"{base}/feeds/{quote(document.path)}": identity.body_digest(document.data) for document in feeds}


def ping(topic: str) -> dict[str, str]:
    """What a hub is told of a topic that has changed. WebSub leaves it open; hubs take one of these names or the other."""
    return {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}


def told_again(topic: Topic, block: Block | None, *, now: datetime, jitter: float) -> datetime | None:
    """When a hub that could not be told is told again, later each time; None after so many failures: it is told of the next change."""
    if topic.attempts + 1 >= MOST_ATTEMPTS:
        return None
    return retry.due_again(topic.attempts + 1, after=block.until - now if block else None, now=now, jitter=jitter)


def advertised(headers: Mapping[str, str], feed: ParsedFeed | None, *, url: str) -> tuple[str, str]:
    """The hub and the topic that an answer names, or two empty strings where it names no hub. The topic is its own address by default."""
    field = headers.get("link", "")
    hub = linkheader.related(field, "hub", base=url) or (urljoin(url, feed.hub) if feed and feed.hub else "")
    topic = linkheader.related(field, "self", base=url) or (urljoin(url, feed.self_url) if feed and feed.self_url else "")
    return (hub, topic or url) if hub else ("", "")


def can_be_called(base_url: str, hub: str, *, opened: Sequence[str]) -> bool:
    """Whether a hub can reach a callback under `base_url`: it is public, or the hub itself stands in an opened network."""
    return _is_public(_host(base_url)) or any(_in(_host(hub), network) for network in opened)


def is_due(held: Subscription, state: PollState, *, now: datetime) -> bool:
    """Whether the hub is to be asked: another one is advertised or another topic, or it is time again."""
    return not _is_same(held, state) or (held.state != "denied" and held.due_at <= now)


def asked(state: PollState, held: Subscription | None, *, token: str, secret: str, now: datetime) -> Subscription:
    """The subscription that a request is made for: the one that is held, or a new one where another hub or topic is advertised.

    Until the hub confirms it, it is asked again, later each time.
    """
    fresh = Subscription(source=state.source, hub=state.websub_hub, topic=state.websub_topic, token=token, secret=secret)
    kept = held if held and _is_same(held, state) else fresh
    failures = kept.failures + 1
    return replace(kept, failures=failures, due_at=now + schedule.back_off(ANSWER_WITHIN, failures))


def _is_same(held: Subscription, state: PollState) -> bool:
    return (held.hub, held.topic) == (state.websub_hub, state.websub_topic)


def form(subscription: Subscription, *, base_url: str) -> dict[str, str]:
    """The request that a hub gets (section 5.1)."""
    return {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": base_url.rstrip("/") + PATH + subscription.token,
        "hub.secret": subscription.secret,
        "hub.lease_seconds": str(int(LEASE_WANTED.total_seconds())),
    }


def refused(subscription: Subscription, error: str) -> Subscription:
    """The hub could not be asked, or said no. A lease that still runs goes on."""
    return replace(subscription, error=error)


def polled(subscription: Subscription, reading: Reading) -> Subscription:
    """The subscription after a poll: a hub that did not bring what the poll has found is not relied on any more."""
    delivered = isinstance(reading.outcome, Fetched) and reading.outcome.pushed
    return subscription if delivered or not reading.changes else distrusted(subscription)


def distrusted(subscription: Subscription) -> Subscription:
    """A subscription that is not relied on, until it brings something again."""
    return replace(subscription, trusted=False)


def confirmed(subscription: Subscription, *, topic: str, lease_seconds: str, now: datetime) -> Subscription | None:
    """The subscription after a hub's question whether it was meant; None where it was not."""
    if topic != subscription.topic or subscription.state == "denied" or not lease_seconds.isdecimal():
        return None
    lease = max(min(timedelta(seconds=int(lease_seconds[:9])), LONGEST_LEASE), SHORTEST_LEASE)
    return replace(subscription, state="active", lease_end=now + lease, due_at=now + lease * RENEWED_AFTER, failures=0, error="")


def denied(subscription: Subscription, *, topic: str, reason: str) -> Subscription | None:
    """The subscription after a hub's refusal; None where that is about another topic."""
    error = f"the hub denied it: {' '.join(reason.split())[:200]}" if reason.strip() else "the hub denied it"
    return replace(subscription, state="denied", trusted=False, error=error) if topic == subscription.topic else None


def is_signed(body: bytes, signature: str, *, secret: str) -> bool:
    """Whether the X-Hub-Signature field is that of this body, compared in constant time (section 7.1)."""
    method, _, given = signature.strip().partition("=")
    algorithm = HASHES.get(method.lower())
    if algorithm is None or not given.isascii():
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, algorithm).hexdigest(), given.lower())


def pushed(subscription: Subscription, *, now: datetime) -> Subscription:
    """The subscription after a delivery that was taken in: from now on it is relied on."""
    return replace(subscription, trusted=True, pushed_at=now)


def works(subscription: Subscription | None, *, now: datetime) -> bool:
    """Whether the hub can be relied on to bring what is new."""
    return subscription is not None and subscription.trusted and subscription.state == "active" and now < subscription.lease_end


def noted(state: PollState, outcome: Fetched | NotModified, feed: ParsedFeed | None) -> PollState:
    """The state with the hub that an answer names. An answer without a document, and without a word of a hub, does not take it back."""
    hub, topic = advertised(outcome.headers, feed, url=outcome.url)
    return states.changed(state, websub_hub=hub, websub_topic=topic) if hub or feed is not None else state


def after_push(state: PollState, marks: Sequence[str], *, known: tuple[str, ...], changed: bool, now: datetime) -> PollState:
    """What a hub delivered adds to what is known and says nothing of the origin, which is left alone for a day after its last poll."""
    due_at = max(state.due_at, (state.polled_at or now) + schedule.WHILE_PUSHED)
    rule: Rule = state.rule if due_at == state.due_at else "push"
    noted = gaps.noted(state, marks, None, delta=True, now=now)
    return replace(noted, known=known, due_at=due_at, rule=rule, changed_at=now if changed else state.changed_at)


def own_due(state: PollState, *, now: datetime) -> datetime:
    """When a source is due by its own rhythm, once nothing is pushed any more."""
    return min(state.due_at, max((state.polled_at or now) + state.interval, now))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not any(host == name or host.endswith(f".{name}") for name in NOT_PUBLIC)


def _in(host: str, network: str) -> bool:
    try:
        return ip_address("127.0.0.1" if host == "localhost" else host) in ip_network(network, strict=False)
    except ValueError:
        return False
