"""Real feed readers subscribe to a running instance: they see every item once, and nothing new where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.system.conftest import HEAD, Running, Site, ask
from tests.system.origin import Origin, plain
from tests.system.papers import entries, rss
from tests.system.readers import READERS, Reader
from tests.system.test_websub import a_free_port

pytestmark = pytest.mark.filterwarnings("ignore")  # the readers' own

SOURCE = '[sources.paper]\nurl = "{url}"\nlanguage = "zh-CN"\nevery = "1s"\n'
FORMS = ("rss", "atom")
ITEMS = 3


def titles(reader: Reader) -> list[str]:
    return sorted(title for title, _ in reader.entries())


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_every_item_once_and_nothing_new_without_news(name: str, site: Site, origin: Origin, tmp_path: Path) -> None:
    port = a_free_port()
    head = HEAD.replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    source = SOURCE.format(url=origin.url("/feed"))
    origin.route("/feed", plain(200, rss(range(ITEMS))))
    site.configure(source, head=head)
    subscribed = {
        (language, form): READERS[name](tmp_path / "home" / language / form, f"http://127.0.0.1:{port}/feeds/{language}/paper.{form}")
        for language in ("zh-CN", "zh-TW")
        for form in FORMS
    }
    known: dict[tuple[str, str], list[str]] = {}

    def all_see(check: Callable[[list[str]], bool]) -> None:
        for key, reader in subscribed.items():
            reader.update()
            known[key] = titles(reader)
            assert check(known[key]), (key, known[key])

    def nothing_is_new() -> None:
        before = dict(known)
        all_see(lambda shown: len(shown) == ITEMS)
        assert known == before

    with Running(site.start("-v", "run", "--port", str(port))) as daemon:
        published(daemon, site, ITEMS)
        all_see(lambda shown: len(set(shown)) == len(shown) == ITEMS)
        validators = {path: ask(port, path).headers for path in served(subscribed)}
        assert site.run("publish", "--all").returncode == 0  # a rebuild
        nothing_is_new()
        for path, headers in validators.items():
            assert ask(port, path, if_none_match=headers["etag"]).status == 304
            assert ask(port, path, if_modified_since=headers["last-modified"]).status == 304
        assert daemon.end() == 0
    site.configure(source, head=head, languages=("zh-CN", "zh-TW", "zh-HK"))
    with Running(site.start("-v", "run", "--port", str(port))) as daemon:  # a restart
        daemon.port()
        nothing_is_new()
        assert site.run("translate").returncode == 0  # translations that come late
        assert len(entries(site.feeds / "zh-HK" / "paper.atom")) == ITEMS
        nothing_is_new()
        origin.route("/feed", plain(200, rss(range(ITEMS)).replace("软件的第 1 条新闻".encode(), "软件的第 1 条新闻, 更正".encode())))
        daemon.hear("polled paper: fetched, 0 new, 1 updated")
        daemon.hear("published feed zh-TW paper")
        nothing_is_new()  # but one is updated
        for reader in subscribed.values():
            assert sum("更正" in text for _, text in reader.entries()) == reader.follows_edits
        origin.route("/feed", plain(200, rss(range(ITEMS + 1))))
        daemon.hear("polled paper: fetched, 1 new")
        daemon.hear("published feed zh-TW paper")
        all_see(lambda shown: len(set(shown)) == len(shown) == ITEMS + 1)


def served(subscribed: dict[tuple[str, str], Reader]) -> list[str]:
    return [f"/feeds/{language}/paper.{form}" for language, form in subscribed]


def published(daemon: Running, site: Site, number: int) -> None:
    """Wait until the translated feed has that many entries."""
    while True:
        daemon.hear("published feed zh-TW paper")
        if len(entries(site.feeds / "zh-TW" / "paper.atom")) == number:
            return
