"""Hostile answers, through the real program, several at once: each costs its own poll one clear failure, in bounded time and memory."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import brotli  # type: ignore[import-untyped]

from aggregator.model import FailureKind
from tests.system import origin as scenarios
from tests.system.conftest import HEAD, Site
from tests.system.family import Watch
from tests.system.origin import ATOM, CHALLENGE, Asked, Origin, Scenario, Wire, answer, endless, plain, raw, redirect
from tests.system.papers import rss

TIMEOUT, LONGEST = 8, 12  # seconds: of an exchange; from request to mark
MEMORY = 256 * 1024  # KiB above idle, for all of them together
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
PAGE = b"""<!DOCTYPE html><html><head><title>The Paper</title><link rel="alternate" type="application/rss+xml" href="/real.rss">
<link rel="alternate" type="application/atom+xml" href="https://feeds.example/real.atom"></head><body>News</body></html>"""
SOURCE = '[sources.{name}]\nurl = "{url}"\nlanguage = "zh-CN"\ntranslate_to = []\n'


def bit_by_bit(piece: bytes, *, head: bytes = b"") -> Scenario:
    """A piece each half second, for ever."""

    def scenario(asked: Asked, wire: Wire) -> None:
        wire.send(head)
        while not wire.wait(0.5):
            wire.send(piece)

    return scenario


def coded(coding: str, body: Callable[[], bytes]) -> Scenario:
    """A body that says its coding, made when it is asked for."""
    return lambda asked, wire: plain(200, body(), content_encoding=coding)(asked, wire)


HOSTILE: dict[str, tuple[Scenario, FailureKind]] = {
    "drip": (scenarios.drip(0.5), "timeout"),
    "drip-of-headers": (bit_by_bit(b"x", head=b"HTTP/1.1 200 OK\r\nX: "), "timeout"),
    "drip-of-chunks": (bit_by_bit(b"1\r\n<\r\n", head=CHUNKED), "timeout"),
    "drip-of-1xx": (bit_by_bit(b"HTTP/1.1 102 Processing\r\n\r\n"), "timeout"),
    "hang": (scenarios.hang, "timeout"),
    "flood-of-headers": (scenarios.HEADER_FLOOD, "protocol"),
    "endless-header": (endless(b"y" * 65536, head=b"HTTP/1.1 200 OK\r\nX: "), "protocol"),
    "endless-status": (endless(b"y" * 65536, head=b"HTTP/1.1 200 "), "protocol"),
    "flood-of-1xx": (scenarios.INFORMATION_FLOOD, "protocol"),
    "endless-body": (scenarios.HUGE, "too_large"),
    "announced": (scenarios.ANNOUNCED_HUGE, "too_large"),
    "tiny-chunks": (endless(b"1\r\nx\r\n" * 10_000, head=CHUNKED), "protocol"),
    "endless-extension": (endless(b"e" * 65536, head=CHUNKED + b"5;"), "protocol"),
    "endless-chunk-size": (endless(b"0" * 65536, head=CHUNKED), "protocol"),
    "gzip-bomb": (coded("gzip", lambda: gzip.compress(bytes(2**26), 1)), "too_large"),
    "br-bomb": (coded("br", lambda: brotli.compress(bytes(2**28), quality=1)), "too_large"),
    "zstd-bomb": (coded("zstd", lambda: scenarios.zstd_bomb(2**31)), "too_large"),
    "two-codings": (coded("gzip, gzip", lambda: gzip.compress(gzip.compress(ATOM))), "encoding"),
    "unknown-coding": (coded("compress", lambda: ATOM), "encoding"),
    "half-a-gzip": (coded("gzip", lambda: gzip.compress(ATOM)[:-20]), "encoding"),
    "broken-chunks": (raw(CHUNKED + b"20\r\n<rss"), "protocol"),
    "no-chunks": (raw(CHUNKED + b"zz\r\n"), "protocol"),
    "length-too-great": (scenarios.CUT_SHORT, "protocol"),
    "two-lengths": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n<rss/>x"), "protocol"),
    "length-of-nonsense": (plain(200, ATOM, content_length="-1"), "protocol"),
    "no-answer": (raw(b""), "protocol"),
    "no-http": (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "protocol"),
    "no-status": (raw(b"HTTP/1.1 banana\r\n\r\n"), "protocol"),
    "reset": (scenarios.reset_midway, "connect"),
    "304-to-nobody": (plain(304, b""), "protocol"),
    "loop": (redirect("/loop", 301), "redirects"),
    "to-a-file": (redirect("file:///etc/passwd"), "blocked_address"),
    "to-metadata": (redirect("http://169.254.169.254/latest/"), "blocked_address"),
    "to-loopback": (redirect("http://[::1]/"), "blocked_address"),
    "to-another-port": (redirect("http://127.0.0.1:22/"), "blocked_address"),
    "empty": (plain(200, b""), "empty"),
    "blank": (plain(200, b" \r\n" * 100_000), "empty"),
    "web-page": (plain(200, PAGE, content_type="text/html"), "not_a_feed"),
    "bot-wall": (plain(403, CHALLENGE), "bot_wall"),
}


@contextlib.contextmanager
def listener(serve: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """A port where `serve` gets each connection as soon as it is accepted, before a byte was read."""
    closing = threading.Event()

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                serve(self.request, closing)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = False
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Connection) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            closing.set()
            server.shutdown()
            thread.join()


def hold(connection: socket.socket, closing: threading.Event) -> None:
    """Take the connection, and never say a word."""
    closing.wait(600)


def too_early(connection: socket.socket, closing: threading.Event) -> None:
    """Answer before anything was asked."""
    connection.sendall(answer(200, ATOM, content_type="application/atom+xml"))
    connection.settimeout(5)
    connection.recv(65536)


def at_once(connection: socket.socket, closing: threading.Event) -> None:
    """Hang up."""


def fetched(site: Site) -> tuple[dict[str, dict[str, Any]], str, Watch]:
    """Poll everything once: the rows, what was said, and what memory it took."""
    with site.start_from_nothing("--json", "fetch", "--all") as process, Watch(process.pid) as watch:
        out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    return {row["source"]: row for row in map(json.loads, out.splitlines())}, err, watch


def configured(site: Site, urls: Mapping[str, str]) -> None:
    head = HEAD.replace('timeout = "5s"', f'timeout = "{TIMEOUT}s"\nper_host = 8\nconcurrency = 8')
    site.configure("".join(SOURCE.format(name=name, url=url) for name, url in urls.items()), head=head)


def test_hostile_answers_end_in_time_and_memory_marked_and_are_forgiven(site: Site, origin: Origin) -> None:
    origin.route("/before", plain(200, rss(range(1))))
    configured(site, {"before": origin.url("/before")})
    _, _, idle = fetched(site)
    origin.routes({f"/{name}": scenario for name, (scenario, _) in HOSTILE.items()})
    urls = {name: origin.url(f"/{name}") for name in HOSTILE}
    configured(site, urls)
    rows, _, watch = fetched(site)
    assert {name: row["error_kind"] for name, row in rows.items()} == {name: kind for name, (_, kind) in HOSTILE.items()}
    assert {name: row["took"] for name, row in rows.items() if row["took"] > LONGEST} == {}
    assert 0 < watch.own < idle.own + MEMORY
    state = {str(row["source"]): row for row in site.lines("sources")}
    for name, row in rows.items():
        assert (state[name]["health"], state[name]["error"], state[name]["advice"]) == ("failing", row["error"], row["advice"]), name
        assert row["error"], name
        assert row["advice"], name
    origin.routes({f"/{name}": plain(200, rss(range(2), host=f"{name}.example")) for name in HOSTILE})
    again, _, _ = fetched(site)
    assert {name: (row["outcome"], row["new"]) for name, row in again.items()} == dict.fromkeys(HOSTILE, ("fetched", 2))


def test_hostile_connections_end_in_time_and_marked(site: Site, origin: Origin) -> None:
    origin.route("/short", plain(200, rss(range(3)), content_length="400"))
    with listener(hold) as held, listener(at_once) as gone, listener(too_early) as early:
        urls = {
            "slow-tls": f"https://127.0.0.1:{held}/feed",
            "silent": f"http://127.0.0.1:{held}/feed",
            "hangs-up": f"http://127.0.0.1:{gone}/feed",
            "hangs-up-tls": f"https://127.0.0.1:{gone}/feed",
            "no-tls": origin.url("/feed").replace("http:", "https:"),
            "early": f"http://127.0.0.1:{early}/feed",
            "short": origin.url("/short"),
        }
        configured(site, urls)
        rows, _, _ = fetched(site)
    assert {name: row["took"] for name, row in rows.items() if row["took"] > LONGEST} == {}
    kinds = {name: row["error_kind"] for name, row in rows.items()}
    assert kinds["slow-tls"] == kinds["silent"] == "timeout"
    assert kinds["hangs-up"] in ("protocol", "connect")
    assert kinds["hangs-up-tls"] in ("tls", "connect")
    assert kinds["no-tls"] in ("tls", "connect")
    assert all(row["advice"] for row in rows.values() if row["error"])
    assert rows["early"]["outcome"] in ("fetched", "failed")  # it is an answer, if one that came before its time
    assert (rows["short"]["outcome"], rows["short"]["entries"]) == ("fetched", 1)  # HTTP does not tell that there was more
