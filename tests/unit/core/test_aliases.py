"""What an entry that comes under another name is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.core import aliases
from aggregator.model import Alias, Item, Source

AT = datetime(2025, 3, 1, 9, 30, 5, tzinfo=UTC)
MIDNIGHT = AT.replace(hour=0, minute=0, second=0)
DAY = timedelta(days=1)


def item(id: str = "1", **fields: Any) -> Item:
    known = {"source": "s", "guid": id, "url": "https://e.org/1", "title": "Title", "html": "", "summary": "", "published": AT}
    return Item(**({"id": id, "language": "en", "digest": "d1"} | known | fields))


@dataclass
class Memory:
    """What one poll after the other leaves behind."""

    stored: dict[str, Item] = field(default_factory=dict)
    known: set[Alias] = field(default_factory=set)

    def see(self, *items: Item, profile: Any = "clean", same_story: bool = False) -> list[str]:
        """The ids that a document's items have, after they are stored."""
        source = Source(name=items[0].source, url="https://e.org/feed", profile=profile, same_story=same_story)
        names = aliases.names_of(items, source, now=AT + 9 * DAY)
        found = aliases.recognize(items, names, self._rows(name for each in names.values() for name in each.all), self.stored, source)
        self.known |= set(found.learned)
        for made in found.items:
            self.stored.setdefault(made.id, made)
        return [made.id for made in found.items]

    def _rows(self, names: Iterable[str]) -> list[Alias]:
        wanted = set(names)
        return sorted(alias for alias in self.known if alias.name in wanted)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"url": "http://www.e.org/1/?utm_source=rss#top"},
        {"url": "", "guid": "http://e.org/1"},
        {"title": "Other", "digest": "d2"},
        {"published": AT + DAY},
        {"url": "https://new.example/one"},
        {"language": "fr"},
    ],
)
def test_an_item_under_another_id_is_the_one_it_was(changed: dict[str, Any]) -> None:
    memory = Memory()
    memory.see(item())
    for _ in range(2):
        assert memory.see(item("new", **changed)) == ["1"]
    assert memory.see(item("new", url="https://far.example/", title="All", digest="else", published=AT + 3 * DAY)) == ["1"]
    assert memory.see(item()) == ["1"]


@pytest.mark.parametrize(
    "other",
    [
        {"digest": "d2", "published": AT + DAY},
        {"digest": "d2", "flags": ("undated",)},
        {"url": "https://e.org/2", "digest": "d2"},
        {"url": "https://e.org/2", "published": AT + DAY},
    ],
)
def test_an_item_at_the_same_address_or_with_the_same_text_may_be_another(other: dict[str, Any]) -> None:
    memory = Memory()
    memory.see(item())
    assert memory.see(item("new", **other)) == ["new"]


def test_a_day_is_a_date_that_many_items_have() -> None:
    memory = Memory()
    memory.see(item(published=MIDNIGHT))
    assert memory.see(item("2", published=MIDNIGHT, title="Other", digest="d2")) == ["2"]
    assert memory.see(item("3", published=MIDNIGHT, digest="d3")) == ["1"]


def test_a_sites_home_is_the_address_of_no_item() -> None:
    memory = Memory()
    memory.see(item(url="https://e.org/"))
    assert memory.see(item("2", url="https://www.e.org", digest="d2")) == ["2"]


def test_items_that_share_an_address_within_a_document_are_different_ones() -> None:
    memory = Memory()
    both = [item(), item("2")]
    assert memory.see(*both) == ["1", "2"]
    assert memory.see(*both) == ["1", "2"]
    assert memory.see(item("3"), item("4")) == ["3", "4"]
    assert {alias.name for alias in memory.known} == {"1", "2", "3", "4"}


def test_an_item_that_stands_in_the_document_itself_is_not_taken_by_another_entry() -> None:
    memory = Memory()
    memory.see(item())
    assert memory.see(item(url="https://e.org/moved", digest="d2"), item("2")) == ["1", "2"]


def test_of_two_entries_that_could_be_an_item_the_first_is() -> None:
    memory = Memory()
    memory.see(item())
    memory.see(item(url="https://e.org/moved"))
    assert memory.see(item("3", digest="d3"), item("4", url="https://e.org/moved", digest="d4")) == ["1", "4"]


def test_a_whole_feed_that_changes_its_ids_is_reordered_and_nothing_is_new() -> None:
    def entry(number: int, id: str) -> Item:
        return item(f"{id}-{number}", url=f"https://e.org/{number}", title=f"Item {number}", digest=f"d{number}")

    memory = Memory()
    before = memory.see(*(entry(number, "old") for number in range(30)))
    assert memory.see(*(entry(number, "new") for number in reversed(range(30)))) == before[::-1]


