"""What follows from what: which request to make, what an outcome means for a source, what changed, what to translate.

| rule | from |
|---|---|
| validators go back byte for byte, both when both are known | RFC 9110 section 13.1 |
| with other settings for how it is read a source is asked for everything, once | |
| a full answer's validators replace the old ones, missing ones too | RFC 9110 section 8.8 |
| a 304's headers update what is stored | RFC 9111 section 4.3.4 |
| what was configured for one origin goes to no other, a learned address's included | RFC 9110 section 15.4 |
| a server may answer with what is new alone, where we hold an entity tag | RFC 3229 section 10.4.1 |
| no request inside Retry-After, on 429 and 503 | RFC 9110 section 10.2.3, RFC 6585 section 4 |
| the next poll is not before max-age or Expires | RFC 9111 section 4.2 |
| 301 and 308 are learned after several in a row | RFC 9110 sections 15.4.2 and 15.4.9 |
| 429, and 503 with Retry-After, hold for the whole host | RFC 6585 section 4 |
| a document without overlap shortens the interval, and older pages are read | RFC 5005 |
| 410 ends polling until a person asks | RFC 9110 section 15.5.11 |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from aggregator.core import (
    caching,
    familiar,
    fulltext,
    gaps,
    health,
    hosts,
    language,
    masthead,
    revisions,
    schedule,
    states,
    twins,
    websub,
    withholding,
)
from aggregator.core.reading import Gap
from aggregator.model import (
    Change,
    Failed,
    Fetched,
    Item,
    Job,
    NotModified,
    Outcome,
    ParsedFeed,
    PollState,
    Request,
    Source,
    Validators,
    Wait,
)

ACCEPT = {  # RFC 9110 section 12.5.1; what each kind of source reads best, and whatever there is after that
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5",
    "json": "application/json, */*;q=0.5",
    "html": "text/html, application/xhtml+xml, */*;q=0.5",
}
CONDITIONS = ("If-None-Match", "If-Modified-Since", "A-IM")
VALIDATORS_HOLD = timedelta(days=8)  # some servers answer 304 for ever
FULL_ANSWER_EVERY = timedelta(days=1)
MOVES_TO_LEARN = 3
FAILURES_TO_RETURN = 3  # in a row at a learned address, before the configured one is tried again
GONE_FOR = timedelta(days=3650)
DELTA = gaps.DELTA  # IM Used: what is new since the entity tag that was sent, and not the whole document
SPARED_AT_MOST = 288  # a day of retries; what fails for longer than that counts
_WELL: dict[str, Any] = {"failures": 0, "spared": 0, "error_kind": None, "error": "", "advice": "", "gone": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What holds for every request: `timeout` for the whole exchange, `max_bytes` for the decoded body, networks opened on purpose."""

    user_agent: str
    timeout: timedelta = timedelta(seconds=30)
    max_bytes: int = 10 * 1024 * 1024
    allow_networks: tuple[str, ...] = ()


def request_for(source: Source, state: PollState, *, limits: Limits, now: datetime) -> Request:
    """The request that the next poll of this source makes. Configured headers win over ours, whatever their case."""
    ours = {
        "User-Agent": source.user_agent or limits.user_agent,
        "Accept": ACCEPT.get(source.kind, "*/*"),
        **(_conditions(state, now) if familiar.is_current(source, state) else {}),
    }
    url = state.url or source.url
    theirs = source.headers if hosts.same_origin(url, source.url) else hosts.harmless(source.headers)
    configured = {name.lower() for name in theirs}
    return Request(
        url=url,
        headers={name: value for name, value in ours.items() if name.lower() not in configured} | dict(theirs),
        timeout=limits.timeout,
        max_bytes=limits.max_bytes,
        allow_networks=tuple(dict.fromkeys((*limits.allow_networks, *source.allow_networks))),
        proxy=source.proxy,
    )


def _conditions(state: PollState, now: datetime) -> dict[str, str]:
    if _wants_full_answer(state, now):
        return {}
    etag, date = state.validators.etag, state.validators.last_modified
    held = zip(CONDITIONS, (etag, date, "feed" if etag else ""), strict=True)
    return {name: value for name, value in held if value}


def _wants_full_answer(state: PollState, now: datetime) -> bool:
    """Whether to leave the validators out: in every other 24 hours after the eighth day, its first poll does.

    So two such requests are a day apart at least, without remembering when the last one was made.
    """
    age = now - state.validators.received - VALIDATORS_HOLD
    if age < timedelta(0):
        return state.validators.received > now + FULL_ANSWER_EVERY  # by a clock that was ahead: they would never grow old
    phase = age % (2 * FULL_ANSWER_EVERY)
    return phase < FULL_ANSWER_EVERY and (state.polled_at is None or state.polled_at < now - phase)


