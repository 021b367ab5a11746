"""What a machine does to a program: a store that is held or damaged, a second daemon, a configuration that is being written."""

from __future__ import annotations

import random
import signal
import sqlite3
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from aggregator import config, wiring
from aggregator.config import located
from aggregator.errors import ConfigError
from tests.system import calls, nursery
from tests.system.conftest import Running, Site, ask, environment
from tests.system.origin import Origin, plain
from tests.system.papers import entries, rss
from tests.system.wreck import unwanted

SOURCE = '\n[sources.paper]\nurl = "{url}"\nlanguage = "zh-CN"\nevery = "1s"\n'
DAEMONS = 10


@pytest.fixture
def paper(site: Site, origin: Origin) -> Site:
    """A site with one paper."""
    origin.route("/feed", plain(200, rss([1, 0], host="paper.example")))
    site.configure(SOURCE.format(url=origin.url("/feed")))
    return site


def store_of(site: Site) -> Path:
    return site.folder / "data" / "store.db"


# -- held


@contextmanager
def held(file: Path, *, seconds: float) -> Iterator[None]:
    """Another one writes to the store, and takes so long."""
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(seconds, holder.execute, ["ROLLBACK"])
        timer.start()
        yield
        timer.join()


def waits_for_the_store(site: Site, origin: Origin, *, seconds: float) -> None:
    assert site.run("fetch", "--all").returncode == 0
    origin.route("/feed", plain(200, rss([2, 1, 0], host="paper.example")))
    began = time.monotonic()
    with held(store_of(site), seconds=seconds):
        done = site.run("fetch", "--all")
    assert time.monotonic() - began >= seconds
    assert (done.returncode, unwanted(done.stderr)) == (0, [])
    assert len(entries(site.feeds / "zh-CN" / "paper.rss")) == 3


def test_a_store_that_is_held_is_waited_for(paper: Site, origin: Origin) -> None:
    waits_for_the_store(paper, origin, seconds=2)


@pytest.mark.torture
def test_a_store_that_is_held_for_twenty_seconds_is_waited_for(paper: Site, origin: Origin) -> None:
    waits_for_the_store(paper, origin, seconds=20)


@pytest.mark.torture
def test_a_store_that_is_held_for_longer_costs_time_and_nothing_else(paper: Site, origin: Origin) -> None:
    assert paper.run("fetch", "--all").returncode == 0
    origin.route("/feed", plain(200, rss([2, 1, 0], host="paper.example")))
    with Running(paper.start("run", "--port", "0")) as daemon:
        port = daemon.port()
        with held(store_of(paper), seconds=40):
            daemon.hear("held by another process for more than 30 s: let it finish or stop it", timeout=60)
            assert ask(port, "/feeds/zh-CN/paper.rss").status == 200
        daemon.hear("goes on", timeout=60)
        assert daemon.end() == 0
    assert unwanted("\n".join(daemon.said)) == []
    assert paper.run("fetch", "--all").returncode == 0
    assert len(entries(paper.feeds / "zh-CN" / "paper.rss")) == 3


# -- damaged


def spoil(file: Path) -> None:
    """Overwrite the page that the table of sources begins on."""
    with closing(sqlite3.connect(file)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sources'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xa5" * size
    file.write_bytes(content)


def test_a_damaged_store_is_refused_and_its_copy_named_which_works_in_its_place(paper: Site, tmp_path: Path) -> None:
    assert paper.run("fetch", "--all").returncode == 0
    spoiled = store_of(paper).read_bytes()
    copy = tmp_path / "copy.db"
    assert paper.run("store", "backup", str(copy)).returncode == 0
    spoil(store_of(paper))
    refused = paper.run("run", "--port", "0")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1), refused.stderr
    assert "store.db is damaged" in refused.stderr
    assert f"put {copy}, the last copy made with `aggregator store backup`, in its place" in refused.stderr
    assert spoiled != store_of(paper).read_bytes()
    copy.replace(store_of(paper))
    done = paper.run("fetch", "--all")
    assert (done.returncode, unwanted(done.stderr)) == (0, [])


def test_a_new_store_is_made_of_the_documents_and_nothing_comes_twice(paper: Site) -> None:
    assert paper.run("fetch", "--all").returncode == 0
    before, items = paper.files(), {row["id"] for row in paper.lines("items")}
    sound = paper.run("store", "rebuild")
    assert (sound.returncode, "is sound: there is nothing to rebuild" in sound.stderr) == (2, True)
    spoil(store_of(paper))
    (paper.content / "en" / "news" / "paper").mkdir(parents=True)
    (paper.content / "en" / "news" / "paper" / "mine.md").write_text("My own page\n", encoding="utf-8")
    done = paper.run("store", "rebuild")
    assert (done.returncode, "The new store has 2 items and 2 translations." in done.stderr) == (3, True), done.stderr
    assert "left out: en/news/paper/mine.md: no front matter" in done.stderr
    assert store_of(paper).with_name("store.db.damaged").exists()
    again = paper.run("fetch", "--all")
    assert again.returncode == 0, again.stderr
    assert {row["id"] for row in paper.lines("items")} == items
    (counts,) = paper.lines("status")
    assert (counts["items"], counts["translations"], counts["jobs"], counts["marks"]) == (2, 2, 0, 0)
    after = paper.files()
    assert set(after) - set(before) == {"content/en/news/paper/mine.md"}
    documents = [name for name in before if name.endswith(".md")]
    assert [name for name in documents if before[name] != after[name]] == []