def test_what_is_known_is_not_learned_again() -> None:
    names = aliases.names_of([item()], Source(name="s", url=""), now=AT + 9 * DAY)
    first = aliases.recognize([item()], names, [], {}, Source(name="s", url=""))
    assert {alias[1:] for alias in first.learned} == {("s", "1")}
    assert aliases.recognize([item()], names, first.learned, {"1": item()}, Source(name="s", url="")).learned == ()


def test_a_removed_item_does_not_come_back_under_any_id() -> None:
    memory = Memory()
    memory.see(item())
    del memory.stored["1"]
    assert memory.see(item(), item("2", url="https://e.org/2", digest="d2")) == ["2"]
    assert memory.see(item("new")) == []
    assert memory.see(item("3", digest="d3", published=AT + DAY)) == ["3"]


@pytest.mark.parametrize(
    ("there", "same"),
    [
        ({}, True),
        ({"url": "https://other.example/1"}, False),
        ({"digest": "d2"}, True),
        ({"digest": "d2", "published": AT + DAY / 3}, True),
        ({"digest": "d2", "published": AT + DAY / 3, "language": "fr"}, False),
        ({"digest": "d2", "published": AT + DAY}, False),
        ({"digest": "d2", "published": AT + DAY / 3, "title": "Other"}, False),
        ({"digest": "d2", "published": AT + 9 * DAY, "flags": ("undated",)}, True),
        ({"digest": "d2", "flags": ("undated",), "title": "Other"}, False),
        ({"digest": "d2", "flags": ("undated",), "language": "fr"}, False),
        ({"url": "https://e.org/2", "digest": "d2"}, False),
        # a day alone: in the feed's zone, or in that of the source
        ({"digest": "d2", "published": MIDNIGHT + DAY}, True),
        ({"digest": "d2", "published": AT.replace(hour=22, minute=0, second=0), "flags": ("zoneless",)}, True),
        ({"digest": "d2", "published": AT.replace(day=2, hour=8, minute=0, second=0), "flags": ("zoneless",)}, True),
        ({"digest": "d2", "published": AT + 0.9 * DAY, "flags": ("zoneless",)}, False),
        ({"digest": "d2", "published": MIDNIGHT + 2 * DAY}, False),
        # the name of the site behind the title
        ({"digest": "d2", "published": AT + DAY / 99, "title": "Title | The Site"}, True),
        ({"digest": "d2", "published": AT + DAY / 99, "title": "Title - The Site"}, True),
        ({"digest": "d2", "published": AT + DAY / 99, "title": "Title – The Site"}, True),
        ({"digest": "d2", "published": AT + DAY / 99, "title": "Titled"}, False),
        ({"digest": "d2", "published": AT + DAY / 99, "title": ""}, False),
    ],
)
def test_an_article_through_two_sources_is_one(there: dict[str, Any], same: bool) -> None:
    memory = Memory()
    memory.see(item())
    found = item("2", source="t", **there)
    assert Memory(dict(memory.stored), set(memory.known)).see(found, profile="compat") == ["2"]
    for _ in range(2):
        assert memory.see(found) == ["1" if same else "2"]
    assert memory.see(replace(item(), digest="edited")) == ["1"]


def test_without_a_title_two_sources_have_to_agree_on_the_date() -> None:
    for there, same in (({"published": AT + DAY / 3}, True), ({"flags": ("undated",)}, False), ({"published": MIDNIGHT + DAY}, False)):
        memory = Memory()
        memory.see(item(title=""))
        assert memory.see(item("2", source="t", title="", digest="d2", **there)) == ["1" if same else "2"]


def test_the_same_words_under_another_address_are_one_article_where_both_sources_ask_for_stories() -> None:
    again = item("2", source="t", url="https://other.example/1")
    for first, second, found in ((False, False, "2"), (True, False, "2"), (False, True, "2"), (True, True, "1")):
        memory = Memory()
        memory.see(item(), same_story=first)
        assert memory.see(again, same_story=second) == [found]


def test_of_a_name_that_many_share_few_are_looked_at_and_always_ones_own() -> None:
    shared = [Alias("name", f"s{number:02}", str(number)) for number in range(30)]
    found = aliases.nearest([*shared, Alias("other", "s99", "99")], Source(name="s29", url="https://e.org/feed"))
    assert found == [*shared[: aliases.MOST_ELSEWHERE], shared[29], Alias("other", "s99", "99")]
