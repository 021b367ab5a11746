"""A site whose work is broken off again and again, with all that the work may come to, and what has to be true of it afterwards.

Every edition of its feeds brings an item, edits another, and lets one go that is not kept; an engine and a hub on loopback count what they
are asked. Which program does the work, and on which store, is a `Crew`: what holds for one runner has to hold for any.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from tests.system import nursery
from tests.system.conftest import HEAD, Site, environment
from tests.system.origin import Asked, Origin, Wire, answer
from tests.system.papers import rss
from tests.system.warm import warmed

PAPERS = ("a", "ab")
KEPT = "kept"  # the paper of which the newest items are kept
KEEP, LISTED = 3, 30  # items that are kept of it, and that each paper lists
FIRST = 3  # items of every paper in the first edition
LANGUAGES = ("zh-CN", "en")
FIGURES = re.compile(r"\d+")
SOURCE = '\n[sources.{name}]\nurl = "{url}"\nlanguage = "zh-CN"\nevery = "1h"\n'
SETTINGS = """
[translators.paid]
engine = "libretranslate"
base_url = "{engine}"
[[routes]]
engines = ["paid"]
[feeds]
websub = "{hub}"
formats = ["rss"]
bilingual = false
[paths]
site = "../public"
"""


@dataclass(frozen=True)
class Crew:
    """Who does the work: the commands of a round, one after the other, and the store's URL, empty for the one in the data folder.

    `patience` is how many seconds a claim outlives who is killed: none where a file lock tells that it is dead.
    """

    round: tuple[tuple[str, ...], ...] = (("fetch", "--all"), ("store", "prune"))
    store: str = ""
    patience: float = 0.0

    @property
    def pace(self) -> int:
        """Commands for one edition: while claims outlive the dead, a paper's items would come and go with nobody to read them."""
        return 5 if self.patience else 1


LOCAL = Crew()


def hired(environ: Mapping[str, str]) -> Crew:
    """The local runner, or another one to be put to the same test, such as CRASH_ROUND="fetch --all;store prune" CRASH_STORE=postgresql://...

    CRASH_PATIENCE is its `patience`.
    """
    if "CRASH_ROUND" not in environ:
        return LOCAL
    commands = tuple(tuple(shlex.split(command)) for command in environ["CRASH_ROUND"].split(";"))
    return Crew(commands, store=environ.get("CRASH_STORE", ""), patience=float(environ.get("CRASH_PATIENCE", "0")))


class Hands(Protocol):
    """What does a command's work."""

    def run(self, command: Sequence[str], seconds: float | None = None) -> tuple[int, str]:
        """Do it, and kill it after so many seconds. Returns its status, -9 if it was killed, and what it said."""
        ...

    def seen(self, command: Sequence[str], look: Callable[[int], None]) -> tuple[int, str]:
        """Do it in a process that stands still when `look` is given its number, until that sends it SIGCONT."""
        ...


@dataclass(frozen=True)
class CommandLine:
    """The real command line, in a folder."""

    folder: Path

    def run(self, command: Sequence[str], seconds: float | None = None) -> tuple[int, str]:
        """As `Hands` says."""
        with nursery.begin(list(command), folder=self.folder, environment=environment()) as child:
            try:
                done = child.end(timeout=60 if seconds is None else seconds)
            except TimeoutError:
                child.send(signal.SIGKILL)
                done = child.end(timeout=30)
            return done.returncode, done.stderr

    def seen(self, command: Sequence[str], look: Callable[[int], None]) -> tuple[int, str]:
        """As `Hands` says."""
        with nursery.begin(list(command), folder=self.folder, environment=environment(), stopped=True) as child:
            look(child.pid)
            done = child.end(timeout=120)
            return done.returncode, done.stderr


