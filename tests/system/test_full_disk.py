"""A full disk, or a read-only one: nothing is paid for that can't be kept, it is said, and all goes on once there is room."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.system import calls
from tests.system.confines import fill, program, seen_by
from tests.system.conftest import HEAD, Running, Site, ask
from tests.system.nursery import Started
from tests.system.origin import Asked, Origin, Wire, answer, plain
from tests.system.papers import rss
from tests.system.wreck import english, unwanted

SETTINGS = """
[translators.paid]
engine = "libretranslate"
base_url = "{engine}"
[[routes]]
engines = ["paid"]
[sources.paper]
url = "{url}"
language = "zh-CN"
every = "1s"
"""
AT_ONCE = 4  # calls of an engine that may be under way when the disk becomes full


class Desk:
    """A site with one paper, and an engine that counts."""

    def __init__(self, site: Site, origin: Origin) -> None:
        self.site, self.origin, self.calls = site, origin, 0
        origin.route("/translate", self._translate)
        self.publish(1)
        settings = SETTINGS.format(engine=origin.url("").rstrip("/"), url=origin.url("/feed"))
        site.configure(settings, head=HEAD.replace("[fetch]", "[fetch]\nper_host = 20"), languages=("zh-CN", "en"))
        (site.folder / "data").mkdir()

    def publish(self, items: int) -> None:
        """Let the paper have so many items."""
        self.origin.route("/feed", plain(200, rss(range(items), html="<p>软件的第 {id} 条新闻，一共很多字。</p>" * 3)))

    def _translate(self, asked: Asked, wire: Wire) -> None:
        self.calls += 1
        texts = [english(text) for text in json.loads(asked.body)["q"]]
        wire.send(answer(200, json.dumps({"translatedText": texts}).encode(), content_type="application/json"))


def until(daemon: Running, is_so: Callable[[], bool], *, what: str) -> None:
    """Wait until something is so."""
    try:
        calls.until(is_so, timeout=60, pause=0.1)
    except AssertionError:
        raise AssertionError(f"never {what}: " + "\n".join(daemon.said[-30:])) from None


def entries(port: int) -> int:
    """How many entries the English feed has, as it is served."""
    found = ask(port, "/feeds/en/paper.json")
    return len(json.loads(found.body)["items"]) if found.status == 200 else 0


def test_a_full_disk_stops_what_costs_and_nothing_else_until_there_is_room(site: Site, origin: Origin) -> None:
    desk = Desk(site, origin)
    with Running(program(site.folder, "run", "--port", "0", mounted="-t tmpfs -o size=8m none")) as daemon:
        port = daemon.port()
        until(daemon, lambda: entries(port) == 1, what="published")
        filler = fill(seen_by(daemon.process, site.folder / "data"))
        desk.publish(30)
        daemon.hear("waits: .*(disk is full|no more)|broke off.*disk is full")
        until(daemon, lambda: ask(port, "/readyz").status == 503, what="unready")
        assert "free some space" in ask(port, "/readyz").body.decode()
        before = desk.calls
        for _ in range(3):
            assert entries(port) == 1
            assert ask(port, "/").status == 200
        assert desk.calls - before <= AT_ONCE
        filler.unlink()
        until(daemon, lambda: entries(port) == 30, what="complete again")
        until(daemon, lambda: ask(port, "/readyz").status == 200, what="ready again")
        assert desk.calls <= 30 + AT_ONCE
        assert daemon.end() == 0
    assert unwanted("\n".join(daemon.said)) == []


def test_a_command_on_a_full_disk_pays_for_nothing_and_says_why(site: Site, origin: Origin) -> None:
    desk = Desk(site, origin)
    started = program(site.folder, "fetch", "--all", mounted="-t tmpfs -o size=8m none", before="head -c 7500000 /dev/zero > data/filler")
    _, said = started.communicate(timeout=60)
    assert started.returncode in (1, 3)
    assert "free some space" in said
    assert unwanted(said) == []
    assert desk.calls == 0


READ_ONLY = {"mounted": "--bind data", "before": "mount -o remount,ro,bind data"}


def test_on_a_read_only_file_system_a_daemon_ends_at_once_with_one_line_and_serving_goes_on(site: Site, origin: Origin) -> None:
    desk = Desk(site, origin)
    assert site.run("fetch", "--all").returncode == 0
    refused = program(site.folder, "run", "--port", "0", **READ_ONLY)
    assert (
        one_line(refused)
        == f"Can't write {site.folder}/data/daemon.lock: Read-only file system. The data folder must be writable, and have room."
    )
    with Running(program(site.folder, "serve", "--port", "0", **READ_ONLY)) as server:
        port = server.port()
        assert entries(port) == 1
        for path in ("/", "/items", "/status", "/sources/paper"):
            assert ask(port, path).status == 200, path
        assert server.end() == 0
    assert unwanted("\n".join(server.said)) == []
    assert desk.calls == 1


def test_what_a_killed_daemon_had_not_written_back_is_served_too(site: Site, origin: Origin, tmp_path: Path) -> None:
    Desk(site, origin)
    with Running(site.start("run", "--port", "0")) as daemon:
        port = daemon.port()
        until(daemon, lambda: entries(port) == 1, what="published")
        daemon.process.kill()
        daemon.process.wait()
    assert (site.folder / "data" / "store.db-wal").stat().st_size > 0
    with Running(program(site.folder, "serve", "--port", "0", **READ_ONLY)) as server:
        port = server.port()
        assert b"paper" in ask(port, "/items").body
        assert server.end() == 0


def one_line(process: Started) -> str:
    """What a program that fails at its start says, which has to be one line."""
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    (line,) = said.splitlines()
    return line
