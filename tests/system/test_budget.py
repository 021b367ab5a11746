"""No bound is ever exceeded: not by two processes, not by processes that are killed; what is left out is said, and follows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.system.conftest import Site
from tests.system.origin import Origin, plain
from tests.system.papers import rss

KILLS, CAP = 100, 120_000

# Forks, because loading the store takes longer than the life that most workers get.
PROGRAM = """
import asyncio, json, os, random, signal, socket, sys, time
from datetime import UTC, datetime
from aggregator.core.budget import Limit, Rules
from aggregator.core.language import canonical
from aggregator.core.segment import whole
from aggregator.errors import OutOfBudget
from aggregator.model import Capacity
from aggregator.store import open_store
from aggregator.translators.recalling import SegmentMemory
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from aggregator.translators.spending import Spending

URL, KILLS, CAP = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LIMITS = (Limit(name="day", unit="characters", period="day", limit=CAP),)

class Meter:
    '''An engine on the other end of a socket, which counts every character that arrives.'''
    name, codec, capacity, embedded = "meter", "plain", Capacity(), False
    def supports(self, source, target): return True
    async def aclose(self): pass
    async def translate(self, texts, *, source, target, hints=None):
        os.write(BEGIN, b".")
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        await asyncio.sleep(random.random() * 0.01)
        writer.write(json.dumps(texts).encode() + b"\\n")
        await asyncio.sleep(random.random() * 0.01)
        answer = json.loads(await reader.readline())
        writer.close()
        return answer

def count(listener, told):
    total = 0
    while True:
        client, _ = listener.accept()
        with client, client.makefile("rb") as lines:
            line = lines.readline()
            if line == b"end\\n":
                os.write(told, json.dumps(total).encode())
                os._exit(0)
            texts = json.loads(line) if line.endswith(b"\\n") else []
            total += sum(map(len, texts))
            try:
                client.sendall(json.dumps([text[::-1] + "!" for text in texts]).encode() + b"\\n")
            except OSError:
                pass  # it was killed before it had its answer

def translate_for_ever():
    store = open_store(URL)
    memory = SegmentMemory(store, clock=lambda: NOW)
    spending = Spending(store, Rules(limits=LIMITS), clock=lambda: NOW, zone=UTC)
    router = Router({"meter": Meter()}, [Route(engines=("meter",))], memory, budget=spending)
    while os.getppid() == PARENT:
        text = f"Text {random.random()} " + "of some length " * random.randrange(40)
        try:
            asyncio.run(router.translate([whole(text)], source="en", target="de", of="paper", tiers=("title",)))
        except OutOfBudget:
            os._exit(0)

def forked(work, *arguments):
    child = os.fork()
    if not child:
        work(*arguments)
        os._exit(1)
    return child

def spent():
    store = open_store(URL)
    try:
        return sum(row.characters for row in store.usage(since=NOW.date()))
    finally:
        store.close()

open_store(URL).close()
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(60)
PORT, PARENT = listener.getsockname()[1], os.getpid()
canonical("en")  # loads its tables, once for all
hear, told = os.pipe()
BEGUN, BEGIN = os.pipe()
meter = forked(count, listener, told)
killed, in_the_middle = 0, 0
workers = [forked(translate_for_ever) for _ in range(2)]
while killed < KILLS:
    os.read(BEGUN, random.randrange(1, 5))
    time.sleep(random.random() * 0.02)
    victim = workers.pop(random.randrange(2))
    os.kill(victim, signal.SIGKILL)
    _, status = os.waitpid(victim, 0)
    killed += 1
    in_the_middle += os.WIFSIGNALED(status)
    workers.append(forked(translate_for_ever))
during = spent()
ends = [os.waitpid(worker, 0)[1] for worker in workers]
with socket.create_connection(("127.0.0.1", PORT)) as connection:
    connection.sendall(b"end\\n")
received = json.loads(os.read(hear, 1000))
os.waitpid(meter, 0)
print(json.dumps({"received": received, "during": during, "booked": spent(), "in_the_middle": in_the_middle, "ends": ends}))
"""


def test_the_cap_of_a_day_holds_over_a_hundred_kills_and_two_processes(tmp_path: Path) -> None:
    holds(f"sqlite:///{tmp_path / 'store.db'}", kills=KILLS, cap=CAP)


def test_the_cap_of_a_day_holds_on_postgresql_too(url: str) -> None:
    holds(url, kills=KILLS // 10, cap=CAP // 10)


def holds(url: str, *, kills: int, cap: int) -> None:
    """Let two processes translate for ever on a store, and kill one of them so often."""
    command = [sys.executable, "-c", PROGRAM, url, str(kills), str(cap)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert report["ends"] == [0, 0]
    assert report["received"] <= report["booked"] <= cap
    assert report["booked"] > cap - 1000  # the books are full: a text is no longer than that
    assert cap / 2 < report["received"] < report["booked"]  # some were killed before they could send what they had set aside
    assert report["in_the_middle"] > kills / 2
    assert report["during"] > cap / 10


CONFIG = """
[sources.paper]
url = "{url}"
language = "en"

