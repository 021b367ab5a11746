from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import decide, fulltext
from aggregator.model import Failed, Item, Job, Source

NOW = datetime(2026, 5, 1, tzinfo=UTC)
RSS = Source(name="rss", url="https://e.org/rss", full_text=True, translate_to=("de", "en"))
API = Source(name="api", url="https://e.org/api", translate_to=("de", "en"))
JOB = Job(item_id="1", language="", source="rss", digest="")
LONG = "<p>All that there is to say, and then some more.</p>"


def item(html: str = "", *, title: str = "T", url: str = "https://e.org/1", source: Source = RSS, **fields: object) -> Item:
    facts = {
        "digest": f"{title}|{html}",
        "flags": () if html else ("empty",),
        "published": NOW,
        "language": "en",
        "guid": "",
        "summary": "",
    }
    return Item(**{"id": "1", "source": source.name, "url": url, "title": title, "html": html, **facts, **fields})  # type: ignore[arg-type]


def changed(new: Item, stored: Item) -> Item | None:
    """The item as it is stored after a poll that brought it, None where nothing is stored."""
    found = decide.changes([new], {"1": stored}, now=NOW)
    return found[0].item if found else None


READ = fulltext.completed(item("<p>Short.</p>"), item(LONG))
LEFT = fulltext.completed(item("<p>Short.</p>"), None)


def test_a_page_is_wanted_once_for_each_address_of_an_item_whose_source_says_so():
    assert fulltext.is_wanted(item(), RSS)
    assert not fulltext.is_wanted(item(), API)
    assert not fulltext.is_wanted(item(url=""), RSS)
    assert not fulltext.is_wanted(READ, RSS)
    assert not fulltext.is_wanted(LEFT, RSS)
    assert fulltext.is_wanted(replace(READ, url="https://e.org/2"), RSS)


def test_the_page_comes_before_the_translations():
    assert [job.language for job in decide.work_for(item(), {RSS.name: RSS}, now=NOW)] == [""]
    assert [job.language for job in decide.work_for(READ, {RSS.name: RSS}, now=NOW)] == ["de"]
    assert [job.language for job in decide.work_for(item(source=API), {API.name: API}, now=NOW)] == ["de"]


def test_a_longer_text_is_taken_with_what_follows_from_it_and_nothing_else():
    found = item(
        LONG, title="other", summary="All", language="fr", detected="fr", flags=("undated", "cut"), image="i", published=NOW + timedelta(1)
    )
    before = item(flags=("empty",), language="en")
    after = fulltext.completed(before, found)
    assert after == replace(
        before, html=LONG, summary="All", language="fr", detected="fr", digest=found.digest, flags=("cut",), page_url=before.url,
        fed_digest=before.digest,
    )  # fmt: skip


@pytest.mark.parametrize("html", ["", "<p>x</p>", "<b>All</b> that there is to say, and then some more"])
def test_a_text_is_never_given_up_for_one_that_is_not_longer(html: str):
    assert fulltext.completed(item(LONG), item(html)) == replace(item(LONG), page_url="https://e.org/1")


def test_what_the_feed_has_is_no_change_of_an_item_whose_page_was_read():
    assert changed(item("<p>Short.</p>"), READ) is None
    assert changed(item(LONG), READ) is None


def test_an_edited_entry_keeps_the_text_of_its_page():
    edited = changed(item("<p>Short!</p>", title="New"), READ)
    assert edited is not None
    assert (edited.title, edited.html, edited.flags, edited.page_url) == ("New", LONG, (), READ.url)
    assert edited.digest not in (READ.digest, item(LONG).digest)
    assert changed(item("<p>Short!</p>", title="New"), edited) is None
    assert not fulltext.is_wanted(edited, RSS)
    without = changed(item("", title="New"), READ)
    assert without is not None
    assert (without.html, without.flags) == (LONG, ())


def test_an_entry_that_becomes_longer_than_its_page_takes_its_place():
    longer = item(LONG + LONG, title="New")
    after = changed(longer, READ)
    assert after == replace(longer, page_url=READ.url, revision=1, updated=NOW + timedelta(seconds=1))
    assert changed(item("<p>Corrected.</p>"), LEFT) == item(
        "<p>Corrected.</p>", page_url=LEFT.url, revision=1, updated=NOW + timedelta(seconds=1)
    )


def test_an_entry_that_moved_keeps_its_text_until_its_new_page_is_read():
    moved = changed(item("<p>Short!</p>", url="https://e.org/2"), READ)
    assert moved is not None
    assert (moved.html, fulltext.is_wanted(moved, RSS)) == (LONG, True)
    assert changed(item("<p>Short!</p>", url="https://e.org/2"), moved) is None
    again = fulltext.completed(moved, item(LONG + LONG))
    assert (again.html, again.fed_digest) == (LONG + LONG, moved.fed_digest)
    assert fulltext.completed(moved, None).fed_digest == moved.fed_digest


def test_a_text_that_another_source_brings_makes_the_page_needless():
    brought = changed(item(LONG, source=API), item())
    assert brought is not None
    assert (brought.source, brought.html, fulltext.is_wanted(brought, RSS)) == ("rss", LONG, False)
    assert changed(item(), brought) is None


@pytest.mark.parametrize("kind", ["robots", "gone", "blocked_address", "bad_source", "too_large"])
def test_what_will_not_change_is_not_tried_again(kind: str):
    failed = Failed(kind=kind, message="")  # type: ignore[arg-type]
    assert fulltext.due_again(JOB, failed, now=NOW, jitter=0) is None


def test_a_page_is_tried_seven_times_within_about_an_hour_and_not_before_the_site_allows():
    due = []
    for attempts in range(9):
        job = replace(JOB, attempts=attempts)
        due.append(fulltext.due_again(job, Failed(kind="status", message=""), now=NOW, jitter=0))
    waits = [at - NOW for at in due if at]
    assert (len(waits), sum(waits, timedelta(0))) == (6, timedelta(minutes=63))
    busy = Failed(kind="status", message="", headers={"retry-after": "7200"})
    assert fulltext.due_again(JOB, busy, now=NOW, jitter=0) == NOW + timedelta(hours=2)


def test_a_page_is_read_as_its_item_without_the_rules_of_the_feed():
    source = replace(RSS, full_text="article", include={"title": "x"}, exclude={"title": "y"}, language="fr")
    page = fulltext.as_page(item(declared="en", summary="a < b"), source)
    assert (page.kind, page.include, page.exclude, page.language) == (fulltext.BY_SELECTOR, {}, {}, "en")
    assert page.options == {"title": "T", "link": "https://e.org/1", "summary": "a &lt; b", "selector": "article"}
    assert fulltext.kind_of(RSS) == fulltext.BY_LOOKS


def test_advice_for_feeds_is_not_given_for_pages():
    assert fulltext.advice_of(Failed(kind="robots", message="", advice="ask them")) == "ask them"
    assert "polling" not in fulltext.advice_of(Failed(kind="timeout", message="", advice="polling goes on"))
