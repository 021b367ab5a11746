from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from aggregator.core import decide
from aggregator.model import Failed, Fetched, Item, NotModified, Outcome, ParsedFeed, PollState, Source, Validators

NOW = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
URL, MOVED = "https://example.org/feed", "https://example.org/new"
SOURCE = Source(name="s", url=URL, every=30 * MINUTE)
LIMITS = decide.Limits(user_agent="us/1 (+https://example.org/bot)", timeout=20 * timedelta(seconds=1), max_bytes=123)
HELD = Validators(etag='W/"1, 2"', last_modified="Wed, 01 May 2024 08:00:00 GMT", received=NOW - HOUR)
STATE = PollState(source="s", url=URL, configured_url=URL, validators=HELD, body_digest="old", interval=30 * MINUTE, polled_at=NOW - HOUR)
FEED = ParsedFeed(entries=())


def after(
    state: PollState, outcome: Outcome, *, source: Source = SOURCE, feed: ParsedFeed | None = FEED, changed: bool = True
) -> PollState:
    return decide.after(source, state, outcome, feed=feed, digest="new", changed=changed, now=NOW, jitter=0)


def headers_for(state: PollState, source: Source = SOURCE, now: datetime = NOW) -> dict[str, str]:
    return dict(decide.request_for(source, state, limits=LIMITS, now=now).headers)


# -- requests


def test_a_request_is_conditional_and_honest() -> None:
    headers = headers_for(STATE)
    assert headers.pop("Accept").startswith("application/atom+xml, application/rss+xml")
    assert headers == {
        "User-Agent": LIMITS.user_agent,
        "If-None-Match": 'W/"1, 2"',
        "If-Modified-Since": "Wed, 01 May 2024 08:00:00 GMT",
        "A-IM": "feed",
    }


@pytest.mark.parametrize(
    ("etag", "date", "names"),
    [
        ("", "", set()),
        ('"1"', "", {"If-None-Match"}),
        ("", "x", {"If-Modified-Since"}),
        ('"1"', "x", {"If-None-Match", "If-Modified-Since"}),
    ],
)
def test_only_known_validators_are_sent(etag: str, date: str, names: set[str]) -> None:
    state = replace(STATE, validators=Validators(etag=etag, last_modified=date, received=NOW))
    assert {name for name in headers_for(state) if name.startswith("If-")} == names


def test_a_sources_own_settings_win() -> None:
    source = replace(
        SOURCE, user_agent="mine", headers={"accept": "text/plain", "X-Key": "k"}, proxy="http://p:1", allow_networks=("10.0.0.0/8",)
    )
    limits = replace(LIMITS, allow_networks=("127.0.0.0/8", "10.0.0.0/8"))
    request = decide.request_for(source, replace(STATE, validators=Validators()), limits=limits, now=NOW)
    assert request.headers == {"User-Agent": "mine", "accept": "text/plain", "X-Key": "k"}
    assert request.allow_networks == ("127.0.0.0/8", "10.0.0.0/8")
    assert (request.url, request.proxy, request.timeout, request.max_bytes) == (URL, "http://p:1", LIMITS.timeout, 123)


@pytest.mark.parametrize(("kind", "accept"), [("json", "application/json, */*;q=0.5"), ("a-plug-in", "*/*")])
def test_every_kind_says_what_it_reads(kind: str, accept: str) -> None:
    assert headers_for(STATE, replace(SOURCE, kind=kind))["Accept"] == accept


def test_a_learned_address_is_asked() -> None:
    assert decide.request_for(SOURCE, replace(STATE, url=MOVED), limits=LIMITS, now=NOW).url == MOVED


def test_full_answers_are_asked_for_after_eight_days_and_not_twice_in_24_hours() -> None:
    received = NOW - 30 * DAY
    state = replace(STATE, validators=replace(HELD, received=received), polled_at=None)
    full = []
    for number in range(30 * 24 * 2):  # every half hour, and the server never gives a full answer
        now = received + number * 30 * MINUTE
        if "If-None-Match" not in headers_for(state, now=now):
            full.append(now)
        state = replace(state, polled_at=now)
    assert full[0] == received + 8 * DAY
    assert min(later - sooner for sooner, later in pairwise(full)) >= DAY
    assert len(full) == 11


