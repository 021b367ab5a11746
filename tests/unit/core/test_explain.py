from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from aggregator.core import decide
from aggregator.core.explain import RULES, Explanation, explain
from aggregator.model import Block, Failed, Fetched, Outcome, ParsedFeed, Polled, PollState, Rule, Source

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOURCE = Source(name="paper", url="https://paper.example/feed")
LIMITS = decide.Limits(user_agent="test/1")
FEED = ParsedFeed(entries=(), ttl=60 * MINUTE)


def after(outcome: Outcome, *, feed: ParsedFeed | None = None, state: PollState | None = None, jitter: float = 0.0) -> PollState:
    state = state or decide.first_state(SOURCE, now=NOW)
    return decide.after(SOURCE, state, outcome, feed=feed, digest="d", changed=True, now=NOW, jitter=jitter)


def told(state: PollState, *history: Polled, block: Block | None = None, now: datetime = NOW) -> Explanation:
    return explain(SOURCE, state, history, limits=LIMITS, block=block, now=now)


def answer(**headers: str) -> Fetched:
    return Fetched(url=SOURCE.url, body=b"", headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_every_rule_has_words() -> None:
    assert set(RULES) == set(get_args(Rule))


@pytest.mark.parametrize(
    ("outcome", "feed", "rule", "asks_for"),
    [
        (answer(), None, "adaptive", 15 * MINUTE),
        (answer(cache_control="max-age=2400"), None, "fresh", 40 * MINUTE),
        (answer(cache_control="max-age=2400"), FEED, "ttl", 60 * MINUTE),
        (Failed(kind="status", message="no", status=503, headers={"retry-after": "7200"}), None, "retry-after", 120 * MINUTE),
        (Failed(kind="status", message="no", status=500), None, "back-off", 30 * MINUTE),
    ],
)
def test_the_rule_that_decided_is_told(outcome: Outcome, feed: ParsedFeed | None, rule: str, asks_for: timedelta) -> None:
    state = after(outcome, feed=feed)
    reasons = told(state)
    assert [(weighed.rule, weighed.asks_for) for weighed in reasons.weighed if weighed.decided] == [(rule, asks_for)]
    assert reasons.weighed[0].decided  # the longest stands first
    assert f"[{rule}; " in reasons.due
    assert state.due_at == NOW + asks_for


def test_chance_and_skipped_hours_are_told() -> None:
    assert "90 seconds were added by chance" in told(after(answer(), jitter=1.0)).due
    skipping = after(answer(), feed=replace(FEED, skip_hours=(13,)))
    assert "[skip; " in told(skipping).due
    assert skipping.due_at.hour == 14


def test_a_host_that_wants_to_be_left_alone_is_told() -> None:
    block = Block(host="paper.example", until=NOW + 90 * MINUTE, reason="429 Too Many Requests")
    reasons = told(after(answer()), block=block)
    assert reasons.due.endswith("Its host paper.example is left alone until 2024-05-01 13:30:00Z all the same: 429 Too Many Requests.")


def test_a_source_that_is_gone_is_not_due() -> None:
    reasons = told(after(Failed(kind="gone", message="gone", status=410)))
    assert reasons.due.startswith("It is not polled any more: its server says that it is gone for good")


def test_why_it_was_polled_then() -> None:
    first = Polled(source="paper", at=NOW, outcome="fetched", status=200, new=3, next_due=NOW + 15 * MINUTE, rule="ttl")
    state = after(answer())
    assert told(state).polled == "It was never polled."
    assert told(state, first).polled == (
        "It was last polled at 2024-05-01 12:00:00Z: fetched (200), 3 new, 0 updated. That was its first poll."
    )
    in_time = Polled(source="paper", at=NOW + 16 * MINUTE, outcome="not modified", status=304)
    assert "not modified (304). It was due since 2024-05-01 12:15:00Z, because its document asks" in told(state, in_time, first).polled
    early = replace(in_time, at=NOW + 5 * MINUTE)
    assert "It was due 10 minutes later only: somebody asked for it" in told(state, early, first).polled


def test_what_the_next_request_asks_for() -> None:
    assert "its server gave nothing" in told(after(answer())).request
    known = after(answer(etag='"1"', last_modified="Wed, 01 May 2024 00:00:00 GMT"))
    assert "it sends If-None-Match, If-Modified-Since, A-IM as" in told(known).request
    old = told(known, now=NOW + timedelta(days=8, hours=1))
    assert old.request == "The next request asks for everything: the last full answer is 8 days old."
