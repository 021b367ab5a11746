"""The process that answers for feeds: what it leaves alone, and what happens where it or the one behind it ends."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.system.conftest import Running, Site, ask, gate_of
from tests.system.origin import Origin, plain

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells which processes a program has started")


def configure(site: Site, origin: Origin, *names: str) -> None:
    origin.route("/feed", plain())
    site.configure("".join(f'[sources.{name}]\nurl = "{origin.url("/feed")}"\nlanguage = "en"\ntranslate_to = []\n' for name in names))


def test_feeds_are_served_while_the_daemon_stands_still(site: Site, origin: Origin) -> None:
    configure(site, origin, "news")
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        port = daemon.port()
        daemon.hear("published feed en news")
        daemon.process.send_signal(signal.SIGSTOP)
        pages: list[int] = []
        page = threading.Thread(target=lambda: pages.append(ask(port, "/").status))
        try:
            page.start()
            answers = [ask(port, "/feeds/en/news.rss") for _ in range(20)]
            assert pages == []
        finally:
            daemon.process.send_signal(signal.SIGCONT)
        page.join()
        assert {answer.status for answer in answers} == {200}
        assert ask(port, "/feeds/en/news.rss", if_none_match=answers[0].headers["etag"]).status == 304
        assert pages == [200]
        assert daemon.end() == 0


def test_it_has_nothing_open_but_what_it_serves(site: Site, origin: Origin) -> None:
    configure(site, origin, "news")
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        daemon.port()
        files = [str(each.readlink()) for each in Path(f"/proc/{gate_of(daemon.process.pid)}/fd").iterdir()]
        assert [file for file in files if file.startswith(str(site.folder))] == []
        assert len(files) < 12, files
        assert daemon.end() == 0


def test_the_daemon_answers_where_it_was_lost(site: Site, origin: Origin) -> None:
    configure(site, origin, "news")
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        port = daemon.port()
        daemon.hear("published feed en news")
        os.kill(gate_of(daemon.process.pid), signal.SIGKILL)
        daemon.hear("the process that answers for feeds was lost")
        assert [ask(port, path).status for path in ("/feeds/en/news.rss", "/", "/readyz")] == [200] * 3
        assert daemon.end() == 0


def test_it_ends_with_the_daemon_however_that_ends_and_leaves_the_port(site: Site, origin: Origin) -> None:
    configure(site, origin, "news")
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        port, gate = daemon.port(), gate_of(daemon.process.pid)
        os.kill(gate, signal.SIGTERM)  # a service manager sends it to all
        assert ask(port, "/healthz").status == 200
        daemon.process.kill()
        daemon.process.wait()
        until_ended(gate)
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


def until_ended(process: int) -> None:
    for _ in range(500):
        status = Path(f"/proc/{process}/stat")
        if not status.exists() or status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.01)
    raise AssertionError(f"process {process} goes on")


def test_a_reload_holds_for_it_as_soon_as_it_is_said(site: Site, origin: Origin) -> None:
    configure(site, origin, "news", "other")
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        port = daemon.port()
        for _ in range(2):
            daemon.hear("published feed en (news|other)")
        path = "/feeds/en/other.rss"
        assert ask(port, path).status == 200
        for names, status in ((["news"], 410), (["news", "other"], 200)):
            configure(site, origin, *names)
            daemon.process.send_signal(signal.SIGHUP)
            daemon.hear("the configuration was read again")
            assert ask(port, path).status == status
        assert daemon.end() == 0