[translators.pretended]
engine = "pseudo"

[[routes]]
engines = ["pretended"]

[budget]
characters_per_day = {cap}
"""
BODY = "<p>Report number {id} of the day.</p><p>" + "It says what there is to say about the day. " * 10 + "</p>"


def test_titles_go_on_bodies_wait_and_the_page_says_so(site: Site, origin: Origin) -> None:
    document = rss([1, 2], title="The title of report {id}", html=BODY)
    origin.route("/paper", plain(200, document, content_type="application/rss+xml"))

    def configure(cap: int) -> None:
        site.configure(CONFIG.format(url=origin.url("/paper"), cap=cap), languages=("de",))

    def pages() -> list[str]:
        return [path.read_text(encoding="utf-8") for path in sorted((site.content / "de" / "news" / "paper").glob("*.md"))]

    configure(100)
    done = site.run("fetch", "--all")
    assert (done.returncode, "2 translations wait for the budget" in done.stderr) == (0, True), done.stderr
    assert len(pages()) == 2
    for page in pages():
        assert "left in en until the budget allows" in page
        assert "It says what there is to say" in page
        assert "The title" not in page.partition("\n---")[0]
    before = pages()
    assert "translations wait for the budget" in site.run("translate").stderr
    assert pages() == before
    configure(100_000)
    done = site.run("translate")
    assert (done.returncode, "2 translations made" in done.stderr) == (0, True), done.stderr
    for page in pages():
        assert "left in en" not in page
        assert "It says what there is to say" not in page


def test_what_it_cost_is_shown_by_day_engine_source_and_language(site: Site, origin: Origin) -> None:
    document = rss([1], title="The title of report {id}", html=BODY)
    origin.route("/paper", plain(200, document, content_type="application/rss+xml"))
    prices = "[budget.per_engine.pretended]\nprice = 20\n"
    site.configure(CONFIG.format(url=origin.url("/paper"), cap=100_000) + prices, languages=("de", "fr"))
    assert site.run("fetch", "--all").returncode == 0
    rows = site.lines("status", "--costs")
    assert [(row["engine"], row["source"], row["language"]) for row in rows] == [("pretended", "paper", lang) for lang in ("de", "fr")]
    for row in rows:
        assert row["requests"] == 1
        assert row["money"] == round(row["characters"] * 20 / 1_000_000, 6) > 0  # type: ignore[operator]
        assert (row["segments"], row["memory_hits"], row["fallbacks"]) == (3, 0, 0)
    (status,) = site.lines("status")
    (today,) = status["costs_today"]  # type: ignore[misc]
    assert today["characters"] == sum(row["characters"] for row in rows)  # type: ignore[misc]
    assert site.run("translate", "--again").returncode == 0
    again = site.lines("status", "--costs")
    assert [row["memory_hits"] for row in again] == [3, 3]
    assert [row["characters"] for row in again] == [row["characters"] for row in rows]


def test_an_address_is_translated_on_the_same_books_and_from_the_same_memory(site: Site, origin: Origin) -> None:
    """The bound of the configuration holds, and nothing is paid twice, though nothing else of it is kept."""
    for name, number in (("one", 1), ("two", 2)):
        document = rss([number], title="The title of report {id}", html=BODY)
        origin.route(f"/{name}", plain(200, document, content_type="application/rss+xml"))
    one, two = origin.url("/one"), origin.url("/two")
    room = len("The title of report 1") + len(BODY) * 2
    site.configure(CONFIG.format(url=one, cap=room), languages=("de",))
    assert site.run("fetch", one, "--to", "de").returncode == 0
    (first,) = site.lines("status", "--costs")
    assert 100 < first["characters"] < room  # type: ignore[operator]
    assert first["segments"] == 3
    again = site.run("fetch", one, "--to", "de")
    (second,) = site.lines("status", "--costs")
    assert (second["characters"], second["requests"]) == (first["characters"], first["requests"])
    assert second["memory_hits"] == 3
    assert "It says what there is to say" not in again.stdout
    for _ in range(2):
        site.run("fetch", two, "--to", "de")
    (third,) = site.lines("status", "--costs")
    assert third["characters"] <= room  # type: ignore[operator]
    (status,) = site.lines("status")
    assert (status["items"], status["translations"], status["jobs"]) == (0, 0, 0)
    assert site.lines("sources")[0]["items"] == 0


def test_an_address_without_a_configuration_leaves_nothing_behind(site: Site, origin: Origin) -> None:
    origin.route("/one", plain(200, rss([1], title="软件 {id}", html="<p>软件</p>"), content_type="application/rss+xml"))
    done = site.run("fetch", origin.url("/one"), "--to", "zh-TW", "--allow-network", "127.0.0.0/8")
    assert done.returncode == 0, done.stderr
    assert list(site.folder.iterdir()) == []