# -- two of them


def test_of_ten_daemons_one_works_and_the_others_end_within_a_second(paper: Site) -> None:
    lock = paper.folder / "data" / "daemon.lock"
    with ExitStack() as stack:
        daemons = [
            stack.enter_context(nursery.begin(["run", "--port", "0"], folder=paper.folder, environment=environment()))
            for _ in range(DAEMONS)
        ]
        calls.until(lambda: lock.is_file() and bool(lock.read_text("ascii")))
        (left,) = [child for child in daemons if child.pid == int(lock.read_text("ascii"))]
        for done in [child.end(timeout=30) for child in daemons if child is not left]:
            (line,) = done.stderr.splitlines()
            assert (done.returncode, line.startswith("A daemon is at work on")) == (1, True), line
            assert f"(process {left.pid}): stop it first" in line
        to_read, to_be_refused = (
            min(seconds(paper, *command) for _ in range(3)) for command in (["config", "check"], ["run", "--port", "0"])
        )
        assert to_be_refused <= to_read + 1.0  # to start, and to read the configuration, takes what it takes
        left.send(signal.SIGTERM)
        assert left.end(timeout=20).returncode == 0


def seconds(site: Site, *command: str) -> float:
    """How long a command takes."""
    began = time.monotonic()
    site.run(*command)
    return time.monotonic() - began


# -- being configured


def mutated(text: str, dice: random.Random) -> str:
    """A file as a person leaves it in the midst of writing, or a program that breaks off."""
    lines = text.splitlines(keepends=True)
    place = dice.randrange(len(lines))
    ways: list[Callable[[], list[str]]] = [
        lambda: lines[:place],
        lambda: [*lines[:place], lines[place][: dice.randrange(len(lines[place]) + 1)]],
        lambda: [*lines[:place], lines[place], *lines[place:]],
        lambda: [*lines[:place], *lines[place + 1 :]],
        lambda: [*lines[:place], lines[place].replace('"', "", 1), *lines[place + 1 :]],
        lambda: [*lines[:place], lines[place].replace("=", "= -", 1), *lines[place + 1 :]],
        lambda: [*lines[:place], lines[place].replace("e", "", 1), *lines[place + 1 :]],
        lambda: [*lines[:place], f"{lines[place].partition('=')[0]}= [[]]\n", *lines[place + 1 :]],
        lambda: [*lines[:place], dice.choice(["\x00", "\ud7ff", "[", "= 1", '"""', "🧨"]), *lines[place:]],
    ]
    return "".join(dice.choice(ways)())


def refused(file: Path) -> list[str]:
    """What is wrong with a configuration, in words; empty where nothing is. Anything else than ConfigError is a fault."""
    try:
        config.load(file, environ={}, ask=wiring.ADAPTERS)
    except ConfigError as error:
        return [located(problem) for problem in error.problems]
    return []


def test_two_hundred_broken_configurations_are_refused_with_file_and_line(paper: Site) -> None:
    text, dice, found = paper.config.read_text(encoding="utf-8"), random.Random(20_260_501), 0
    for _ in range(200):
        paper.config.write_text(mutated(text, dice), encoding="utf-8")
        for problem in refused(paper.config):
            found += 1
            assert problem.startswith(str(paper.config)), problem
            assert ", line " in problem or is_of_the_whole(paper.config), problem
    assert found >= 100


def is_of_the_whole(file: Path) -> bool:
    """Whether a file can be read and nothing of what is missed stands in it: then there is no line to name."""
    try:
        return not tomllib.loads(file.read_text(encoding="utf-8")).get("sources", {}).get("paper")
    except tomllib.TOMLDecodeError:
        return True  # its message says where, by line and column


def goes_on_with_the_old(site: Site, origin: Origin, *, times: int) -> None:
    """Reload broken configurations: what worked goes on to, and each refusal is told."""
    text, dice = site.config.read_text(encoding="utf-8"), random.Random(7)
    with Running(site.start("run", "--port", "0")) as daemon:
        port = daemon.port()
        for number in range(times):
            broken = text
            while not refused(site.config):
                site.config.write_text(broken := mutated(text, dice), encoding="utf-8")
            polls = len(origin.asked("/feed"))
            daemon.process.send_signal(signal.SIGHUP)
            daemon.hear(r"the configuration stays as it was: config/aggregator.toml", timeout=30)
            assert ask(port, "/healthz").status == 200, (number, broken)
            assert len(origin.asked("/feed")) >= polls
            site.config.write_text(text, encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.hear("the configuration was read again: 1 sources, 0 new, 0 gone")
        polls = len(origin.asked("/feed"))
        while len(origin.asked("/feed")) == polls:
            time.sleep(0.05)
        assert daemon.end() == 0
    assert unwanted("\n".join(daemon.said)) == []


def test_a_daemon_goes_on_with_what_it_has_while_broken_configurations_come(paper: Site, origin: Origin) -> None:
    goes_on_with_the_old(paper, origin, times=4)


@pytest.mark.torture
def test_a_daemon_outlives_two_hundred_broken_configurations(paper: Site, origin: Origin) -> None:
    goes_on_with_the_old(paper, origin, times=200)
