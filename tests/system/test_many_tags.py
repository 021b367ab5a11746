"""The pages around a site of many tags: news changes the pages it stands on, and the result is that of laying out everything."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from lxml import html as dom

from aggregator.core import shelves
from aggregator.core.shelves import FEW
from aggregator.runners.chores import chores
from tests.system.press import add_tags, item
from tests.system.test_index_pages import Work, working

TAGS = [f"t{number:03}" for number in range(FEW + 50)]


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    """A site with many tags: they are in the store alone, as publishing them all would take long."""
    with working(tmp_path) as work:
        work.bring(item(0, tags=("t000",)))
        work.publish()
        with closing(sqlite3.connect(tmp_path / "data" / "store.db", isolation_level=None)) as database:
            add_tags(database, TAGS[1:], like="t000")
        work.house.lay_out()
        yield work


def site(work: Work) -> dict[str, tuple[bytes, int]]:
    """The bytes and the inode of each page, by path."""
    folder = work.house.settings.paths.site or Path()
    found = {path.relative_to(folder).as_posix(): path for path in [*folder.glob("*.*"), *folder.glob("index/**/*.html")]}
    return {path: (file.read_bytes(), file.stat().st_ino) for path, file in found.items()}


def tags_of(work: Work) -> list[str]:
    """The tags that the first page leads to, in order."""
    folder = work.house.settings.paths.site or Path()
    pages = dom.document_fromstring((folder / "index.html").read_bytes()).xpath("//h2[@id='tags']/following-sibling::ul//a/@href")
    rows = [dom.document_fromstring((folder / page).read_bytes()).xpath("//th/text()") for page in pages]
    return [row for page in rows for row in page]


def test_many_tags_have_pages_of_their_own_that_the_first_one_leads_to(work: Work) -> None:
    assert tags_of(work) == [f"T: {tag}" for tag in TAGS]
    assert b"tag/t001" not in site(work)["index.html"][0]
    assert b"feeds/zh-CN/paper.rss" in site(work)["index.html"][0]
    (folder,) = {path.parent for path in (work.house.settings.paths.site or Path()).glob("index/tag/*.html")}
    for page in folder.iterdir():
        document = dom.document_fromstring(page.read_bytes())
        links = [link for link in document.xpath("//a/@href | //link/@href") if "/tag/" not in link or "t000" in link]
        assert len(links) >= 2
        assert all((folder / link).is_file() for link in links)


def test_a_new_tag_changes_one_page_at_once_and_the_lists_when_it_is_time(work: Work) -> None:
    name = next(name for name in (f"u{number}" for number in range(9)) if not shelves.opens(f"tag/{name}"))
    before = site(work)
    work.bring(item(1, tags=(name,)))
    work.publish()
    assert work.chore.wanted
    asyncio.run(work.chore.tick())
    (page,) = (path for path, told in site(work).items() if told != before.get(path))
    assert f"tag/{name}.rss".encode() in site(work)[page][0]
    (lists,) = (chore for chore in chores(work.house) if chore.name == "lists")
    between = site(work)
    asyncio.run(lists.tick())
    assert {path for path, told in site(work).items() if told != between[path]} == {"index.html", "opml.xml"}
    assert b"tag/" + name.encode() in site(work)["opml.xml"][0]


def test_what_news_makes_of_the_pages_is_what_laying_out_everything_would(work: Work) -> None:
    dice = Random(1)
    names = [f"{letter}{number}" for letter in "stu" for number in range(150)]
    openers, others = [name for name in names if shelves.opens(f"tag/{name}") and name not in TAGS], ["t000x", "t1", "t249x", "tz"]
    assert len(openers) > 3
    for number in range(8):
        tags = [name for name in [*openers, *others] if dice.random() < 0.4]
        work.bring(item(1, tags=tuple(tags), title=f"{number}"))
        work.publish()
        asyncio.run(work.chore.tick())
        pages = {path: told for path, told in site(work).items() if path.startswith("index/")}
        work.house.lay_out()
        assert {path: told for path, told in site(work).items() if path.startswith("index/")} == pages
        assert tags_of(work) == [f"T: {tag}" for tag in sorted([*TAGS, *tags])]


def test_a_site_that_shrinks_has_one_page_again(work: Work, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "store.db", isolation_level=None)) as database:
        database.execute("DELETE FROM feed_pages WHERE feed > 'tag/t020' AND feed < 'tag0'")
    work.house.lay_out()
    assert not [path for path in site(work) if path.startswith("index/")]
    assert b"tag/t020.rss" in site(work)["index.html"][0]


def test_a_page_of_somebody_else_s_stays(work: Work) -> None:
    mine = (work.house.settings.paths.site or Path()) / "index" / "mine.html"
    mine.write_text("<p>mine", "utf-8")
    work.house.lay_out()
    assert mine.read_text("utf-8") == "<p>mine"


def test_what_can_not_be_written_is_laid_out_the_next_time(work: Work) -> None:
    folder = (work.house.settings.paths.site or Path()) / "index" / "tag"
    away = folder.rename(folder.with_name("away"))
    folder.write_text("in the way")
    work.bring(item(1, tags=("zz",)))
    work.publish()
    asyncio.run(work.chore.tick())
    assert work.chore.wanted
    folder.unlink()
    away.rename(folder)
    asyncio.run(work.chore.tick())
    assert any(b"tag/zz.rss" in told for told, _ in site(work).values())
