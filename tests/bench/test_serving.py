"""Feeds and 304s a second, by wrk, against nginx that serves the same files in the same run."""

from __future__ import annotations

import getpass
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.bench import crowd
from tests.bench.figures import Record
from tests.system.conftest import Site, ask

SECONDS, CONNECTIONS, ROUNDS = 4, 16, 3
NGINX = """
daemon off; user {user}; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; types {{ application/rss+xml rss; }}
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port}; location /feeds/ {{ alias {feeds}/; }} }}
}}
"""

pytestmark = pytest.mark.bench


@contextmanager
def nginx(folder: Path, feeds: Path) -> Iterator[int]:
    """The port of an nginx with these files."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, feeds=feeds, port=port, user=getpass.getuser()), encoding="utf-8")
    with subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", configuration], stderr=subprocess.DEVNULL) as process:
        try:
            listens(port)
            yield port
        finally:
            process.terminate()


def listens(port: int) -> None:
    """Wait until somebody does."""
    for _ in range(100):
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError("nginx does not start")


def speed(port: int, path: str, *, etag: str = "") -> float:
    """Answers a second."""
    condition = ["-H", f"If-None-Match: {etag}"] if etag else []
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *condition, f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert "Non-2xx" not in said, said
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


@pytest.mark.skipif(not (shutil.which("wrk") and Path("/usr/sbin/nginx").exists()), reason="wrk or nginx is not installed")
def test_feeds_a_second_against_nginx(tmp_path: Path, record: Record) -> None:
    site, path = Site(tmp_path), "/feeds/en/all.rss"
    with crowd.origin() as origin:
        crowd.configure(site, origin, sources=10, every="1h")
        assert site.run("fetch", "--all").returncode == 0
    with crowd.running(site, "serve") as ours, nginx(tmp_path, site.feeds) as theirs:
        assert ask(ours, path).body == ask(theirs, path).body
        for what, tags in (("feeds", ("", "")), ("304s", (ask(ours, path).headers["etag"], ask(theirs, path).headers["etag"]))):
            rounds = [(speed(ours, path, etag=tags[0]), speed(theirs, path, etag=tags[1])) for _ in range(ROUNDS)]
            mine, others = sorted(rounds, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
            record(f"{what} a second", mine)
            record(f"{what} a second against nginx", mine / others, "x")