@dataclass
class Wreck:
    """The site in `folder`, its origin, and what was counted."""

    folder: Path
    origin: Origin
    crew: Crew = LOCAL
    edition: int = 0
    kills: int = 0
    calls: Counter[tuple[str, ...]] = field(default_factory=Counter)  # texts of one request to the engine -> how often it was made
    sent: int = 0  # characters
    hands: Hands = field(init=False)
    told: dict[str, bytes] = field(default_factory=dict)  # what stood in a feed when the hub was last told of it

    def __post_init__(self) -> None:
        names = (*PAPERS, KEPT)
        self.origin.routes({f"/{name}": partial(self._paper, name) for name in names})
        self.origin.routes({"/busy": self._busy, "/translate": self._translate, "/hub": self._hub})
        tables = "".join(SOURCE.format(name=name, url=self.origin.url(f"/{name}")) for name in names)
        tables += SOURCE.format(name="busy", url=self.origin.url("/busy", host="127.0.0.2"))
        tables = tables.replace("[sources.kept]\n", f"[sources.kept]\nretention = {{ items = {KEEP} }}\n")
        head = HEAD.replace("[fetch]", "[fetch]\nper_host = 20")
        if self.crew.patience:  # no lease is shorter than a poll may take
            head = head.replace('timeout = "5s"', f'timeout = "{self.crew.patience / 2:g}s"\nparse_timeout = "{self.crew.patience / 2:g}s"')
        settings = SETTINGS.format(engine=self.origin.url("").rstrip("/"), hub=self.origin.url("/hub"))
        store = f'\n[store]\nurl = "{self.crew.store}"\nlease = "{self.crew.patience:g}s"\n' if self.crew.store else ""
        self.hands = CommandLine(self.folder)
        self.site.configure(tables, head=head + settings + store, languages=LANGUAGES)

    @property
    def site(self) -> Site:
        return Site(self.folder)

    @property
    def feeds(self) -> Path:
        return self.folder / "public" / "feeds"

    # -- the world around it --------------------------------------------------------------------------------------------------

    def news(self) -> None:
        """The next edition of every paper."""
        self.edition += 1

    def _paper(self, name: str, asked: Asked, wire: Wire) -> None:
        edition = self.edition
        held = f'"{edition}"'
        number = 1000 + len(name)  # so that no two papers have a sentence in common
        text, title = f"<p>软件的第 {{id}} 条新闻，共 {number} 字。</p>", f"软件新闻 {number} 之"
        body = rss(self._listed(name), host=f"{name}.example", html=text, title=title)
        edited = f"第 {FIRST - 1} 条新闻".encode()
        body = body.replace(edited, edited + f"，修订 {self.revision}".encode()) if name == PAPERS[0] else body
        same = asked.header("if-none-match") == held
        wire.send(answer(304, etag=held) if same else answer(200, body, etag=held, content_type="application/rss+xml"))

    @property
    def revision(self) -> int:
        """What stands in the item that is edited again and again; not for ever, as such an item is left alone in the end."""
        return 9000 + min(self.edition // 4, 20)

    def _listed(self, name: str) -> list[int]:
        """The numbers of the items in a paper's document, newest first. The kept one lists some that are not kept."""
        last = FIRST + self.edition - 1
        newest = list(range(last - 1, max(-1, last - 1 - LISTED), -1))
        return [*newest, *({FIRST - 1} - {*newest} if name == PAPERS[0] else ())]  # the edited one stays in its paper

    def _busy(self, asked: Asked, wire: Wire) -> None:
        wire.send(answer(503, retry_after="7200"))

    def _translate(self, asked: Asked, wire: Wire) -> None:
        if len(asked.body) < int(asked.header("content-length") or 0):
            return  # it was killed before it had asked
        texts = tuple(json.loads(asked.body)["q"])
        self.calls[texts] += 1
        self.sent += sum(map(len, texts))
        body = json.dumps({"translatedText": [english(text) for text in texts]}).encode()
        wire.send(answer(200, body, content_type="application/json"))

    def _hub(self, asked: Asked, wire: Wire) -> None:
        (topic,) = parse_qs(asked.body.decode())["hub.url"]
        path = self.feeds / urlsplit(topic).path.removeprefix("/feeds/")
        self.told[str(path)] = path.read_bytes() if path.is_file() else b""
        wire.send(answer(204))

    # -- the work -------------------------------------------------------------------------------------------------------------

    def round(self) -> None:
        """A round that nobody disturbs, once those who were killed are known to be dead."""
        if self.kills and self.crew.patience:
            threading.Event().wait(self.crew.patience + 1)
        for command in self.crew.round:
            status, said = self.hands.run(command)
            assert status in (0, 3), (command, status, said)
            assert unwanted(said) == [], (command, said)

    def killed(self, command: Sequence[str], *, seconds: float) -> bool:
        """A command that is killed so many seconds after it began; whether it had not ended before."""
        status, said = self.hands.run(command, seconds)
        assert status in (0, 3, -signal.SIGKILL), (command, status, said)
        self.kills += status == -signal.SIGKILL
        return status == -signal.SIGKILL

    def as_it_was(self, template: Path) -> None:
        """Begin anew with what a folder holds, which is the site as it was at this edition."""
        shutil.rmtree(self.folder)
        shutil.copytree(template, self.folder)
        self.kills, self.sent = 0, 0
        self.calls.clear()
        self.told.clear()

    # -- what has to be true --------------------------------------------------------------------------------------------------

    def feeds_can_be_read(self) -> int:
        """See that every published feed is whole, at any moment. Returns how many there are."""
        return len([etree.fromstring(path.read_bytes()) for path in self.feeds.rglob("*.rss")])

    def wanted(self) -> dict[str, set[int]]:
        """The numbers of the items that have to be there, by paper."""
        last = FIRST + self.edition - 1
        return {name: set(range(last)) for name in PAPERS} | {KEPT: set(range(last - KEEP, last))}

    def holds(self) -> None:
        """See that the contract holds after an undisturbed round: nothing lost, twice, torn, left over, or untold."""
        wanted = {f"https://{name}.example/{number}" for name, numbers in self.wanted().items() for number in numbers}
        found = self._counts()
        assert found == {"items": len(wanted), "jobs": 0, "marks": 0}, (found, len(wanted), self.edition)
        self._documents_stand_once(wanted)
        self._feeds_hold_the_newest()
        self._nothing_is_left()
        assert Counter(self.calls).total() - len(self.calls) <= self.kills, "paid for more often than it was killed"
        untold = [path for path, data in self.told.items() if Path(path).read_bytes() != data]
        assert not untold, "the hub does not know the latest"
        if not self.crew.store:
            self._the_database_is_sound(wanted)

    def _counts(self) -> dict[str, int]:
        """How much there is, and how much is still to be done."""
        if self.crew.store:
            (row,) = self.site.lines("status")
            return {name: int(str(row[name])) for name in ("items", "jobs", "marks")}
        stale = "SELECT (SELECT count(*) FROM pages WHERE stale) + (SELECT count(*) FROM feeds WHERE stale)"
        queries = {"items": "SELECT count(*) FROM items", "jobs": "SELECT count(*) FROM jobs", "marks": stale}
        with closing(sqlite3.connect(self.folder / "data" / "store.db")) as database:
            return {name: database.execute(query).fetchone()[0] for name, query in queries.items()}

    def _documents_stand_once(self, wanted: set[str]) -> None:
        content = self.folder / "data" / "content"
        for language in LANGUAGES:
            texts = [path.read_text("utf-8") for path in sorted(content.joinpath(language).rglob("*.md"))]
            urls = Counter(match for text in texts for match in re.findall(r'^canonical: "(.*)"$', text, re.MULTILINE))
            assert urls == Counter(wanted), (language, urls - Counter(wanted), Counter(wanted) - urls)
            assert all(text.startswith("---\n") and text.endswith(")\n") and text.count("\n---\n") == 1 for text in texts)
            edited = [text for text in texts if f'canonical: "https://{PAPERS[0]}.example/{FIRST - 1}"' in text]
            assert str(self.revision) in FIGURES.findall(edited[0].partition("\n---\n")[2]), edited

    def _feeds_hold_the_newest(self) -> None:
        self.feeds_can_be_read()
        for language in LANGUAGES:
            for name, numbers in self.wanted().items():
                feed = etree.fromstring((self.feeds / language / f"{name}.rss").read_bytes())
                links = [f"https://{name}.example/{number}" for number in sorted(numbers, reverse=True)][:50]
                assert feed.xpath("/rss/channel/item/link/text()") == links, (language, name, links)

    def _nothing_is_left(self) -> None:
        """Files are documents, feeds, the pages around them, the store and its locks: and nothing else."""
        allowed = re.compile(
            r"config/aggregator\.toml|data/(content/.*\.md|store\.db(-wal|-shm)?|(daemon|claims)\.lock)"
            r"|public/(feeds/.*\.(rss|css)|opml/.*\.xml|opml\.xml|index\.html|style\.css)"
        )
        found = [str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()]
        left = [path for path in found if not allowed.fullmatch(path)]
        assert left == [], left

    def _the_database_is_sound(self, wanted: set[str]) -> None:
        with closing(sqlite3.connect(self.folder / "data" / "store.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            untold = database.execute("SELECT url FROM topics WHERE digest != told").fetchall()
            assert untold == [], untold
            assert sorted(url for (url,) in database.execute("SELECT url FROM items")) == sorted(wanted)
            (booked,) = database.execute("SELECT sum(characters) FROM usage WHERE engine = 'paid'").fetchone()
        assert booked >= self.sent, "more was sent than stands in the books"


def english(text: str) -> str:
    """A translation that can be believed, with all figures of the text."""
    return f"News about software with the figures {' '.join(FIGURES.findall(text))}."


def unwanted(said: str) -> list[str]:
    """The lines that no person should see: of a fault of the program, not of the world."""
    return [line for line in said.splitlines() if re.search(r"Traceback|^\w*(Error|Exception|Warning)\b|\.py", line)]


def first(folder: Path, origin: Origin, crew: Crew = LOCAL) -> Wreck:
    """A site that has done its first round."""
    wreck = Wreck(folder, origin, crew)
    wreck.news()
    wreck.round()
    wreck.holds()
    return wreck


@contextmanager
def ready(folder: Path, origin: Origin) -> Iterator[Wreck]:
    """The same, whose commands are forks of a process that has everything ready."""
    wreck = Wreck(folder, origin)
    wreck.news()
    with warmed(folder) as wreck.hands:
        wreck.round()
        wreck.holds()
        yield wreck
