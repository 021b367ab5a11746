"""Hostile documents, through the real program: each costs its own source its turn, in bounded time and memory, and nobody else anything."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.system import hostile_documents
from tests.system.conftest import HEAD, Site
from tests.system.family import Watch
from tests.system.hostile_documents import DOCUMENTS
from tests.system.origin import Asked, Origin, Scenario, Wire, answer, plain
from tests.system.papers import rss

PARSE_TIMEOUT = 2  # seconds; so that not every document has to use up the eight of the default, which some do below
GIVEN_UP_SOON = 1  # of XML, many of which are not to be read in any time
LONGEST = 20  # seconds from request to mark, on a machine with more to do than that
MEMORY = 256 * 1024  # KiB above idle, the program and its child together
DUTCH = "De gemeenteraad besluit na jaren van overleg dat de brug over de rivier er komt, ondanks de prijs. " * 3  # its language is guessed
XML = list(hostile_documents.XML)
GROUPS: dict[str, list[str]] = {
    "XML": XML[::2],
    "more XML": XML[1::2],
    "texts": list(hostile_documents.TEXTS),
    "JSON": list(hostile_documents.JSON),
}
REAL = ("attribute flood", "namespaces one in another", "ampersands", "many empty objects")
TOO_MUCH = ("namespaces one in another", "many empty objects")
CUT = ("a huge title", "tags by the thousand", "attachments by the thousand", "scripts in a title")
REFUSED = ("a huge text", "a huge word", "an address of megabytes", "an id of megabytes", "escaped surrogates")
MORE = ("many items", "many tiny items")
NO_FEED = (
    "zeros",
    "gzip inside",
    "noise",
    "a million arrays",
    "a million objects",
    "closed arrays",
    "a huge number",
    "backslashes",
    "many keys",
)
LIMITS = 'timeout = "20s"\nper_host = 4\nconcurrency = 2\n'
SOURCE = '[sources.{name}]\nurl = "{url}"\nlanguage = "zh-CN"\ntranslate_to = []\n'

Rows = Mapping[str, dict[str, Any]]


def made(document: Callable[[], bytes]) -> Scenario:
    """A document that is made when it is asked for."""

    def scenario(asked: Asked, wire: Wire) -> None:
        wire.send(answer(200, document(), content_type="application/xml"))

    return scenario


def configured(site: Site, origin: Origin, names: list[str], *, limits: str) -> None:
    head = HEAD.replace('timeout = "5s"\n', LIMITS + limits)
    site.configure("".join(SOURCE.format(name=slug(name), url=origin.url(f"/{slug(name)}")) for name in names), head=head)


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def fetched(site: Site) -> tuple[Rows, str, Watch]:
    """Poll everything once: the rows, what was said, and what memory it took."""
    with site.start_from_nothing("--json", "fetch", "--all") as process, Watch(process.pid) as watch:
        try:
            out, err = process.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert "Traceback" not in err, err
    return {row["source"]: row for row in map(json.loads, out.splitlines())}, err, watch


def survive(site: Site, origin: Origin, names: list[str], *, limits: str) -> None:
    """The whole story of some documents: read once, marked, and then the source has something good again."""
    configured(site, origin, ["before"], limits=limits)
    origin.route("/before", plain(200, hostile_documents.item(body=DUTCH)))
    _, _, idle = fetched(site)
    configured(site, origin, names, limits=limits)
    origin.routes({f"/{slug(name)}": made(DOCUMENTS[name]) for name in names})
    rows, said, watch = fetched(site)
    state = {str(row["source"]): row for row in site.lines("sources")}
    for name in names:
        told(name, rows[slug(name)], state[slug(name)], said)
    assert {name: row["took"] for name, row in rows.items() if row["took"] > LONGEST} == {}
    assert idle.readers > 0
    assert watch.own - idle.own + watch.readers - idle.readers < MEMORY, (vars(watch), vars(idle))
    assert not any(b"root:x:0" in data for data in site.files().values())
    origin.routes({f"/{slug(name)}": plain(200, rss(range(200_070, 200_073), host=f"{slug(name)}.example")) for name in names})
    rows, _, _ = fetched(site)
    assert {name: (row["outcome"], row["new"]) for name, row in rows.items()} == {slug(name): ("fetched", 3) for name in names}


def told(name: str, row: Mapping[str, Any], state: Mapping[str, Any], said: str) -> None:
    """What came of a document is said where people look."""
    losses = [line for line in said.splitlines() if f" {slug(name)}: " in line or line.startswith(f"{slug(name)}: ")]
    if row["outcome"] == "failed":
        assert row["error_kind"] in ("too_large", *(["not_a_feed"] if name in NO_FEED else [])), (name, row)
        assert (state["health"], state["failures"]) == ("failing", 1), name
        assert state["error"] == row["error"] != "", name
        assert state["advice"] == row["advice"] != "", name
        return
    assert name not in TOO_MUCH + NO_FEED, (name, row)
    assert (state["health"], row["entries"] <= 5000) == ("ok", True), name
    assert not row["broken"] or any("could not be read" in line for line in losses), name
    if name in REFUSED:
        assert (row["new"], row["broken"]) == (0, 1), (name, row)
        assert any("characters, more than" in line for line in losses), (name, losses)
    if name in CUT:
        assert any("shortened" in line for line in losses), (name, losses)
    if name in MORE:
        assert row["entries"] == 5000, (name, row)
        assert any("more in the document than its first 5000 entries" in line for line in losses), (name, losses)


def test_there_are_enough_documents() -> None:
    assert len(DOCUMENTS) == sum(map(len, GROUPS.values())) > 31
    assert DOCUMENTS.keys() == {name for names in GROUPS.values() for name in names}


@pytest.mark.parametrize("group", GROUPS)
def test_every_hostile_document_ends_in_time_and_memory_and_is_read_or_marked(site: Site, origin: Origin, group: str) -> None:
    seconds = GIVEN_UP_SOON if "XML" in group else PARSE_TIMEOUT
    survive(site, origin, GROUPS[group], limits=f'parse_timeout = "{seconds}s"\n')


def test_the_limits_hold_as_they_are_by_default(site: Site, origin: Origin) -> None:
    survive(site, origin, list(REAL), limits="")
