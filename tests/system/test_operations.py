"""The daemon as those see it who operate it: what it tells a service manager and a monitor, and how it takes up a new configuration."""

from __future__ import annotations

import json
import re
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.cli.checking import asked
from aggregator.errors import UsageError
from tests.system.conftest import HEAD, Running, Site, ask
from tests.system.origin import Asked, Origin, Wire, answer, plain
from tests.system.papers import rss

SOURCE = """
[sources.{name}]
url = "{url}"
language = "zh-CN"
every = "{every}"
"""
ALIVE = "WATCHDOG=1"
PSEUDO = """
[translators.mine]
engine = "pseudo"
[[routes]]
engines = ["mine"]
"""
PATIENT = HEAD.replace('timeout = "5s"', 'timeout = "60s"').replace("[fetch]", "[fetch]\nper_host = 20")


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket of a service manager that the program is told of."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield receiver


def told(manager: socket.socket, wanted: str) -> str:
    """The next message, with this in it; those to the watchdog are passed over."""
    while (message := manager.recv(1000).decode()) == ALIVE:
        pass
    assert wanted in message
    return message


def test_it_tells_its_service_manager_and_its_monitor_how_it_is_doing(
    site: Site, origin: Origin, manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "9000000")
    origin.route("/a", plain(200, rss([2, 1], host="a.example")))
    origin.route("/bad", plain(500, b""))
    site.configure("".join(SOURCE.format(name=name, url=origin.url(f"/{name}"), every="1h") for name in ("a", "bad")))
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        port = daemon.port()
        assert {manager.recv(1000).decode() for _ in range(2)} == {f"READY=1\nSTATUS=Serving on http://127.0.0.1:{port}/", ALIVE}
        assert manager.recv(1000).decode() == ALIVE
        for _ in range(2):
            daemon.hear("translated .+ into zh-TW")
        daemon.hear("published feed zh-TW a")
        assert (ask(port, "/readyz").status, ask(port, "/readyz").body) == (200, b"ready\n")
        report = json.loads(ask(port, "/readyz.json").body)
        assert (report["status"], report["problems"]) == ("ready", [])
        assert {"poll", "page", "translate", "publish"} <= report["beats"].keys()
        the_metrics_say_what_was_done(ask(port, "/metrics").body.decode())
        assert ask(port, "/operations.atom").headers["content-type"] == "application/atom+xml; charset=utf-8"
        well = site.run("healthcheck", "--url", f"http://127.0.0.1:{port}/readyz")
        assert (well.returncode, well.stdout, well.stderr) == (0, "", "")
        daemon.process.send_signal(signal.SIGTERM)
        told(manager, "STOPPING=1")
        assert daemon.process.wait(10) == 0
    down = site.run("healthcheck", "--url", f"http://127.0.0.1:{port}/readyz")
    assert down.returncode == 1
    assert f"http://127.0.0.1:{port}/readyz does not answer" in down.stderr
    assert "Traceback" not in "\n".join([*daemon.said, down.stderr])


def the_metrics_say_what_was_done(text: str) -> None:
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values['aggregator_polls_total{error="",outcome="fetched"}']) == 1
    assert float(values['aggregator_polls_total{error="status",outcome="failed"}']) == 1
    assert float(values['aggregator_items_total{change="new"}']) == 2
    assert float(values['aggregator_translations_total{engine="opencc",outcome="translated"}']) == 2
    assert (
        4 <= float(values['aggregator_published_documents_total{kind="page"}']) <= 6
    )  # an original once more where its translation came later
    assert float(values["aggregator_store_up"]) == 1
    assert float(values["aggregator_loop_lag_seconds_count"]) > 0
    assert float(values["process_resident_memory_bytes"]) > 10_000_000


def test_healthcheck_says_what_the_daemon_says(site: Site, origin: Origin) -> None:
    origin.route("/readyz", plain(503, b"Sources are polled late.\n"))
    done = site.run("healthcheck", "--url", origin.url("/readyz"))
    assert (done.returncode, done.stderr) == (1, "Sources are polled late.\n")


