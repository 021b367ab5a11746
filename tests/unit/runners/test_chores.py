"""What follows publishing comes as often as it is asked for, no more often, and only after news."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator import config, wiring
from aggregator.errors import AggregatorError
from aggregator.model import Change, Item, Mark, Polled, PollState, Published
from aggregator.runners import surroundings, work
from aggregator.runners.chores import Chore, chores
from aggregator.wiring import House

MARK = Mark(kind="feed", key="all", language="en")
WROTE, DELETED, NOTHING = Published(mark=MARK, written=("a",)), Published(mark=MARK, removed=("a",)), Published(mark=MARK, paths=("a",))
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass
class Clock:
    """Minutes that a test lets pass."""

    minutes: float = 0
    began: list[float] = field(default_factory=list)
    fails: bool = False

    def chore(self, **options: Any) -> Chore:
        return Chore("it", timedelta(minutes=10), self._work, clock=lambda: self.minutes * 60, **options)

    async def _work(self) -> None:
        self.began.append(self.minutes)
        if self.fails:
            raise AggregatorError("it broke")


def beats(clock: Clock, chore: Chore, *minutes: float) -> list[float]:
    """When it began, of these minutes."""
    clock.began = []
    for clock.minutes in minutes:
        asyncio.run(chore.tick())
    return clock.began


def test_it_is_done_at_the_start_and_then_only_after_news_and_not_too_often() -> None:
    clock = Clock()
    chore = clock.chore()
    assert beats(clock, chore, 0, 5, 10, 20) == [0]
    for event in (NOTHING, Polled(source="a", at=NOW, outcome="fetched", new=1)):
        chore.hear(event)
    assert beats(clock, chore, 21) == []
    chore.hear(WROTE)
    assert beats(clock, chore, 22) == [22]
    chore.hear(DELETED)
    chore.hear(WROTE)
    assert beats(clock, chore, 23, 31.9, 32, 33, 50) == [32]  # once for all that came in between


def test_what_comes_while_it_is_done_is_done_again() -> None:
    clock = Clock()
    chore = clock.chore()
    work = chore.work

    async def meanwhile() -> None:
        await work()
        chore.hear(WROTE)

    chore.work = meanwhile
    assert beats(clock, chore, 0, 9, 10) == [0, 10]


def test_what_is_always_to_be_done_waits_for_no_news() -> None:
    clock = Clock()
    assert beats(clock, clock.chore(always=True), 0, 9, 10, 19, 20) == [0, 10, 20]


def test_what_failed_is_logged_and_done_again_when_it_is_time(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock(fails=True)
    chore = clock.chore()
    assert beats(clock, chore, 0, 5, 10) == [0, 10]
    assert [record.getMessage() for record in caplog.records] == ["it: it broke"] * 2
    clock.fails = False
    assert beats(clock, chore, 20, 30, 40) == [20]


def test_the_configuration_says_what_is_to_be_done(tmp_path: Path) -> None:
    asked = {"hugo": {"site": "../site"}, "git": {"commit": True, "every": "1h"}, "paths": {"site": "../public"}}
    with house_of(tmp_path, {}) as house:
        assert [chore.name for chore in chores(house)] == ["prune", "search index"]
    with house_of(tmp_path, asked) as house:
        every = {chore.name: (chore.every, chore.always) for chore in chores(house)}
    none, minute, minutes, hour, day = (timedelta(minutes=each) for each in (0, 1, 10, 60, 24 * 60))
    always = {"prune": (day, True), "search index": (none, True)}
    assert every == always | {
        "index pages": (none, False), "lists": (minute, False), "git": (hour, False), "hugo": (minutes, False)
    }  # fmt: skip


def test_the_daemon_s_chores_prune_and_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for name, value in (("user.name", "T"), ("user.email", "t@e.example")):
        git(tmp_path, "config", name, value)
    source = {"url": "https://a.example/", "language": "en", "translate_to": [], "retention": 1}
    with house_of(tmp_path, {"git": {"commit": True}, "sources": {"a": source}}) as house:
        bring(house, 2)
        done = {chore.name: chore for chore in chores(house)}
        publish(house)
        run(done["git"])
        assert git(tmp_path, "log", "--format=%s").splitlines() == ["Publish 2 files"]
        run(done["prune"])
        publish(house)
        assert [path.name for path in (tmp_path / "data" / "content").rglob("*.md")] == ["1.en.md"]
        done["git"].wanted, done["git"].every = True, timedelta(0)
        run(done["git"])
    assert git(tmp_path, "log", "--format=%s").splitlines() == ["Publish 1 file", "Publish 2 files"]
    assert git(tmp_path, "ls-files") == "data/content/en/news/a/1.en.md\n"


def test_a_language_that_the_site_leaves_out_is_told_before_each_build(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "hugo.toml").write_text("[languages.en]\n[languages.ZH-cn]\n", "utf-8")
    table = {"site": {"languages": ["en", "zh-CN", "de"]}, "hugo": {"site": "../site", "command": f"{sys.executable} -c pass"}}
    with house_of(tmp_path, table) as house:
        run(next(chore for chore in chores(house) if chore.name == "hugo"))
    (record,) = caplog.records
    assert "has no [languages.de]: documents in de are not on the site" in record.getMessage()


def test_a_language_that_only_documents_are_in_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "hugo.toml").write_text("[languages.en]\n[languages.de]\n", "utf-8")
    content = tmp_path / "content"
    for folder in ("en/news", "de/news", "fr-FR/news", "und/news", "static/pictures"):
        (content / folder).mkdir(parents=True)
    table = {"site": {"languages": ["en"]}, "hugo": {"site": str(tmp_path)}, "paths": {"content": str(content)}}
    french, unknown = surroundings.misfits(config.from_table(table, folder=tmp_path, environ={}))
    assert "has no [languages.fr-fr]: documents in fr-FR are not on the site" in french
    assert "[languages.und]" in unknown


@pytest.mark.parametrize("text", ["", "title = 'one language'\n", "no TOML", None])
def test_a_site_that_says_nothing_of_languages_is_believed_to_have_them(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "hugo.toml").write_text(text, "utf-8")
    settings = config.from_table({"hugo": {"site": str(tmp_path)}}, folder=tmp_path, environ={})
    assert list(surroundings.misfits(settings)) == []


def test_what_git_can_not_commit_is_found_before(tmp_path: Path) -> None:
    settings = config.from_table({"git": {"commit": True}}, folder=tmp_path / "config", environ={})
    (alone,) = surroundings.misfits(settings)
    assert "not a git repository" in alone
    git(tmp_path, "init", "--quiet")
    assert list(surroundings.misfits(settings)) == []
    (tmp_path / ".gitignore").write_text("/data/\n", "utf-8")
    (ignored,) = surroundings.misfits(settings)
    assert "git ignores" in ignored
    assert ".gitignore:1:/data/" in ignored


@contextmanager
def house_of(folder: Path, table: dict[str, Any]) -> Iterator[House]:
    with wiring.open_house(config.from_table(table, folder=folder / "config", environ={})) as house:
        yield house


def bring(house: House, count: int) -> None:
    """Items of one poll."""
    items = [
        Item(
            id=f"00000000-0000-0000-0000-00000000000{n}", source="a", guid=str(n), url=f"https://a.example/{n}", title=f"News {n}",
            html="<p>x</p>", summary="x", published=NOW + timedelta(minutes=n), language="en", digest=str(n),
        )
        for n in range(count)
    ]  # fmt: skip
    state = PollState(source="a", url="u", configured_url="u", due_at=NOW)
    house.store.save_poll(state, [Change(item=item, kind="new") for item in items], [], Polled(source="a", at=NOW, outcome="fetched"))


def publish(house: House) -> None:
    asyncio.run(work.publish_all(house.pipeline, lambda event: None))


def run(chore: Chore) -> None:
    asyncio.run(chore.tick())


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