@pytest.mark.parametrize("every", [26 * HOUR, 17 * HOUR, 50 * HOUR])
def test_rare_polls_get_full_answers_too_and_never_within_24_hours(every: timedelta) -> None:
    state, full = replace(STATE, validators=replace(HELD, received=NOW)), []
    for number in range(60):
        now = NOW + 8 * DAY - 3 * HOUR + number // 2 * every + number % 2 * 2 * HOUR  # two polls, two hours apart
        if "If-None-Match" not in headers_for(state, now=now):
            full.append(now)
        state = replace(state, polled_at=now)
    assert len(full) > 5
    assert min(later - sooner for sooner, later in pairwise(full)) >= DAY


def test_a_full_answer_starts_the_eight_days_again() -> None:
    state = after(replace(STATE, validators=replace(HELD, received=NOW - 9 * DAY)), Fetched(url=URL, body=b"x", headers={"etag": '"2"'}))
    assert headers_for(state, now=NOW + 7 * DAY)["If-None-Match"] == '"2"'


# -- what follows from an outcome


@pytest.mark.parametrize(
    ("headers", "etag", "date"),
    [({"etag": '"2"', "last-modified": "x"}, '"2"', "x"), ({"etag": '"2"'}, '"2"', ""), ({"last-modified": "x"}, "", "x"), ({}, "", "")],
)
def test_a_full_answer_replaces_all_validators(headers: dict[str, str], etag: str, date: str) -> None:
    state = after(STATE, Fetched(url=URL, body=b"x", headers=headers))
    assert state.validators == Validators(etag=etag, last_modified=date, received=NOW)
    assert state.body_digest == "new"


@pytest.mark.parametrize(("headers", "etag"), [({"etag": '"2"'}, '"2"'), ({}, HELD.etag)])
def test_a_304_brings_new_validators_or_keeps_the_old(headers: dict[str, str], etag: str) -> None:
    state = after(STATE, NotModified(url=URL, headers=headers), feed=None, changed=False)
    assert state.validators == replace(HELD, etag=etag)
    assert state.body_digest == "old"


def test_a_delta_is_not_the_whole_document() -> None:
    state = after(STATE, Fetched(url=URL, body=b"x", status=226, headers={"etag": '"2"'}))
    assert state.validators == Validators(etag='"2"', received=HELD.received)
    assert state.body_digest == "old"


def test_success_ends_all_trouble() -> None:
    troubled = replace(STATE, failures=5, error_kind="dns", error="e", advice="a", gone=True, status=410)
    state = after(troubled, NotModified(url=URL), feed=None, changed=False)
    assert (state.failures, state.error_kind, state.error, state.advice, state.gone, state.status) == (0, None, "", "", False, 304)


def test_news_and_no_news_are_told_apart() -> None:
    fetched = Fetched(url=URL, body=b"x")
    assert after(STATE, fetched).changed_at == NOW
    assert after(replace(STATE, changed_at=NOW - DAY), fetched, changed=False).changed_at == NOW - DAY


@pytest.mark.parametrize(
    ("headers", "feed", "wait"),
    [
        ({}, FEED, 30 * MINUTE),
        ({"cache-control": "max-age=60"}, FEED, 30 * MINUTE),
        ({"cache-control": "max-age=7200"}, FEED, 2 * HOUR),
        ({"cache-control": "max-age=31536000"}, FEED, DAY),
        ({"expires": "Wed, 01 May 2024 14:30:00 GMT"}, FEED, 2 * HOUR),
        ({}, ParsedFeed(entries=(), ttl=HOUR), HOUR),
        ({"cache-control": "max-age=7200"}, ParsedFeed(entries=(), ttl=3 * HOUR), 3 * HOUR),
        ({}, ParsedFeed(entries=(), skip_hours=(13,)), 90 * MINUTE),
        ({"retry-after": "7200"}, FEED, 30 * MINUTE),  # says nothing on a success
    ],
)
def test_the_longest_wish_decides_the_next_poll(headers: dict[str, str], feed: ParsedFeed, wait: timedelta) -> None:
    assert after(STATE, Fetched(url=URL, body=b"x", headers=headers), feed=feed).due_at == NOW + wait


