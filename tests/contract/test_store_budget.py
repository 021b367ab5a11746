"""Every store: the books of what translation costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from aggregator.errors import LostClaim
from aggregator.model import Cap, Remembered, Standing, Usage
from aggregator.store import SqlStore, open_store

DAY = date(2026, 5, 1)
YESTERDAY = DAY - timedelta(days=1)


def usage(characters: int = 0, **fields: Any) -> Usage:
    key = {"day": DAY, "engine": "one", "source": "a", "language": "de"}
    return Usage(**(key | {"characters": characters} | fields))


def cap(limit: int, **fields: Any) -> Cap:
    facts = {"name": "cap", "unit": "characters", "since": DAY, "until": datetime(2026, 5, 2, tzinfo=UTC)}
    return Cap(**(facts | {"limit": limit} | fields))


def test_what_is_spent_adds_up_by_day_engine_source_and_language(store: SqlStore) -> None:
    for each in (usage(5, requests=1, runs=2), usage(7, requests=1, money=3, runs=1), usage(1, language="fr"), usage(2, day=YESTERDAY)):
        assert store.spend(each) is None
    assert list(store.usage(since=DAY)) == [usage(12, requests=2, money=3, runs=3), usage(1, language="fr")]
    assert list(store.usage(since=YESTERDAY, until=YESTERDAY)) == [usage(2, day=YESTERDAY)]
    assert list(store.usage(since=date(2027, 1, 1))) == []


def test_what_was_set_aside_and_not_needed_comes_back(store: SqlStore) -> None:
    store.spend(usage(100, requests=1, money=9))
    store.spend(usage(-60, requests=0, money=-5))
    assert list(store.usage(since=DAY)) == [usage(40, requests=1, money=4)]


def test_a_cap_is_reached_and_not_exceeded(store: SqlStore) -> None:
    assert store.spend(usage(60), [cap(100)]) is None
    assert store.spend(usage(41), [cap(1000, name="wide"), cap(100)]) == cap(100)
    assert store.spend(usage(40), [cap(1000, name="wide"), cap(100)]) is None
    assert store.spend(usage(1), [cap(100)]) == cap(100)
    assert list(store.usage(since=DAY)) == [usage(100)]


def test_each_cap_sees_what_concerns_it(store: SqlStore) -> None:
    spent = [usage(10), usage(20, engine="two"), usage(40, source="b"), usage(80, language="fr"), usage(160, day=YESTERDAY)]
    for each in (*spent, usage(320, engine="free"), usage(0, requests=7, money=9)):
        store.spend(each)
    for concerned, expected in (
        (cap(0, uncounted=("free",)), 150),
        (cap(0), 470),
        (cap(0, engine="one"), 130),
        (cap(0, source="a", uncounted=("free",)), 110),
        (cap(0, source="b"), 40),
        (cap(0, engine="one", source="b"), 40),
        (cap(0, since=YESTERDAY, uncounted=("free",)), 310),
        (cap(0, unit="requests"), 7),
        (cap(0, unit="money"), 9),
        (cap(0, engine="unknown"), 0),
    ):
        one = usage(1, requests=1, money=1)
        assert store.spend(one, [replace(concerned, limit=expected)]) is not None
        assert store.spend(one, [replace(concerned, limit=expected + 1)]) is None
        store.spend(usage(-1, requests=-1, money=-1))


def test_many_at_once_do_not_exceed_it_together(store: SqlStore, other: SqlStore) -> None:
    def spend(number: int) -> bool:
        return (store, other)[number % 2].spend(usage(7, source=f"s{number % 3}"), [cap(100)]) is None

    with ThreadPoolExecutor(8) as pool:
        went_through = sum(pool.map(spend, range(40)))
    assert went_through == 14
    assert sum(row.characters for row in store.usage(since=DAY)) == 98


def test_a_translation_and_what_went_into_it_are_stored_together(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    done = usage(segments=3, hits=2, saved=50, fallbacks=1, flags=1, whole=2, codec=1, untranslated=4)
    store.save_translation(job, make.translation(job), usage=[done, replace(done, engine="two")])
    assert list(store.usage(since=DAY)) == [done, replace(done, engine="two")]


def test_a_translation_that_lacks_a_part_is_due_again(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    later = make.now + timedelta(hours=5)
    job = make.claim_job(store)
    store.save_translation(job, make.translation(job, untranslated=3), again_at=later)
    (waiting,) = store.pending_jobs()
    assert (waiting.due_at, waiting.digest) == (later, item.digest)
    assert store.claim_jobs(now=make.now, limit=9, lease=make.minute) == []
    again = make.claim_job(store, later)
    store.save_translation(again, make.translation(again))
    assert list(store.pending_jobs()) == []


def test_what_was_done_for_a_translation_that_is_put_off_is_stored_with_that(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    with pytest.raises(LostClaim):
        store.postpone_job(replace(job, fence=job.fence - 1), due_at=make.now, error="e", usage=[usage(segments=3)])
    assert list(store.usage(since=DAY)) == []
    store.postpone_job(job, due_at=make.now, error="e", usage=[usage(segments=3)])
    assert list(store.usage(since=DAY)) == [usage(segments=3)]


def test_the_books_may_be_another_store(store_url: str, store: SqlStore, make: Any) -> None:
    """In memory what is gone at the end, in the books what was paid for."""
    with closing(open_store("sqlite://", books=store_url)) as both:
        item, kept = make.item(), store if store_url != "sqlite://" else both
        make.save(both, item, jobs=(make.job(item),))
        both.remember([Remembered(key="k", text="t")])
        job = make.claim_job(both)
        with pytest.raises(LostClaim):
            both.save_translation(replace(job, fence=job.fence - 1), make.translation(job), recalled=["k"], usage=[usage(segments=1)])
        both.save_translation(job, make.translation(job), recalled=["k"], usage=[usage(segments=3)])
        both.spend(usage(characters=9))
        both.note_standing(Standing(engine="e", verdict="fine", until=make.now))
        assert list(kept.usage(since=DAY)) == [usage(segments=3, characters=9)]
        assert kept.recall(["k"])["k"].hits == 1
        assert kept.standing("e") is not None
        assert (both.counts()["items"], kept.counts()["items"]) == (1, int(kept is both))
