"""Real feed readers subscribe to a running instance: they see every item once, and nothing new where nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.system.calls import until
from tests.system.conftest import HEAD, Running, Site, ask
from tests.system.origin import Origin, plain
from tests.system.papers import entries, rss
from tests.system.readers import READERS, Reader, here, missing
from tests.system.recording import Recorder, recorder
from tests.system.test_websub import a_free_port

pytestmark = pytest.mark.filterwarnings("ignore")  # the readers' own

SOURCE = '[sources.paper]\nurl = "{url}"\nlanguage = "zh-CN"\nevery = "1s"\ntags = ["markets"]\n'
HELD = '[[routes]]\nfrom = "*"\nto = "zh-TW"\nengines = ["google"]\n'  # which is not asked offline
ORIGINAL, BILINGUAL = ("zh-CN/paper.rss", "zh-CN/paper.json"), ("zh-TW/all.bilingual.atom",)
TRANSLATION = ("zh-TW/paper.rss", "zh-TW/paper.atom")
MORE = ("zh-TW/all.rss", "zh-TW/tag/markets.atom")  # for readers that are no programs of their own: those take their time
ITEMS = 3
BEGUN, REBUILT, RESTARTED, TRANSLATED, EDITED, LATE, GREW = range(7)


def feeds_of(kind: type[Reader]) -> tuple[str, ...]:
    """What a reader subscribes to."""
    wanted = (*ORIGINAL, *BILINGUAL, *TRANSLATION, *(() if kind.programs else MORE))
    return tuple(feed for feed in wanted if feed.endswith(kind.forms))


@dataclass
class Story:
    """What each reader had of each feed after each chapter, and the answers that it got in it."""

    had: dict[str, list[dict[str, list[tuple[str, str]]]]] = field(default_factory=dict)
    answers: dict[str, list[list[int]]] = field(default_factory=dict)

    def titles(self, name: str, chapter: int) -> dict[str, list[str]]:
        """What a reader has ever shown as new, by feed."""
        return {feed: sorted(title for title, _ in found) for feed, found in self.had[name][chapter].items()}


@dataclass
class Public:
    """All readers that are here, each subscribed to every feed."""

    folder: Path
    through: Recorder
    story: Story = field(default_factory=Story)
    readers: dict[str, dict[str, Reader]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, kind in READERS.items():
            if not missing(kind):
                address = f"http://127.0.0.1:{self.through.port}/{name.replace(' ', '-')}/feeds"
                self.readers[name] = {
                    feed: kind(self.folder / name / feed.replace("/", "-"), f"{address}/{feed}") for feed in feeds_of(kind)
                }

    def looks(self) -> None:
        """Everybody fetches every feed."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda reader: reader.update(), [reader for feeds in self.readers.values() for reader in feeds.values()]))
        for name, feeds in self.readers.items():
            self.story.had.setdefault(name, []).append({feed: reader.entries() for feed, reader in feeds.items()})
            self.story.answers.setdefault(name, []).append(self.through.take(name.replace(" ", "-")))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """An instance begins, rebuilds, starts again, gets a language late, an edit, its translation late, an item: a look after each."""
    site, port = Site(tmp_path_factory.mktemp("site")), a_free_port()
    head = HEAD.replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    with Origin() as origin, recorder(port) as through:
        source = SOURCE.format(url=origin.url("/feed"))
        public = Public(tmp_path_factory.mktemp("homes"), through)
        origin.route("/feed", plain(200, rss(range(ITEMS))))
        site.configure(source, head=head)
        with running(site, port) as daemon:
            published(daemon, site, ITEMS)
            public.looks()
            validators = {feed: ask(port, f"/feeds/{feed}").headers for feed in (*ORIGINAL, *BILINGUAL, *TRANSLATION, *MORE)}
            assert site.run("publish", "--all").returncode == 0
            public.looks()
            for feed, headers in validators.items():
                assert ask(port, f"/feeds/{feed}", if_none_match=headers["etag"]).status == 304
                assert ask(port, f"/feeds/{feed}", if_modified_since=headers["last-modified"]).status == 304
            assert daemon.end() == 0
        languages = ("zh-CN", "zh-TW", "zh-HK")
        site.configure(HELD + source, head=head, languages=languages)
        with running(site, port, "--offline") as daemon:
            daemon.port()
            public.looks()
            assert site.run("--offline", "translate").returncode == 0
            late = site.feeds / "zh-HK" / "paper.atom"
            until(lambda: late.exists() and len(entries(late)) == ITEMS)
            public.looks()
            origin.route("/feed", plain(200, rss(range(ITEMS)).replace("软件的第 1 条新闻".encode(), "软件的第 1 条新闻, 更正".encode())))
            daemon.hear("polled paper: fetched, 0 new, 1 updated")
            published(daemon, site, ITEMS, word="The original was changed")
            public.looks()
            site.configure(source, head=head, languages=languages)  # the engine can be had again
            assert site.run("--offline", "translate").returncode == 0
            until(lambda: "更正" in (site.feeds / "zh-TW" / "paper.atom").read_text("utf-8"))
            public.looks()
            origin.route(
                "/feed", plain(200, rss(range(ITEMS + 1)).replace("软件的第 1 条新闻".encode(), "软件的第 1 条新闻, 更正".encode()))
            )
            daemon.hear("polled paper: fetched, 1 new")
            assert site.run("--offline", "translate").returncode == 0
            until(lambda: len(entries(site.feeds / "zh-TW" / "paper.atom")) == ITEMS + 1)  # the daemon may have taken some of it
            public.looks()
    yield public.story


