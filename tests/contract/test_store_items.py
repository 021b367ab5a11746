"""Every store: items, the feeds they stand in, and what people search."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.errors import Overtaken
from aggregator.model import Change, Media
from aggregator.ports.publications import Standing
from aggregator.store import SqlStore


def feed(store: SqlStore, name: str, language: str = "en", limit: int = 10) -> list[str]:
    return list(store.newest(feed=name, language=language, limit=limit))


def test_an_item_comes_back_as_it_was_stored(store: SqlStore, make: Any) -> None:
    media = (Media(url="https://a.example/m", type="audio/mpeg", length=2**40, title="T", role="media", width=1, height=2, duration=3),)
    more = {"declared": "en-GB", "detected": "en", "updated": make.now, "authors": ("A", "é"), "image": "i", "tags": ("x", "y")}
    item = make.item(media=(*media, Media(url="u")), label="L", flags=("empty",), **more)
    make.save(store, item)
    assert store.items([item.id, "unknown"]) == store.known([item.id]) == {item.id: item}
    assert store.items([]) == store.known([]) == {}
    assert list(store.missing([item.id, "unknown", "é'"])) == ["unknown", "é'"]
    assert not store.missing([item.id])
    assert not store.missing([])


def test_a_poll_stores_state_items_jobs_and_history_together(store: SqlStore, make: Any) -> None:
    item = make.item()
    state, polled = make.state(body_digest="b"), make.polled(new=1)
    store.save_poll(state, [Change(item=item, kind="new")], [make.job(item)], polled)
    assert store.states() == {"a": state}
    assert list(store.pending_jobs()) == [make.job(item)]
    assert list(store.history("a")) == [polled]


def test_a_poll_that_is_stored_twice_changes_nothing(store: SqlStore, make: Any) -> None:
    item = make.item(tags=("x",))
    for _ in range(2):
        make.save(store, item, jobs=(make.job(item),))
    assert store.counts()["items"] == store.counts()["jobs"] == 1
    assert feed(store, "all") == feed(store, "tag/x") == [item.id]
    assert len(store.history("a")) == 1
    assert make.marks(store) == {("page", item.id, "en"), ("feed", "a", "en"), ("feed", "all", "en"), ("feed", "tag/x", "en")}


def test_an_item_that_came_from_elsewhere_since_it_was_compared_is_not_taken_for_new(store: SqlStore, other: SqlStore, make: Any) -> None:
    first, same, edited = make.item(), make.item(source="b"), make.item(title="Other", digest="d2")
    make.save(store, first)
    for item in (same, edited):
        changes = [Change(item=make.item(2), kind="new"), Change(item=item, kind="new")]
        with pytest.raises(Overtaken, match=f"{item.id} has come from a"):
            other.save_poll(make.state("b", body_digest="b"), changes, [make.job(item)], make.polled("b"))
    assert [item.id for item in store.search()] == [first.id]
    assert (set(store.states()), list(store.pending_jobs()), list(store.history("b"))) == ({"a"}, [], [])


def test_an_item_that_is_dated_anew_stands_elsewhere_in_its_feeds_in_all_languages(store: SqlStore, make: Any) -> None:
    old, other = make.item(1, published=make.now), make.item(2, published=make.now - timedelta(days=1))
    make.save(store, old, other)
    for item in (old, other):
        make.translate(store, item)
    assert feed(store, "a") == feed(store, "a", "zh-CN") == [old.id, other.id]
    new = replace(old, published=make.now - timedelta(days=2), image="i", amended=1)
    store.save_poll(make.state(), [Change(item=new, kind="amended", redated=True)], [], make.polled())
    assert store.items([old.id]) == {old.id: new}
    assert feed(store, "a") == feed(store, "a", "zh-CN") == feed(store, "all") == [other.id, old.id]
    assert {("page", old.id, "en"), ("page", old.id, "zh-CN"), ("feed", "a", "zh-CN")} <= make.marks(store)
    assert not store.pending_jobs()


def test_an_item_that_was_edited_since_it_was_compared_is_not_amended(store: SqlStore, other: SqlStore, make: Any) -> None:
    old = make.item()
    make.save(store, replace(old, title="New", digest="d2"))
    with pytest.raises(Overtaken, match="edited in the meantime"):
        other.save_poll(make.state(), [Change(item=replace(old, image="i"), kind="amended")], [], make.polled())
    assert store.items([old.id])[old.id].title == "New"


def test_an_edit_changes_the_text_and_moves_neither_date_nor_source(store: SqlStore, make: Any) -> None:
    old = make.item()
    make.save(store, old)
    new = replace(old, title="New", digest="d2", source="b", published=make.now, updated=make.now)
    make.save(store, new, source="b")
    assert store.items([old.id]) == {old.id: replace(new, source="a", published=old.published)}
    assert feed(store, "a") == [old.id]
    assert feed(store, "b") == []


def test_the_same_item_twice_in_one_poll_is_one_item(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(title="Old"), make.item(title="New"))
    assert [item.title for item in store.search()] == ["New"]


def test_feeds_hold_the_newest_first_and_ties_by_id(store: SqlStore, make: Any) -> None:
    same = {"published": make.now}
    make.save(store, make.item(3, **same), make.item(1), make.item(2, **same), make.item(4, published=make.now + timedelta(microseconds=1)))
    make.save(store, make.item(5, source="b", published=make.now - timedelta(days=30_000)), source="b")
    assert feed(store, "a") == ["id-0004", "id-0002", "id-0003", "id-0001"]
    assert feed(store, "all", limit=2) == ["id-0004", "id-0002"]
    assert feed(store, "all")[-1] == "id-0005"
    assert feed(store, "all", "fr") == []


def test_feed_names_are_those_with_a_page(store: SqlStore, make: Any) -> None:
    assert list(store.feed_names()) == []
    item = make.item(tags=("x", ""))
    make.save(store, item)
    store.save_poll(make.state("empty"), [], [], make.polled("empty"))
    make.translate(store, item, "zh-CN")
    named = ["a", "all", "tag/x"]
    assert list(store.feed_names()) == [(name, language) for name in named for language in ("en", "zh-CN")]


def test_other_tags_take_an_item_out_of_feeds_in_every_language(store: SqlStore, make: Any) -> None:
    item = make.item(tags=("x", "y"))
    make.save(store, item)
    make.translate(store, item, "zh-CN")
    make.marks(store)
    make.save(store, replace(item, tags=("y", "z")))
    for language in ("en", "zh-CN"):
        assert (feed(store, "tag/x", language), feed(store, "tag/z", language)) == ([], [item.id])
        feeds = {("feed", name, language) for name in ("a", "all", "tag/x", "tag/y", "tag/z")}
        assert feeds | {("page", item.id, language)} <= make_marks(store, make, language)
    assert ("tag/x", "en") not in store.feed_names()


def make_marks(store: SqlStore, make: Any, language: str) -> set[tuple[str, str, str]]:
    claimed = store.claim_marks(now=make.now, limit=100, lease=timedelta(0))
    return {(mark.kind, mark.key, mark.language) for mark in claimed if mark.language == language}


def test_an_item_that_turns_out_to_be_in_another_language_moves_there(store: SqlStore, make: Any) -> None:
    item = make.item(language="en")
    make.save(store, item, jobs=(make.job(item, "fr"), make.job(item, "zh-CN")))
    make.save(store, replace(item, language="fr"))
    assert feed(store, "a", "en") == []
    assert feed(store, "a", "fr") == [item.id]
    assert [job.language for job in store.pending_jobs()] == ["zh-CN"]
    assert {language for kind, _, language in make.marks(store) if kind == "page"} == {"fr"}


def test_its_document_goes_with_it_until_another_page_stands_there(store: SqlStore, make: Any) -> None:
    item, other = make.item(1), make.item(2)
    make.save(store, item, other)
    for one in (item, other):
        store.record_path(one.id, "en", "there")
    french = replace(item, language="fr", digest="d2")
    make.save(store, french)
    assert (store.path_of(item.id, "fr"), store.path_of(item.id, "en")) == ("there", "")
    make.translate(store, french, "en")
    store.record_path(item.id, "en", "there")
    assert (store.path_of(item.id, "fr"), store.path_of(item.id, "en"), store.path_of(other.id, "en")) == ("", "there", "there")


def test_search_finds_titles_in_any_case_and_takes_wildcards_literally(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(1, title="100% Sure"), make.item(2, title="100 sure", language="fr"), make.item(3, title="中文标题"))
    make.save(store, make.item(4, title="a_b/c", source="b"), source="b")

    def found(query: str = "", **more: Any) -> list[str]:
        return [item.id[-1] for item in store.search(query, **more)]

    assert found() == ["1", "2", "3", "4"]
    assert found("SURE") == ["1", "2"]
    assert found("100%") == ["1"]
    assert found("_") == ["4"]
    assert found("b/c") == ["4"]
    assert found("标题") == ["3"]
    assert found(limit=2) == ["1", "2"]
    assert (found(source="b"), found(language="fr"), found("sure", language="en")) == (["4"], ["2"], ["1"])
    assert found("\0\ud800") == []


def test_a_page_remembers_where_it_was_written(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item)
    assert store.path_of(item.id, "en") == ""
    store.record_path(item.id, "en", "en/news/a/1.md")
    store.record_path(item.id, "fr", "nobody asked")
    make.save(store, replace(item, title="Edited"))
    assert (store.path_of(item.id, "en"), store.path_of(item.id, "fr")) == ("en/news/a/1.md", "")


def test_many_pages_remember_where_they_were_written(store: SqlStore, make: Any) -> None:
    one, other = make.item(1), make.item(2)
    make.save(store, one, other)
    make.translate(store, one, "fr")
    keys = [(one.id, "en"), (one.id, "fr"), (other.id, "en"), (other.id, "fr")]
    assert store.paths(keys) == {}
    store.clear_marks([], standing=Standing(paths=[]))
    store.clear_marks([], standing=Standing(paths=[(one.id, "en", "there"), (other.id, "en", "there"), (one.id, "fr", "there")]))
    assert store.paths(keys) == {(one.id, "fr"): "there", (other.id, "en"): "there"}
    assert store.paths(keys[2:3]) == {(other.id, "en"): "there"}


def test_feeds_are_found_by_their_names_and_beside_them(store: SqlStore, make: Any) -> None:
    make.save(store, *(make.item(number, tags=(tag,)) for number, tag in enumerate(("b", "a", "B", "é", "中"))))
    make.translate(store, make.item(0, tags=("b",)), "fr")
    tags = ["tag/B", "tag/a", "tag/b", "tag/é", "tag/中"]
    assert store.feed_names_between("tag/", "tag0", limit=9) == tags
    assert store.feed_names_between("tag/", "tag0", limit=2, backwards=True) == tags[:2:-1]
    assert store.feed_names_between("tag/a", "tag/é", limit=9) == tags[1:3]
    assert store.feed_names_between("tag/a", "tag/é", limit=1, backwards=True) == ["tag/b"]
    assert store.feeds_named(["tag/b", "tag/c", "tag/a"]) == [("tag/a", "en"), ("tag/b", "en"), ("tag/b", "fr")]
    make.save(store, make.item(1, tags=()))
    assert store.feed_names_between("tag/", "tag0", limit=9) == [tag for tag in tags if tag != "tag/a"]


def test_counts_tell_what_there_is(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item, make.item(2), jobs=(make.job(item, "fr"),))
    make.translate(store, item)
    store.add_jobs([make.job(item, "ja")])
    (job,) = [job for job in store.claim_jobs(now=make.now, limit=9, lease=make.minute) if job.language == "ja"]
    store.postpone_job(job, due_at=None, error="e")
    assert store.counts() == {
        "items": 2,
        "translations": 1,
        "jobs": 1,
        "jobs_given_up": 1,
        "marks": 7,
        "items_by_source": {"a": 2},
    }


def test_texts_keep_all_but_what_no_database_can_hold(store: SqlStore, make: Any) -> None:
    item = make.item(title="a\0b\ud800c", html="\ud83d\ude00 中", authors=("\0x",), media=(Media(url="u", title="\udfff"),), tags=("t\0",))
    make.save(store, item)
    (stored,) = store.search()
    assert (stored.title, stored.html, stored.authors) == ("a\ufffdb\ufffdc", "\U0001f600 中", ("\ufffdx",))
    assert stored.media == (Media(url="u", title="\ufffd"),)
    assert feed(store, "tag/t\0") == [item.id]
    make.save(store, item)
    assert make.marks(store) == {("page", item.id, "en"), ("feed", "a", "en"), ("feed", "all", "en"), ("feed", "tag/t\ufffd", "en")}


def test_when_an_item_was_first_seen_is_kept_over_edits(store: SqlStore, make: Any) -> None:
    make.save(store, make.item(1), make.item(2))
    later = make.polled(at=make.now + timedelta(hours=1))
    edited, third = make.item(1, title="New", digest="d2"), make.item(3)
    store.save_poll(make.state(), [Change(item=edited, kind="updated"), Change(item=third, kind="new")], [], later)
    make.save(store, make.item(4, source="b"), source="b")
    assert store.first_seen("a") == {make.item(1).id: make.now, make.item(2).id: make.now, third.id: later.at}
    assert store.first_seen("unknown") == {}