def test_max_age_holds_on_a_304_too() -> None:
    answer = NotModified(url=URL, headers={"cache-control": "max-age=7200"})
    assert after(STATE, answer, feed=None, changed=False).due_at == NOW + 2 * HOUR


@pytest.mark.parametrize(
    ("headers", "hours"),
    [
        ({}, 7),
        ({"cache-control": "max-age=18000"}, 5),
        ({"cache-control": "no-cache"}, 0.5),
        ({"expires": "Wed, 01 May 2024 15:30:00 GMT"}, 3),
    ],
)
def test_a_304_that_says_nothing_of_freshness_keeps_that_of_the_full_answer(headers: dict[str, str], hours: float) -> None:
    full = after(STATE, Fetched(url=URL, body=b"", headers={"cache-control": "max-age=25200"}))
    assert after(full, NotModified(url=URL, headers=headers)).due_at == NOW + hours * HOUR


@pytest.mark.parametrize(
    ("status", "headers", "failures", "wait"),
    [
        (500, {}, 0, 30 * MINUTE),
        (500, {}, 1, HOUR),
        (500, {}, 50, DAY),
        (429, {"retry-after": "7200"}, 0, 2 * HOUR),
        (503, {"retry-after": "Wed, 01 May 2024 15:30:00 GMT"}, 0, 3 * HOUR),
        (503, {"retry-after": "60"}, 3, 4 * HOUR),
        (429, {"retry-after": "8640000"}, 0, 2 * DAY),
        (500, {"retry-after": "7200"}, 0, 30 * MINUTE),
        (0, {}, 2, 2 * HOUR),
    ],
)
def test_failures_back_off(status: int, headers: dict[str, str], failures: int, wait: timedelta) -> None:
    failed = Failed(kind="status", message="m", advice="a", status=status, headers=headers)
    state = after(replace(STATE, failures=failures), failed, feed=None, changed=False)
    assert state.due_at == NOW + wait
    assert (state.failures, state.error_kind, state.error, state.advice, state.status) == (failures + 1, "status", "m", "a", status)
    assert (state.validators, state.body_digest, state.interval, state.polled_at) == (HELD, "old", STATE.interval, NOW)


def test_gone_stops_polling_until_someone_asks() -> None:
    gone = after(STATE, Failed(kind="gone", message="m", status=410), feed=None, changed=False)
    assert gone.gone
    assert gone.due_at > NOW + 1000 * DAY
    still = after(gone, Failed(kind="timeout", message="m"), feed=None, changed=False)
    assert still.gone
    back = after(gone, Fetched(url=URL, body=b"x"))
    assert not back.gone
    assert back.due_at == NOW + 30 * MINUTE


# -- moving


def moved(state: PollState, *places: str) -> PollState:
    for place in places:
        state = after(state, NotModified(url=place or state.url, permanent_url=place), feed=None, changed=False)
    return state


@pytest.mark.parametrize(
    ("places", "url", "moves"),
    [
        ([MOVED], URL, 1),
        ([MOVED, MOVED], URL, 2),
        ([MOVED, MOVED, MOVED], MOVED, 0),
        ([MOVED, MOVED, "", MOVED], URL, 1),
        ([MOVED, MOVED, MOVED + "2", MOVED], URL, 1),
        (["http://example.org/feed"] * 5, URL, 0),
        ([URL] * 5, URL, 0),
    ],
)
def test_three_permanent_redirects_in_a_row_to_one_place_are_learned(places: list[str], url: str, moves: int) -> None:
    state = moved(STATE, *places)
    assert (state.url, state.moves) == (url, moves)
    assert state.configured_url == URL
    assert state.validators == HELD


def test_a_failure_between_two_redirects_does_not_count() -> None:
    state = after(moved(STATE, MOVED, MOVED), Failed(kind="timeout", message="m"), feed=None, changed=False)
    assert moved(state, MOVED).url == MOVED


def test_a_learned_address_that_fails_is_given_up_for_the_configured_one() -> None:
    state = replace(STATE, url=MOVED)
    for url in (MOVED, MOVED, URL):
        state = after(state, Failed(kind="status", message="m", status=404), feed=None, changed=False)
        assert state.url == url
    assert state.validators == Validators()