@contextmanager
def running(site: Site, port: int, *options: str) -> Iterator[Running]:
    with Running(site.start("-v", *options, "run", "--port", str(port))) as daemon:
        yield daemon


def published(daemon: Running, site: Site, number: int, *, word: str = "") -> None:
    """Wait until the translated feed has that many entries, and a word."""
    feed = site.feeds / "zh-TW" / "paper.atom"
    while True:
        daemon.hear("published feed zh-TW paper")
        if len(entries(feed)) == number and word in feed.read_text("utf-8"):
            return


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_every_item_once(name: str, story: Story) -> None:
    here(READERS[name])
    for chapter, items in ((BEGUN, ITEMS), (GREW, ITEMS + 1)):
        found = {feed: (len(titles), len(set(titles))) for feed, titles in story.titles(name, chapter).items()}
        assert found == dict.fromkeys(feeds_of(READERS[name]), (items, items))


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_nothing_new_without_news(name: str, story: Story) -> None:
    here(READERS[name])
    for chapter in (REBUILT, RESTARTED, TRANSLATED, EDITED, LATE):
        assert story.titles(name, chapter) == story.titles(name, BEGUN), chapter


@pytest.mark.parametrize("name", READERS)
def test_a_reader_sees_an_edited_item_as_updated_and_its_late_translation_too(name: str, story: Story) -> None:
    here(READERS[name])
    feeds, follows = feeds_of(READERS[name]), int(READERS[name].follows_edits)
    for chapter, changed in ((EDITED, (*ORIGINAL, *BILINGUAL)), (LATE, feeds)):
        found = {feed: sum("更正" in text for _, text in shown) for feed, shown in story.had[name][chapter].items()}
        assert found == {feed: follows * (feed in changed) for feed in feeds}
        said = {feed: sum("The original was changed" in text for _, text in shown) for feed, shown in story.had[name][chapter].items()}
        assert said == {feed: follows * (chapter == EDITED and feed not in ORIGINAL) for feed in feeds}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_that_asks_for_news_is_told_that_there_are_none(name: str, story: Story) -> None:
    here(READERS[name])
    answers = story.answers[name][RESTARTED]  # newsboat keeps validators from its second look on
    assert len(answers) == len(feeds_of(READERS[name]))
    assert set(answers) <= ({304} if READERS[name].asks_for_news else {200, 304})
