"""Nodes that die and are cut off again and again: nothing is lost, nothing is there twice."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.system.cluster import WORKING, Books, are_whole, press
from tests.system.conftest import Running, Site, temporary_files
from tests.system.origin import Origin

KILLS, CUTS = 20, 4
SOURCES, ITEMS = 40, 5
NEXT = "UPDATE sources SET due_at = 0 WHERE lease_until = 0"  # another round

pytestmark = pytest.mark.torture


@pytest.fixture
def books(url: str) -> Iterator[Books]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield Books(connection)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin(address="") as origin:
        yield origin


def test_nodes_that_are_killed_at_any_moment_lose_nothing(site: Site, origin: Origin, url: str, books: Books) -> None:
    names = press(site, origin, url, sources=SOURCES, items=ITEMS, hosts=SOURCES, slow=0.2)
    moments = random.Random(20260501)
    with contextlib.ExitStack() as stack:
        nodes = [stack.enter_context(Running(site.start("-v", "worker"))) for _ in range(2)]
        for node in nodes:
            node.hear(WORKING)
        for _ in range(KILLS):
            nodes[0].process.kill()  # the other one goes on
            nodes = [nodes[1], stack.enter_context(Running(site.start("-v", "worker")))]
            nodes[1].hear(WORKING, timeout=180)  # loading takes long where many do so
            time.sleep(moments.uniform(0, 2))
        books.wait_until_idle(SOURCES * ITEMS, seconds=300)
        assert [node.end() for node in nodes] == [0, 0]
    assert set(books.polls()) == {1}
    assert are_whole(site, names, items=ITEMS)
    assert temporary_files(site.folder) == []
    assert books.one("SELECT sum(1 + json_array_length(CAST(languages AS json))) FROM search_places") == 2 * SOURCES * ITEMS


class Cable:
    """A way to a PostgreSQL server's socket that can be cut: connections break, and new ones are refused until it is mended."""

    def __init__(self, server: Path, folder: Path) -> None:
        self._server = server
        self._ends: list[socket.socket] = []
        self._whole = threading.Event()
        self._whole.set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._whole.clear()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def mend(self) -> None:
        self._whole.set()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._whole.is_set():
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._server))
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def test_a_node_that_is_cut_off_goes_on_when_it_can(
    site: Site, origin: Origin, url: str, books: Books, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cable")
    (place,) = parse_qs(urlsplit(url).query)["host"]
    cable = Cable(Path(place) / ".s.PGSQL.5432", folder)
    names = press(site, origin, url.replace(place, str(folder)), sources=SOURCES, items=ITEMS, hosts=SOURCES, slow=0.2)
    try:
        with Running(site.start("-v", "worker")) as node:
            node.hear(WORKING)
            for _ in range(CUTS):
                time.sleep(1.5)
                cable.cut()
                node.hear("the queue does not answer|the store does not answer", timeout=60)
                cable.mend()
            books.wait_until_idle(SOURCES * ITEMS, seconds=120)
            books.one(f"WITH next AS ({NEXT} RETURNING 1) SELECT count(*) FROM next")
            books.wait("(SELECT min(n) FROM (SELECT count(*) AS n FROM polls GROUP BY source) AS each) >= 2", seconds=120)
            cable.cut()
            assert node.end() == 0  # within ten seconds, also while it can tell nobody
    finally:
        cable.close()
    assert are_whole(site, names, items=ITEMS)
    assert temporary_files(site.folder) == []