def first_state(source: Source, *, now: datetime) -> PollState:
    """The state of a source that was never polled: due at once."""
    return PollState(source=source.name, url=source.url, configured_url=source.url, due_at=now, interval=schedule.first_interval(source))


def adopt(source: Source, state: PollState, *, now: datetime) -> PollState:
    """The state under this configuration: with another URL in it, all that was learned of the old one is forgotten."""
    return state if state.configured_url == source.url else first_state(source, now=now)


def after(
    source: Source,
    state: PollState,
    outcome: Outcome,
    *,
    feed: ParsedFeed | None,
    digest: str,
    changed: bool,
    now: datetime,
    jitter: float,
    our_outage: bool = False,
    dates: Collection[datetime] = (),
    marks: Sequence[str] = (),
    entries: Sequence[str] = (),
    repeated: Sequence[str] = (),
    gap: Gap | None = None,
    push_works: bool = False,
) -> PollState:
    """The only way to a new state. The new due time is after `now`, but for a document that a hub pushed to a source that was due.

    `feed` is what was parsed, None where nothing had to be; `digest` is the body's; `changed` says that items were new or updated; `jitter`
    in 0..1 spreads the due times; `our_outage` says that nobody can be reached; `dates` are when items were published; `marks` are the
    entries, `entries` what to remember of them, `repeated` the ids that do not tell them apart, `gap` is what lay before them; `push_works`
    says that a hub brings what is new.
    """
    delta = outcome.status == DELTA
    familiar_with = familiar.after(source, state.known, feed, entries, delta=delta) if feed else state.known
    told = None if feed is None or feed.same else feed
    complaints = told.complaints if told else state.complaints
    state = states.changed(state, repeated=twins.remembered(state.repeated, repeated), complaints=complaints)
    match outcome:
        case Fetched(pushed=True):
            return websub.after_push(state, marks, known=familiar_with, changed=changed, now=now)
        case Fetched():
            known = _answered(state, outcome, digest=digest, now=now)
        case NotModified():
            known = _revalidated(state, outcome)
        case Failed():
            if our_outage and hosts.is_cut_off(outcome) and state.spared < SPARED_AT_MOST:
                return _spared(state, outcome, now=now, jitter=jitter)
            return _after_failure(source, state, outcome, now=now, jitter=jitter)
        case _:
            assert_never(outcome)
    known = masthead.noted(websub.noted(_wished(known, told), outcome, told), told)
    known = gaps.noted(known, marks, gap, delta=delta, now=now, unchanged=feed.unchanged if feed else ())
    rhythm = schedule.rhythm(dates, now=now)
    interval = schedule.next_interval(source, state, changed=changed, rhythm=rhythm, gap=gap is not None)
    fresh = caching.freshness(outcome.headers, now=now, held=known.max_age)
    waits = schedule.waits_after(source, interval=interval, ttl=known.ttl, fresh=fresh, pushed=push_works)
    due = schedule.due(now, waits, jitter=jitter, skip_hours=known.skip_hours, skip_days=known.skip_days)
    return states.replaced(
        _followed(known, outcome.permanent_url),
        known=familiar_with,
        due_at=due.at,
        rule=due.rule,
        waits=waits,
        polled_at=now,
        changed_at=now if changed else state.changed_at,
        silence=health.silence_after(state, dates, changed=changed, now=now),
        interval=interval,
        status=outcome.status,
        **_WELL,
    )


def _wished(state: PollState, feed: ParsedFeed | None) -> PollState:
    """What the document asks for; it goes on holding while the document stays the same."""
    return state if feed is None else states.changed(state, ttl=feed.ttl, skip_hours=feed.skip_hours, skip_days=feed.skip_days)


def _answered(state: PollState, fetched: Fetched, *, digest: str, now: datetime) -> PollState:
    """What is held of a full answer, or of a delta, which is not the document."""
    headers, max_age = fetched.headers, caching.max_age(fetched.headers)
    held = Validators(etag=headers.get("etag", ""), last_modified=headers.get("last-modified", ""), received=now)
    if fetched.status == DELTA:
        return replace(state, validators=replace(held, received=state.validators.received), max_age=max_age)
    return states.changed(state, validators=held, body_digest=digest, max_age=max_age)


def _revalidated(state: PollState, answer: NotModified) -> PollState:
    """What a 304 does not say again goes on holding."""
    headers, held = answer.headers, state.validators
    validators = replace(held, etag=headers.get("etag", held.etag), last_modified=headers.get("last-modified", held.last_modified))
    max_age = caching.max_age(headers) if "cache-control" in headers else state.max_age
    return states.changed(state, validators=validators, max_age=max_age)