@pytest.mark.parametrize("wrong", ["ftp://127.0.0.1/", "nonsense", "http://[::1", "http://127.0.0.1:http/"])
def test_what_is_no_address_to_ask_is_wrong_usage(wrong: str) -> None:
    with pytest.raises(UsageError, match="is no address to ask"):
        asked(wrong)


def test_a_wrong_configuration_changes_nothing_and_a_right_one_everything_but_what_is_under_way(
    site: Site, origin: Origin, manager: socket.socket
) -> None:
    reached, released = threading.Event(), threading.Event()

    def slow(asked: Asked, wire: Wire) -> None:
        reached.set()
        released.wait(60)
        wire.send(answer(200, rss([1], host="slow.example"), content_type="application/rss+xml"))

    for name in ("a", "b", "moved"):
        origin.route(f"/{name}", plain(200, rss([3], host=f"{name}.example")))
    origin.route("/slow", slow)
    before = SOURCE.format(name="a", url=origin.url("/a"), every="1s") + SOURCE.format(name="slow", url=origin.url("/slow"), every="1h")
    site.configure(before, head=PATIENT)
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        port = daemon.port()
        told(manager, "READY=1")
        daemon.hear("polled a: fetched")
        assert reached.wait(30)

        site.configure(before + "\n[sources.c]\nurl = 3\n", head=PATIENT)
        line = site.config.read_text(encoding="utf-8").splitlines().index("url = 3") + 1
        daemon.process.send_signal(signal.SIGHUP)
        assert re.search(r"MONOTONIC_USEC=\d+$", told(manager, "RELOADING=1"))
        assert "STATUS=The configuration stays as it was" in told(manager, "READY=1")
        daemon.hear(rf"the configuration stays as it was: .*aggregator\.toml, line {line}: sources\.c\.url: must be text")
        daemon.hear("polled a: unchanged")

        after = SOURCE.format(name="b", url=origin.url("/b"), every="1h") + SOURCE.format(name="slow", url=origin.url("/moved"), every="1h")
        site.configure(after + PSEUDO, head=PATIENT.replace('title = "Test"', 'title = "Renamed"'))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.hear("the configuration was read again: 2 sources, 1 new, 1 gone")
        told(manager, "RELOADING=1")
        told(manager, "READY=1")
        polls = len(origin.asked("/a"))
        assert {daemon.hear(r"polled (b|slow): fetched, 1 new")[1] for _ in range(2)} == {"b", "slow"}  # at its new address
        released.set()
        daemon.hear("polled slow: fetched, 1 new")
        daemon.hear(r"translated .+ into zh-TW by mine")
        assert len(origin.asked("/slow")) == 1
        assert origin.asked("/moved")
        assert len(origin.asked("/a")) == polls
        assert b"Renamed" in ask(port, "/").body
        assert daemon.end() == 0
    assert "Traceback" not in "\n".join(daemon.said)


def test_its_log_is_json_where_that_is_asked_for_and_what_takes_a_restart_is_said(site: Site, manager: socket.socket) -> None:
    site.configure("")
    with Running(site.start("--json", "run", "--port", "0")) as daemon:
        told(manager, "READY=1")
        site.configure("", head=HEAD + '[paths]\ndata = "../elsewhere"\n')
        daemon.process.send_signal(signal.SIGHUP)
        daemon.hear("the configuration stays as it was: another store.url or paths.data takes a restart")
        assert daemon.end() == 0
    said = [json.loads(line) for line in daemon.said]
    assert [(row["level"], row["message"].split(":")[0]) for row in said] == [
        ("INFO", "Serving on http"),
        ("ERROR", "the configuration stays as it was"),
        ("WARNING", "stopping"),
    ]
    assert not (site.folder / "elsewhere").exists()
