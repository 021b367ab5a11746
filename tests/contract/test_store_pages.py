"""Every store: items whose pages are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.errors import LostClaim, Overtaken
from aggregator.model import Block, Change
from aggregator.store import SqlStore


def claim_page(store: SqlStore, make: Any) -> Any:
    (job,) = store.claim_jobs(now=make.now, limit=9, lease=make.minute, pages=True)
    return job


def completed(item: Any) -> Any:
    return replace(item, html="<p>full</p>", digest="full", page_url=item.url, fed_digest=item.digest)


def test_pages_and_translations_are_claimed_apart(store: SqlStore, make: Any) -> None:
    one, other = make.item(1), make.item(2)
    make.save(store, one, other, jobs=(make.job(one, ""), make.job(other)))
    assert [job.item_id for job in store.claim_jobs(now=make.now, limit=9, lease=make.minute)] == [other.id]
    assert claim_page(store, make).item_id == one.id
    assert store.claim_jobs(now=make.now, limit=9, lease=make.minute, pages=True) == []


def test_the_text_of_a_page_comes_with_the_jobs_that_follow_and_with_marks(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item, ""),))
    make.marks(store)
    after = completed(item)
    store.save_completed(claim_page(store, make), item, after, [make.job(after)], now=make.now)
    assert store.items([item.id]) == {item.id: after}
    assert [(job.language, job.digest) for job in store.pending_jobs()] == [("zh-CN", "full")]
    assert make.marks(store) == {("page", item.id, "en"), ("feed", "a", "en"), ("feed", "all", "en")}


def test_an_item_that_was_edited_in_the_meantime_is_not_overwritten(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item, ""),))
    job, edited = claim_page(store, make), replace(item, title="New", digest="d2")
    make.save(store, edited, jobs=(make.job(edited, ""),))
    with pytest.raises(Overtaken):
        store.save_completed(job, item, completed(item), [make.job(item)], now=make.now)
    assert store.items([item.id]) == {item.id: edited}
    assert [(job.language, job.digest) for job in store.pending_jobs()] == [("", "d2")]


def test_a_poll_that_does_not_know_of_the_text_is_not_stored(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item, ""),))
    store.save_completed(claim_page(store, make), item, completed(item), [], now=make.now)
    late = Change(item=replace(item, title="New", digest="d2"), kind="updated")
    with pytest.raises(Overtaken):
        store.save_poll(make.state(), [late], [], make.polled())
    assert store.items([item.id]) == {item.id: completed(item)}
    aware = replace(completed(item), title="New", digest="d3")
    store.save_poll(make.state(), [Change(item=aware, kind="updated")], [], make.polled())
    assert store.items([item.id]) == {item.id: aware}


def test_a_worker_that_lost_its_page_stores_nothing(store: SqlStore, other: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item, ""),))
    late = claim_page(store, make)
    (taken,) = other.claim_jobs(now=make.now + make.minute, limit=1, lease=make.minute, pages=True)
    with pytest.raises(LostClaim, match="the page of"):
        store.save_completed(late, item, completed(item), [make.job(item)], now=make.now)
    assert store.items([item.id]) == {item.id: item}
    other.save_completed(taken, item, completed(item), [], now=make.now)


def test_a_page_is_put_off_with_the_host_s_block(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, jobs=(make.job(item, ""),))
    block = Block(host="a.example", until=make.now + timedelta(hours=1), reason="429")
    store.postpone_job(claim_page(store, make), due_at=block.until, error="429", block=block)
    assert store.blocks(now=make.now) == {"a.example": block}
    assert [(job.attempts, job.error) for job in store.pending_jobs()] == [(1, "429")]