def _followed(state: PollState, permanent_url: str) -> PollState:
    """Count permanent redirects to the same place; enough of them in a row make it the source's address. Never from https to http."""
    downgrade = state.url.startswith("https:") and not permanent_url.startswith("https:")
    if not permanent_url or permanent_url == state.url or downgrade:
        return states.changed(state, moves=0, moved_to="")
    moves = state.moves + 1 if permanent_url == state.moved_to else 1
    if moves < MOVES_TO_LEARN:
        return replace(state, moves=moves, moved_to=permanent_url)
    return replace(state, url=permanent_url, moves=0, moved_to="")


def _spared(state: PollState, failed: Failed, *, now: datetime, jitter: float) -> PollState:
    """A failure that is not the source's: it counts for nothing, and the source is tried again soon."""
    waits = (Wait(min(state.interval, schedule.AFTER_OUTAGE), "outage"),)
    due = schedule.due(now, waits, jitter=jitter)
    advice = "No site can be reached at the moment: check this machine's own connection. Polling goes on by itself."
    return replace(
        state, due_at=due.at, rule=due.rule, waits=waits, polled_at=now, spared=state.spared + 1, status=0, error_kind=failed.kind,
        error=failed.message, advice=advice,
    )  # fmt: skip


def _after_failure(source: Source, state: PollState, failed: Failed, *, now: datetime, jitter: float) -> PollState:
    failures = state.failures + 1
    interval = source.every or state.interval
    asked = caching.retry_after(failed.headers, now=now) if failed.status in hosts.ASK_TO_WAIT else timedelta(0)
    learned = state.url not in ("", state.configured_url)
    gone = state.gone or (failed.kind == "gone" and not learned)
    known = _returned(state) if learned and (failed.kind == "gone" or failures >= FAILURES_TO_RETURN) else state
    waits = (Wait(GONE_FOR, "gone"),) if gone else _after_failures(interval, failures, asked=asked)
    due = schedule.due(now, waits, jitter=jitter, skip_hours=state.skip_hours, skip_days=state.skip_days)
    return replace(
        known,
        due_at=due.at,
        rule=due.rule,
        waits=waits,
        polled_at=now,
        failures=failures,
        status=failed.status,
        error_kind=failed.kind,
        error=failed.message,
        advice=failed.advice,
        gone=gone,
        moves=0 if failed.status else known.moves,  # an answer without content breaks the row, no answer does not
    )


def _after_failures(interval: timedelta, failures: int, *, asked: timedelta) -> tuple[Wait, ...]:
    back_off = Wait(schedule.back_off(interval, failures), "back-off")
    return (back_off, Wait(min(asked, schedule.LONGEST_RETRY_AFTER), "retry-after")) if asked else (back_off,)


def _returned(state: PollState) -> PollState:
    """Back to the configured address, with nothing held of the learned one."""
    return replace(state, url=state.configured_url, validators=Validators(), body_digest="", moves=0, moved_to="")


def changes(items: Sequence[Item], known: Mapping[str, Item], *, now: datetime, redated: Collection[str] = ()) -> list[Change]:
    """What of one poll's items the store does not have in this form, in document order. `redated` is as in core.amendments.

    Of an id that stands twice the first counts, or the one that is stored: else they would take turns with their order.
    """
    first: dict[str, Item] = {}
    for item in items:
        there = first.setdefault(item.id, item)
        if _is_stored(item, known) and not _is_stored(there, known):
            first[item.id] = item
    found = (revisions.change(item, known.get(item.id), now=now, redated=redated) for item in first.values())
    return [change for change in found if change is not None]


def _is_stored(item: Item, known: Mapping[str, Item]) -> bool:
    stored = known.get(item.id)
    return stored is not None and item.digest in (stored.digest, stored.fed_digest)


def work_for(item: Item, sources: Mapping[str, Source], *, now: datetime) -> list[Job]:
    """What to do for an item that is new or updated: read its page, if its source wants that, and else translate it."""
    owner = sources.get(item.source)
    return [fulltext.job_for(item, now=now)] if owner and fulltext.is_wanted(item, owner) else jobs_for(item, sources, now=now)


def jobs_for(item: Item, sources: Mapping[str, Source], *, now: datetime) -> list[Job]:
    """The translations to ask for when this item is new or updated: one for each language that it is not in already.

    Wanted are those of all `sources`, by name, that brought it; none while it is withheld.
    """
    if withholding.FLAG in item.flags:
        return []
    wanted = (target for name in (item.source, *item.also_in) if name in sources for target in sources[name].translate_to)
    return [
        Job(item_id=item.id, language=target, source=item.source, digest=item.digest, due_at=now)
        for target in dict.fromkeys(wanted)
        if language.needs_translation(item.language, target)
    ]
