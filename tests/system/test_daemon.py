"""The daemon: serves while it polls, is alone on its data, ends when asked to, and stays small."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest

from tests.system.calls import until
from tests.system.conftest import HEAD, Running, Site, ask, gate_of, temporary_files
from tests.system.origin import Asked, Origin, Wire, hang, plain
from tests.system.papers import entries, rss

SOURCE = """
[sources.{name}]
url = "{url}"
language = "zh-CN"
every = "{every}"
"""
PATIENT = HEAD.replace('timeout = "5s"', 'timeout = "60s"').replace("[fetch]", "[fetch]\nper_host = 20")
MOST_MEMORY = 150  # MB, of both processes: what they share counts once
WITH_OPENCC = 190  # MB: its dictionaries take 44 of them
SOURCES, ITEMS, TRANSLATIONS = 50, 15, 150
PARAGRAPH = "<p>软件公司的服务器在网络上发布了第 {id} 条新闻，<a href='/more'>程序员</a>正在打印文件。</p>"


def world(origin: Origin) -> str:
    """A source that has news all the time, one that hangs all the time, and one that is polled once an hour."""
    origin.routes({"/live": plain(200, rss([1], host="live.example")), "/hangs": hang, "/calm": plain(200, rss([1], host="calm.example"))})
    every = {"live": "1s", "hangs": "1s", "calm": "1h"}
    return "".join(SOURCE.format(name=name, url=origin.url(f"/{name}"), every=pause) for name, pause in every.items())


def test_it_serves_while_it_polls_alone_on_its_data_and_ends_at_sigterm(site: Site, origin: Origin) -> None:
    site.configure(world(origin), head=PATIENT)
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        port = daemon.port()
        daemon.hear("published feed zh-TW live")
        assert served(port, "live") == 1
        origin.route("/live", plain(200, rss([2, 1], host="live.example")))
        daemon.hear("polled live: fetched, 1 new")
        daemon.hear("published feed zh-TW live")
        assert served(port, "live") == 2
        assert len(origin.asked("/hangs")) == 1  # it holds one place, and nobody else
        another_daemon_is_refused(site, daemon)
        a_command_works_beside_it(site, origin, port)
        assert daemon.end(signal.SIGTERM) == 0
    assert "Traceback" not in "\n".join(daemon.said)
    assert temporary_files(site.folder) == []


def served(port: int, name: str) -> int:
    """How many entries a reader of the Traditional Chinese feed sees."""
    answer = ask(port, f"/feeds/zh-TW/{name}.atom")
    read = feedparser.parse(answer.body)
    assert (answer.status, read.bozo) == (200, False)
    return len(read.entries)


def another_daemon_is_refused(site: Site, daemon: Running) -> None:
    second = site.run("run", "--port", "0", timeout=30)
    assert second.returncode == 1
    assert f"process {daemon.process.pid}" in second.stderr
    assert "stop it first" in second.stderr
    assert "Traceback" not in second.stderr


def a_command_works_beside_it(site: Site, origin: Origin, port: int) -> None:
    origin.route("/calm", plain(200, rss([3, 2, 1], host="calm.example")))
    unfinished = site.feeds / ".all.rss.0123456789abcdef.tmp"  # it may be the daemon's
    unfinished.write_bytes(b"half")
    done = site.run("fetch", "calm")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^calm +fetched +200 +3 +2 ", done.stdout, re.MULTILINE)
    until(lambda: served(port, "calm") == 3, pause=0.1)  # what the daemon has taken of the work it does at its next beat
    unfinished.unlink()


def test_it_ends_at_ctrl_c_and_listens_to_this_machine_only(site: Site, origin: Origin) -> None:
    site.configure(world(origin), head=PATIENT)
    refused = site.run("run", "--host", "0.0.0.0", "--port", "0")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "0.0.0.0 can be reached from outside" in refused.stderr
    with Running(site.start("run", "--port", "0")) as daemon:
        assert ask(daemon.port(), "/healthz").status == 200
        assert daemon.end(signal.SIGINT) == 0
    assert "Traceback" not in "\n".join(daemon.said)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_single_round_that_is_stopped_says_so_and_loses_nothing(site: Site, origin: Origin, number: signal.Signals) -> None:
    reached = threading.Event()

    def hold(asked: Asked, wire: Wire) -> None:
        reached.set()
        hang(asked, wire)

    site.configure(world(origin), head=PATIENT)
    origin.route("/hangs", hold)
    with Running(site.start("fetch", "hangs")) as program:
        assert reached.wait(60)
        assert program.end(number) == 1
    assert [line for line in program.said if "Traceback" in line or "Error" in line] == []
    assert program.said == ["Stopped. What was done until now is stored; the rest is done the next time."]
    origin.route("/hangs", plain(200, rss([1], host="hangs.example")))
    assert [(row["outcome"], row["new"]) for row in site.lines("fetch", "hangs")] == [("fetched", 1)]


def fifty(site: Site, origin: Origin, *, more: str = "") -> list[str]:
    """Configure the sources, with these lines in each table, and say their names."""
    names = [f"paper{number:02}" for number in range(SOURCES)]
    for name in names:
        origin.route(f"/{name}", plain(200, rss(range(ITEMS), host=f"{name}.example", html=PARAGRAPH * 12)))
    tables = [SOURCE.format(name=name, url=origin.url(f"/{name}"), every="1h") for name in names]
    site.configure("".join(f"{table}{more}" for table in tables), head=PATIENT)
    return names


def test_fifty_sources_take_less_than_150_mb(site: Site, origin: Origin, record_property: Callable[[str, object], None]) -> None:
    names = fifty(site, origin, more="translate_to = []\n")
    with Running(site.start_from_nothing("-v", "run", "--port", "0")) as daemon:
        waiting = {*names, "all"}
        while waiting:
            waiting.discard(daemon.hear(r"published feed zh-CN (\w+): [1-9]", timeout=120)[1])
        end_small(daemon, "untranslated", record_property)
    assert [len(entries(site.feeds / "zh-CN" / f"{name}.rss")) for name in names] == [ITEMS] * SOURCES


def test_fifty_sources_take_little_more_than_150_mb_while_they_are_translated(
    site: Site, origin: Origin, record_property: Callable[[str, object], None]
) -> None:
    """It is stopped in the middle of the work, too: 750 translations are to be made, and it ends within ten seconds."""
    fifty(site, origin)
    with Running(site.start_from_nothing("-v", "run", "--port", "0")) as daemon:
        for _ in range(TRANSLATIONS):
            daemon.hear("translated .+ into zh-TW by opencc", timeout=120)
        daemon.hear("published feed zh-TW paper", timeout=120)
        end_small(daemon, "translated by OpenCC", record_property, most=WITH_OPENCC)
    assert temporary_files(site.folder) == []


def end_small(daemon: Running, what: str, record_property: Callable[[str, object], None], *, most: int = MOST_MEMORY) -> None:
    """Hold what it ever took to the limit, and end it in time."""
    peak, more = peak_memory(daemon.process.pid), own_memory(gate_of(daemon.process.pid))
    assert daemon.end() == 0
    record_property("peak_mb", peak + more)
    print(f"\npeak memory of run on {SOURCES} sources, {what}: {peak:.0f} MB, and {more:.0f} of what answers for feeds")  # noqa: T201
    assert peak + more < most


def peak_memory(process: int) -> float:
    """The most physical memory a process ever held, in MB, as Linux counts it."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        pytest.skip("only Linux tells the peak memory of a running process")
    match = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
    assert match
    return int(match[1]) / 1024


def own_memory(process: int) -> float:
    """The physical memory that a process shares with no other one, in MB."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(size) for size in re.findall(r"Private_\w+:\s+(\d+) kB", told)) / 1024
