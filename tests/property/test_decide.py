"""Whatever an origin answers: a poll has a new state, and the next one lies ahead, within bounds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aggregator.core import decide, hosts, schedule
from aggregator.model import LONG_AGO, Failed, Fetched, Item, NotModified, Outcome, ParsedFeed, PollState, Source, Validators

TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(0), timedelta(days=3000))
FIELD = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"\A(max-age|s-maxage)=\d{1,30}(, no-cache)?\Z"),
    st.integers(-5, 10**30).map(str),
    st.datetimes().map(lambda at: at.strftime("%a, %d %b %Y %H:%M:%S GMT")),
)
HEADERS = st.dictionaries(
    st.sampled_from(["cache-control", "expires", "age", "date", "retry-after", "etag", "last-modified"]), FIELD, max_size=7
)
URLS = st.sampled_from(["", "https://example.org/feed", "https://example.org/new", "http://example.org/feed"])
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Fetched, url=URLS, body=st.binary(max_size=3), headers=HEADERS, permanent_url=URLS),
    st.builds(NotModified, url=URLS, headers=HEADERS, permanent_url=URLS),
    st.builds(
        Failed,
        kind=st.sampled_from(["gone", "dns", "status", "timeout"]),
        message=st.text(max_size=5),
        status=st.sampled_from([0, 404, 410, 429, 500, 503]),
        headers=HEADERS,
    ),
)
SOURCES = st.builds(
    Source,
    name=st.just("s"),
    url=st.just("https://example.org/feed"),
    every=st.none() | SPANS,
    min_every=SPANS,
    max_every=SPANS,
    translate_to=st.just(()),
)
STATES = st.builds(
    PollState,
    source=st.just("s"),
    url=URLS,
    configured_url=st.just("https://example.org/feed"),
    validators=st.builds(Validators, etag=st.text(max_size=5), last_modified=st.text(max_size=5), received=TIMES),
    interval=SPANS,
    polled_at=st.none() | TIMES,
    failures=st.integers(0, 10**6),
    moves=st.integers(0, 3),
    moved_to=URLS,
    gone=st.booleans(),
)
FEEDS = st.none() | st.builds(
    ParsedFeed,
    entries=st.just(()),
    ttl=st.none() | SPANS,
    skip_hours=st.lists(st.integers(-1, 25), max_size=25).map(tuple),
    skip_days=st.lists(st.integers(-1, 8), max_size=8).map(tuple),
)


@given(SOURCES, STATES, OUTCOMES, FEEDS, st.booleans(), TIMES, st.floats(0, 1))
def test_the_next_poll_lies_ahead_and_within_bounds(
    source: Source, state: PollState, outcome: Outcome, feed: ParsedFeed | None, changed: bool, now: datetime, jitter: float
) -> None:
    after = decide.after(source, state, outcome, feed=feed, digest="d", changed=changed, now=now, jitter=jitter)
    longest = max(source.every or timedelta(0), source.max_every, source.min_every, state.interval, schedule.LONGEST_RETRY_AFTER)
    assert now < after.due_at
    if not after.gone:
        assert after.due_at <= now + longest * 1.1 + timedelta(days=7)
    assert after.polled_at == now
    assert (after.failures == 0) is not isinstance(outcome, Failed)
    assert after.source == "s"
    assert after.configured_url == state.configured_url


@given(SOURCES, STATES, OUTCOMES, FEEDS, TIMES)
def test_a_due_time_is_never_earlier_for_being_spread(
    source: Source, state: PollState, outcome: Outcome, feed: ParsedFeed | None, now: datetime
) -> None:
    def due(jitter: float) -> datetime:
        return decide.after(source, state, outcome, feed=feed, digest="d", changed=False, now=now, jitter=jitter).due_at

    assert due(0) <= due(0.5) <= due(1) or (feed is not None and bool(feed.skip_hours or feed.skip_days))


@given(SOURCES, STATES, st.sampled_from([429, 503]), st.integers(0, 10**9), st.booleans(), TIMES, st.floats(0, 1))
def test_no_poll_is_due_inside_retry_after_up_to_two_days(
    source: Source, state: PollState, status: int, seconds: int, dated: bool, now: datetime, jitter: float
) -> None:
    now, asked = now.replace(microsecond=0), min(timedelta(seconds=seconds), timedelta(days=2))
    written = (now + min(timedelta(seconds=seconds), timedelta(days=9))).strftime("%a, %d %b %Y %H:%M:%S GMT") if dated else str(seconds)
    failed = Failed(kind="status", message="m", status=status, headers={"retry-after": written})
    after = decide.after(source, state, failed, feed=None, digest="", changed=False, now=now, jitter=jitter)
    block = hosts.block_of(replace(state, url="https://example.org/"), failed, now=now)
    assert after.due_at - now >= asked
    assert (block.until - now if block else timedelta(0)) >= asked


@settings(settings.get_profile("costly"))
@given(SOURCES, STATES, OUTCOMES, st.none() | SPANS, st.lists(TIMES, max_size=8), st.booleans(), TIMES, st.floats(0, 1))
def test_an_answer_is_followed_by_a_wait_between_the_least_interval_and_a_day(
    source: Source,
    state: PollState,
    outcome: Outcome,
    ttl: timedelta | None,
    dates: list[datetime],
    changed: bool,
    now: datetime,
    jitter: float,
) -> None:
    assume(not isinstance(outcome, Failed))
    feed = ParsedFeed(entries=(), ttl=ttl)
    after = decide.after(source, state, outcome, feed=feed, digest="d", changed=changed, now=now, jitter=jitter, dates=dates)
    wait, least, most = after.due_at - now, source.every or source.min_every, source.every or max(source.min_every, source.max_every)
    assert max(least, schedule.LEAST_WAIT) <= wait <= max(most, timedelta(days=1)) * 1.1
    assert after.rule in {"every", "adaptive", "ttl", "fresh"}


@given(SOURCES, STATES, OUTCOMES, TIMES, st.floats(0, 1))
def test_jitter_adds_a_tenth_at_most(source: Source, state: PollState, outcome: Outcome, now: datetime, jitter: float) -> None:
    def wait(jitter: float) -> timedelta:
        return decide.after(source, state, outcome, feed=None, digest="d", changed=False, now=now, jitter=jitter).due_at - now

    assert wait(0) <= wait(jitter) <= wait(0) * 1.1 + timedelta(microseconds=1)


@given(STATES, TIMES)
def test_a_request_sends_back_what_came_and_nothing_else(state: PollState, now: datetime) -> None:
    source = Source(name="s", url="https://example.org/feed")
    headers = decide.request_for(source, state, limits=decide.Limits(user_agent="us"), now=now).headers
    assert headers.get("If-None-Match", state.validators.etag) == state.validators.etag
    assert headers.get("If-Modified-Since", state.validators.last_modified) == state.validators.last_modified
    assert "" not in headers.values()


ITEMS = st.builds(
    Item,
    id=st.sampled_from("abc"),
    source=st.sampled_from(["s", "t"]),
    guid=st.just(""),
    url=st.just(""),
    title=st.just(""),
    html=st.just(""),
    summary=st.just(""),
    published=TIMES,
    language=st.just("en"),
    digest=st.sampled_from(["1", "2"]),
    flags=st.sampled_from([(), ("empty",)]),
)


@given(st.lists(ITEMS, max_size=8), st.lists(ITEMS, max_size=4))
def test_what_was_stored_is_no_change_the_next_time(items: list[Item], stored: list[Item]) -> None:
    known = {item.id: item for item in stored}
    changes = decide.changes(items, known, now=LONG_AGO)
    assert len({change.item.id for change in changes}) == len(changes)
    known |= {change.item.id: change.item for change in changes}
    assert decide.changes(items, known, now=LONG_AGO) == []
