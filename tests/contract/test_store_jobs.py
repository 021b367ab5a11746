"""Every store: translation jobs and translations."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.errors import LostClaim
from aggregator.store import SqlStore


def claim(store: SqlStore, make: Any, *, after: timedelta = timedelta(0), limit: int = 10, **more: Any) -> list[str]:
    jobs = store.claim_jobs(now=make.now + after, limit=limit, lease=make.minute, **more)
    return [f"{job.item_id[-1]} {job.language}" for job in jobs]


def test_jobs_are_given_out_once_newest_items_first(store: SqlStore, other: SqlStore, make: Any) -> None:
    items = [make.item(number) for number in (3, 1, 2)]
    make.save(store, *items, jobs=tuple(make.job(item) for item in items))
    assert claim(store, make, limit=2) == ["1 zh-CN", "2 zh-CN"]
    assert claim(other, make) == ["3 zh-CN"]
    assert claim(store, make) == []
    assert claim(other, make, after=make.minute) == ["1 zh-CN", "2 zh-CN", "3 zh-CN"]


def test_jobs_can_be_claimed_by_source(store: SqlStore, make: Any) -> None:
    mine, theirs = make.item(1), make.item(2, source="b")
    make.save(store, mine, theirs, jobs=(make.job(mine), make.job(theirs)))
    assert claim(store, make, sources=[]) == []
    assert claim(store, make, sources=["b"]) == ["2 zh-CN"]
    assert [job.source for job in store.pending_jobs(["a"])] == ["a"]
    assert [job.source for job in store.pending_jobs()] == ["a", "b"]


def test_a_translation_ends_its_job_and_comes_back_as_it_was_stored(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    translation = make.translation(
        job, title="标\0题", verified=True, untranslated=2, flags=("short",), provenance=("e whole 3", "f runs 1")
    )
    store.save_translation(job, translation)
    assert store.translations([item.id, "unknown"]) == {item.id: {"zh-CN": replace(translation, title="标\ufffd题")}}
    assert list(store.pending_jobs()) == []
    assert list(store.newest(feed="a", language="zh-CN", limit=9)) == [item.id]


def test_another_translation_is_stored_with_the_date_of_its_change(store: SqlStore, make: Any) -> None:
    item, texts = make.item(), []
    make.save(store, item)
    for body, made_at in (("B", make.now), ("C", make.now + make.minute), ("C", make.now + 2 * make.minute)):
        store.add_jobs([make.job(item)], again=True)
        job = make.claim_job(store)
        store.save_translation(job, make.translation(job, body=body, made_at=made_at))
        texts.append(store.translations([item.id])[item.id]["zh-CN"])
    assert [(made.body, made.made_at, made.changed_at) for made in texts] == [
        ("B", make.now, None),
        ("C", make.now + make.minute, make.now + make.minute),
        ("C", make.now + 2 * make.minute, make.now + make.minute),
    ]


def test_a_worker_that_lost_its_job_can_neither_store_nor_postpone(store: SqlStore, other: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    late = make.claim_job(store)
    taken = make.claim_job(other, make.now + make.minute)
    assert taken.fence > late.fence
    for lost in (late, replace(late, item_id="unknown")):
        with pytest.raises(LostClaim):
            store.save_translation(lost, make.translation(late))
        with pytest.raises(LostClaim):
            store.postpone_job(lost, due_at=make.now, error="")
    assert store.translations([item.id]) == {}
    other.save_translation(taken, make.translation(taken))


def test_a_lease_that_ran_out_but_was_not_given_away_still_counts(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store, make.now - timedelta(days=1))
    store.save_translation(job, make.translation(job))
    assert set(store.translations([item.id])) == {item.id}


def test_a_fence_from_a_job_that_ended_does_not_open_the_next_one(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    sleeper = make.claim_job(store)
    ended = make.claim_job(store, make.now + make.minute)
    store.save_translation(ended, make.translation(ended))
    edited = replace(item, digest="d2")
    make.save(store, edited, jobs=(make.job(edited),))
    make.claim_job(store, make.now + 2 * make.minute)
    with pytest.raises(LostClaim):
        store.save_translation(sleeper, make.translation(sleeper))


def test_a_postponed_job_waits_with_its_reason(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    later = make.now + timedelta(hours=1)
    store.postpone_job(job, due_at=later, error="asked to slow down")
    (waiting,) = store.pending_jobs()
    assert (waiting.attempts, waiting.error, waiting.due_at) == (1, "asked to slow down", later)
    assert claim(store, make) == []
    assert claim(store, make, after=timedelta(hours=1)) == ["1 zh-CN"]


def test_a_job_that_is_given_up_waits_for_a_person_or_an_edit(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    store.postpone_job(make.claim_job(store), due_at=make.now, error="outage")
    store.postpone_job(make.claim_job(store), due_at=make.now, error="echo", is_failure=True)
    store.postpone_job(make.claim_job(store), due_at=None, error="echo", is_failure=True)
    (waiting,) = store.pending_jobs()
    assert (waiting.attempts, waiting.failures, waiting.given_up, waiting.error) == (3, 2, True, "echo")
    assert store.hurry_jobs(now=make.now) == 0
    assert store.add_jobs([make.job(item)]) == 0
    assert claim(store, make, after=timedelta(days=99)) == []
    assert store.add_jobs([make.job(item)], again=True) == 1
    assert store.add_jobs([make.job(item)], again=True) == 0
    again = make.claim_job(store)
    assert (again.attempts, again.failures, again.given_up, again.error) == (0, 0, False, "")
    store.postpone_job(again, due_at=None, error="echo", is_failure=True)
    edited = replace(item, digest="d2")
    make.save(store, edited, jobs=(make.job(edited),))
    assert make.claim_job(store).failures == 0


def test_a_job_whose_item_was_edited_meanwhile_is_not_given_up(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    edited = replace(item, digest="d2")
    make.save(store, edited, jobs=(make.job(edited),))
    store.postpone_job(job, due_at=None, error="echo", is_failure=True)
    again = make.claim_job(store)
    assert (again.digest, again.failures, again.given_up) == ("d2", 0, False)


def test_a_failed_translation_of_an_edited_item_lets_its_old_one_say_so(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    first = make.claim_job(store)
    store.save_translation(first, make.translation(first))
    edited = replace(item, digest="d2")
    make.save(store, edited, jobs=(make.job(edited),))
    store.clear_marks(store.claim_marks(now=make.now, limit=99, lease=make.minute))
    for attempt, expected in ((1, [("page", item.id), ("feed", "a"), ("feed", "all")]), (2, [])):
        job = make.claim_job(store, make.now + attempt * make.minute)
        store.postpone_job(job, due_at=make.now + attempt * make.minute, error="e")
        marks = store.claim_marks(now=make.now, limit=99, lease=make.minute)
        assert sorted((mark.kind, mark.key) for mark in marks if mark.language == "zh-CN") == sorted(expected)
        store.clear_marks(marks)
    assert store.translations([item.id])[item.id]["zh-CN"].of_digest == item.digest


def test_postponed_jobs_can_be_made_due(store: SqlStore, make: Any) -> None:
    items = [make.item(1), make.item(2, source="b"), make.item(3)]
    make.save(store, *items, jobs=tuple(make.job(item) for item in items))
    for job in store.claim_jobs(now=make.now, limit=2, lease=make.minute):
        store.postpone_job(job, due_at=make.now + timedelta(days=1), error="e")
    assert store.hurry_jobs([], now=make.now) == 0
    assert store.hurry_jobs(["b"], now=make.now) == 1
    assert claim(store, make) == ["2 zh-CN", "3 zh-CN"]
    assert store.hurry_jobs(now=make.now) == 1
    assert claim(store, make) == ["1 zh-CN"]


def test_an_edit_replaces_the_waiting_job_and_forgets_its_failures(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    store.postpone_job(make.claim_job(store), due_at=make.now + timedelta(days=1), error="e")
    edited = replace(item, digest="d2")
    make.save(store, edited, jobs=(make.job(edited),))
    (job,) = store.pending_jobs()
    assert (job.digest, job.attempts, job.error, job.due_at) == ("d2", 0, "", make.job(edited).due_at)


def test_a_translation_of_text_that_was_edited_meanwhile_is_kept_and_asked_for_again(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    edited = replace(item, digest="d2")
    make.save(store, edited, jobs=(make.job(edited),))
    assert claim(store, make) == []
    store.save_translation(job, make.translation(job))
    assert store.translations([item.id])[item.id]["zh-CN"].of_digest == item.digest
    again = make.claim_job(store)
    assert again.digest == "d2"
    store.save_translation(again, make.translation(again))
    assert list(store.pending_jobs()) == []


def test_a_translation_that_was_made_of_the_edited_text_ends_the_newer_job(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    edited = replace(item, digest="d2")
    make.save(store, edited, jobs=(make.job(edited),))
    store.save_translation(job, make.translation(job, of_digest="d2"))
    assert list(store.pending_jobs()) == []


def test_a_failure_on_text_that_was_edited_meanwhile_does_not_count(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    edited = replace(item, digest="d2")
    make.save(store, edited, jobs=(make.job(edited),))
    store.postpone_job(job, due_at=make.now + timedelta(days=1), error="e")
    assert make.claim_job(store).attempts == 0


def test_only_missing_translations_of_stored_items_are_asked_for(store: SqlStore, make: Any) -> None:
    done, waiting, fresh = make.item(1), make.item(2), make.item(3)
    make.save(store, done, waiting, fresh)
    make.translate(store, done)
    store.add_jobs([make.job(waiting)])
    wanted = [make.job(item) for item in (done, waiting, fresh, fresh, make.item(9))]
    assert store.add_jobs([*wanted, make.job(done, "fr")]) == 2
    assert store.add_jobs([make.job(done, digest="d2")]) == 1
    assert store.add_jobs([]) == 0
    assert {(job.item_id[-1], job.language, job.digest) for job in store.pending_jobs()} == {
        ("1", "fr", "d1"), ("1", "zh-CN", "d2"), ("2", "zh-CN", "d2"), ("3", "zh-CN", "d3"),
    }  # fmt: skip


def test_a_poll_stored_again_does_not_ask_for_a_translation_that_is_there(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item)
    make.translate(store, item)
    make.save(store, item, jobs=(make.job(item),))
    assert list(store.pending_jobs()) == []


def test_polls_and_translations_of_the_same_items_at_once_all_get_through(store: SqlStore, other: SqlStore, make: Any) -> None:
    items = [make.item(number, tags=("x", "y")) for number in range(1, 16)]
    make.save(store, *items, jobs=tuple(make.job(item) for item in items))

    def poll(store: SqlStore) -> None:
        for number in range(4):
            edited = [replace(item, digest=f"e{number}", tags=("x", f"n{number % 2}")) for item in reversed(items)]
            make.save(store, *edited, jobs=tuple(make.job(item) for item in edited))

    def translate(store: SqlStore) -> None:
        for number in range(8):
            for job in store.claim_jobs(now=make.now + number * make.minute, limit=10, lease=make.minute):
                with suppress(LostClaim):  # the other worker's clock is ahead
                    store.save_translation(job, make.translation(job))
            store.clear_marks(store.claim_marks(now=make.now + number * make.minute, limit=50, lease=make.minute))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, each) for work in (poll, translate) for each in (store, other)]:
            done.result()
    assert len(store.newest(feed="tag/n1", language="en", limit=100)) == 15
    assert store.counts()["items"] == 15


def test_a_round_takes_what_was_due_when_it_began_and_not_what_it_put_off(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    store.postpone_job(job, due_at=make.now + make.minute, error="engine down")
    later = make.now + 2 * make.minute
    assert not store.claim_jobs(now=later, limit=1, lease=make.minute, due_by=make.now)
    assert store.claim_jobs(now=later, limit=1, lease=make.minute)
