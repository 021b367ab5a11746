"""What no longer fits into a feed stands in archives, which never change; and what is not news changes no byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.system.press import BASE, Press, item, press
from tests.validation import problems
from tests.validation.rules import ATOM


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Press]:
    with press(tmp_path) as made:
        yield made


def feed(here: Press, name: str = "zh-CN/paper") -> etree._Element:
    return etree.fromstring((here.roots["feeds"] / f"{name}.atom").read_bytes())


def numbers(root: etree._Element) -> list[int]:
    """The items that a feed holds."""
    return [int(title.split()[1]) for title in root.xpath("a:entry/a:title/text()", namespaces={"a": ATOM})]


def link(root: etree._Element, rel: str) -> str:
    found = root.find(f"{{{ATOM}}}link[@rel='{rel}']")
    return "" if found is None else found.get("href").removeprefix(f"{BASE}/feeds/").removesuffix(".atom")


def walked(here: Press, name: str = "zh-CN/paper") -> dict[str, list[int]]:
    """A feed and all archives that lead back from it, as a reader of RFC 5005 gets them."""
    found = {}
    while name:
        root = feed(here, name)
        found[name] = numbers(root)
        name = link(root, "prev-archive")
    return found


def test_a_reader_gets_every_item_from_the_feed_and_its_archives(here: Press) -> None:
    here.bring(*map(item, range(34)))
    here.publish()
    found = walked(here)
    assert list(found) == ["zh-CN/paper", "zh-CN/archive/paper/3", "zh-CN/archive/paper/2", "zh-CN/archive/paper/1"]
    assert found["zh-CN/paper"] == list(range(33, 23, -1))
    assert sorted({number for each in found.values() for number in each}) == list(range(34))
    pages = [json.loads((here.roots["feeds"] / "zh-CN" / "paper.json").read_bytes())]
    while address := pages[-1].get("next_url"):
        pages.append(json.loads((here.roots["feeds"] / address.removeprefix(f"{BASE}/feeds/")).read_bytes()))
    assert len({one["id"] for page in pages for one in page["items"]}) == 34


def test_archives_are_valid_in_every_format_and_variant(here: Press) -> None:
    news = [item(number) for number in range(23)]
    here.bring(*news)
    for one in news:
        here.translate(one)
    here.publish()
    documents = {path: data for path, (data, _) in here.files().items() if "/archive/" in path}
    assert {path.split("/")[3] for path in documents} == {"all", "paper", "tag", "all.bilingual", "paper.bilingual"}
    assert len(documents) == 3 * 3 * (2 + 2 + 2)  # formats, feeds; two archives in Chinese, in English and in both
    assert [f"{path}: {problem}" for path, data in documents.items() for problem in problems(path, data)] == []


def test_a_full_archive_never_changes(here: Press) -> None:
    here.bring(*map(item, range(0, 40, 2)))
    here.publish()
    before = {path: file for path, file in here.files().items() if "/archive/" in path}
    assert len(before) == 2 * 3 * 3
    here.bring(item(0, title="edited", digest="other"))
    here.bring(*map(item, range(1, 40, 2)))
    here.publish()
    after = here.files()
    assert {path: after[path] for path in before} == before
    assert sorted({number for each in walked(here).values() for number in each}) == list(range(40))


def test_what_is_pruned_leaves_the_archives_too(here: Press) -> None:
    here.bring(*map(item, range(54)))
    here.translate(item(12))
    here.publish()
    before = here.files()
    here.retain(items=37)  # 0 to 16 go: the first archive and most of the second
    here.publish()
    after = here.files()
    found = walked(here)
    assert list(found) == ["zh-CN/paper", *(f"zh-CN/archive/paper/{number}" for number in (5, 4, 3, 2))]
    assert sorted({number for each in found.values() for number in each}) == list(range(17, 54))
    gone = {path for path in before if re.search(r"/archive/.*/1\.(rss|atom|json)$", path)}
    assert len(gone) == 3 * 3  # formats, feeds
    assert {path for path in before if path not in after and path.startswith("feeds/zh-CN/")} == gone
    assert {path for path in gone | set(after) if "/archive/" in path and after.get(path) != before[path]} == gone | {
        path.replace("/1.", "/2.") for path in gone
    }
    pruned = re.compile(rb"paper\.example/(\d|1[0-6])\b")
    assert [path for path, (data, _) in after.items() if pruned.search(data)] == []
    documents = {path: data for path, (data, _) in after.items() if path.endswith((".rss", ".atom", ".json"))}
    assert [f"{path}: {problem}" for path, data in documents.items() for problem in problems(path, data)] == []


def test_archives_of_what_was_pruned_are_deleted_from_the_middle_without_a_broken_link(here: Press) -> None:
    here.bring(*map(item, range(54)))
    here.publish()
    here.store.remove_items([item(number).id for number in range(20, 40)], [], now=here.now)
    here.publish()
    assert list(walked(here)) == ["zh-CN/paper", *(f"zh-CN/archive/paper/{number}" for number in (5, 2, 1))]
    here.store.remove_items([item(number).id for number in range(40, 54)], [], now=here.now)
    here.publish()
    assert list(walked(here)) == ["zh-CN/paper", *(f"zh-CN/archive/paper/{number}" for number in (2, 1))]


def test_the_bilingual_variant_goes_with_the_last_translation(here: Press) -> None:
    here.bring(item(1), item(2))
    here.translate(item(1))
    here.publish()
    bilingual = {path for path in here.files() if "bilingual" in path}
    assert len(bilingual) == 3 * 3  # formats, feeds
    here.store.remove_items([item(1).id], [], now=here.now)
    here.publish()
    assert bilingual.isdisjoint(here.files())


def test_bilingual_archives_lead_to_each_other_also_where_nothing_is_translated(here: Press) -> None:
    here.bring(*(item(number, language="en") for number in range(10)), *(item(number) for number in range(10, 24)))
    for number in range(10, 24):
        here.translate(item(number))
    here.publish()
    found = walked(here, "en/all.bilingual")
    assert list(found) == ["en/all.bilingual", "en/archive/all.bilingual/2", "en/archive/all.bilingual/1"]
    assert sorted({number for each in found.values() for number in each}) == list(range(24))


def test_a_feed_that_is_killed_between_two_archives_goes_on_there(here: Press) -> None:
    here.bring(*map(item, range(34)))
    marks = here.store.claim_marks(now=here.now, limit=100, lease=here.now - here.now)
    begun = here.store.fill_archives(feed="paper", language="zh-CN", size=10, limit=8)
    assert [archive.number for archive in begun] == [1, 2, 3]
    here.publish()
    assert len(marks) == 34 + 3
    assert len(walked(here)) == 4


def test_a_feed_with_many_archives_is_published_after_them(here: Press) -> None:
    here.limit = 2
    here.bring(*map(item, range(41)))
    published = [done for done in here.publish() if done.mark.kind == "feed" and done.mark.key == "paper"]
    assert len(walked(here)) == 21
    assert published[-1].paths[0] == "zh-CN/paper.rss"
    assert [done.paths[0] for done in published[:-1]] == [f"zh-CN/archive/paper/{number}.rss" for number in range(1, 21)]


def test_what_is_published_again_from_scratch_leads_to_the_same_archives(here: Press) -> None:
    here.bring(*map(item, range(34)))
    here.publish()
    before = here.files()
    (here.roots["feeds"] / "zh-CN" / "archive" / "paper" / "2.rss").unlink()
    here.store.mark_all()
    here.publish()
    assert {path: data for path, (data, _) in here.files().items()} == {path: data for path, (data, _) in before.items()}


def test_a_hundred_rebuilds_without_news_change_no_byte(here: Press) -> None:
    here.limit = 2
    here.bring(*(item(number, tags=()) for number in range(3)))
    here.translate(item(2, tags=()))
    here.publish()
    before = here.files()
    assert len(before) == 2 * (3 + 3) + 2 * (3 + 3) + 1 + 4  # feeds, archives and bilingual variants, the stylesheet, documents
    for _ in range(100):
        here.store.mark_all()
        assert not any(done.written or done.error for done in here.publish())
    assert here.files() == before


def test_a_late_translation_moves_neither_id_nor_date_of_anything(here: Press) -> None:
    news = [item(number) for number in range(3)]
    here.bring(*news)
    here.translate(news[2])
    here.publish()
    original, translated = (etree.tostring(feed(here, name)) for name in ("zh-CN/paper", "en/paper"))
    known = stamps(feed(here, "en/paper"))
    here.translate(news[0])
    here.publish()
    assert etree.tostring(feed(here)) == original
    assert etree.tostring(feed(here, "en/paper")) != translated
    assert stamps(feed(here, "en/paper"))[: len(known)] == known
    assert numbers(feed(here, "en/paper")) == [2, 0]


def test_the_original_stands_in_the_feed_of_its_own_language(here: Press) -> None:
    here.bring(item(1))
    here.translate(item(1))
    here.publish()
    assert numbers(feed(here)) == [1]
    assert b"provenance" not in etree.tostring(feed(here))
    assert b"provenance" in etree.tostring(feed(here, "en/paper"))
    assert not (here.roots["feeds"] / "zh-CN" / "paper.bilingual.atom").exists()


def stamps(root: etree._Element) -> list[tuple[str, ...]]:
    return [
        tuple(entry.findtext(f"{{{ATOM}}}{name}") for name in ("id", "published", "updated")) for entry in root.iter(f"{{{ATOM}}}entry")
    ]