def test_gone_at_a_learned_address_goes_back_first() -> None:
    state = after(replace(STATE, url=MOVED), Failed(kind="gone", message="m", status=410), feed=None, changed=False)
    assert (state.url, state.gone, state.due_at) == (URL, False, NOW + 30 * MINUTE)


def test_a_failure_of_ours_counts_for_nothing_for_a_day_at_most() -> None:
    def again(state: PollState) -> PollState:
        failed = Failed(kind="connect", message="m")
        return decide.after(SOURCE, state, failed, feed=None, digest="", changed=False, now=NOW, jitter=0, our_outage=True)

    state = again(replace(STATE, failures=2))
    assert (state.failures, state.spared, state.due_at, state.rule) == (2, 1, NOW + 5 * MINUTE, "outage")
    assert again(replace(STATE, spared=decide.SPARED_AT_MOST)).failures == 1
    assert after(state, NotModified(url=URL), feed=None, changed=False).spared == 0


# -- beginnings


def test_a_new_source_is_due_at_once() -> None:
    state = decide.first_state(SOURCE, now=NOW)
    assert state == PollState(source="s", url=URL, configured_url=URL, due_at=NOW, interval=30 * MINUTE)
    assert decide.adopt(SOURCE, state, now=NOW + DAY) is state


def test_another_configured_address_forgets_what_was_learned() -> None:
    state = replace(STATE, url=MOVED, gone=True, moves=2, due_at=NOW + DAY, failures=4)
    other = replace(SOURCE, url="https://example.com/other")
    assert decide.adopt(other, state, now=NOW) == decide.first_state(other, now=NOW)


# -- changes and jobs


def item(
    id: str = "1", *, digest: str = "d", source: str = "s", flags: tuple[str, ...] = (), day: int = 1, language: str = "zh-CN"
) -> Item:
    return Item(
        id=id, source=source, guid="", url="https://example.org/1", title="t", html="", summary="", language=language,
        published=datetime(2024, 5, day, tzinfo=UTC), digest=digest, flags=flags,
    )  # fmt: skip


def test_new_items_keep_the_order_of_the_document_and_the_first_of_an_id_counts() -> None:
    items = [item("b", digest="1"), item("a"), item("b", digest="2")]
    assert [(change.item.id, change.item.digest, change.kind) for change in decide.changes(items, {}, now=NOW)] == [
        ("b", "1", "new"),
        ("a", "d", "new"),
    ]


def test_an_item_of_two_sources_is_translated_into_what_either_wants() -> None:
    sources = {name: replace(SOURCE, name=name, translate_to=(target,)) for name, target in (("s", "ja"), ("other", "de"))}
    linked = replace(item(), also_in=("other", "no source any more"))
    assert [(job.language, job.source) for job in decide.work_for(linked, sources, now=NOW)] == [("ja", "s"), ("de", "s")]
    sources["s"] = replace(sources["s"], full_text=True)
    assert [(job.language, job.source) for job in decide.work_for(linked, sources, now=NOW)] == [("", "s")]


def test_jobs_are_for_every_wanted_language_but_its_own() -> None:
    source = replace(SOURCE, translate_to=("en", "zh-CN", "ja", "en"))
    jobs = decide.jobs_for(item(flags=("empty",)), {source.name: source}, now=NOW)
    assert [(job.item_id, job.language, job.source, job.digest, job.due_at) for job in jobs] == [
        ("1", "en", "s", "d", NOW),
        ("1", "ja", "s", "d", NOW),
    ]


def test_the_own_language_is_not_translated_but_hong_kong_is_converted_for_taiwan() -> None:
    source = Source(name="s", url="https://a.example/", translate_to=("zh-HK", "zh-MO", "zh-TW", "zh-CN", "en-GB"))
    of_hong_kong = decide.jobs_for(replace(item(), language="zh-HK"), {source.name: source}, now=NOW)
    assert [job.language for job in of_hong_kong] == ["zh-TW", "zh-CN", "en-GB"]
    of_america = decide.jobs_for(replace(item(), language="en-US"), {source.name: source}, now=NOW)
    assert [job.language for job in of_america] == ["zh-HK", "zh-MO", "zh-TW", "zh-CN"]
