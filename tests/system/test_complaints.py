"""What is wrong with a document that can be read reaches people: the log, once, and `sources` and `doctor` as long as it is so."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.cli.showing import source_row
from aggregator.core.checkup import Records, examine
from aggregator.model import PollState, Source
from aggregator.store import open_store
from tests.system.days import Days
from tests.system.origin import Origin, plain


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin(address="") as origin:
        yield origin


def entry(number: int) -> dict[str, object]:
    return {"id": number, "title": f"Story {number}", "text": "Text", "link": f"https://paper.example/{number}"}


def stored(days: Days) -> PollState:
    with closing(open_store(f"sqlite:///{days.folder / 'store.db'}")) as store:
        return store.states(["s"])["s"]


def test_what_is_wrong_with_a_document_is_told(origin: Origin, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fields = {name: name for name in ("id", "title", "text", "link")}
    source = Source(name="s", kind="json", url=origin.url("/s"), options={"items": ["top", "more.news"], "fields": fields})
    days = Days(origin=origin, folder=tmp_path, sources=[source])
    told = ["there is no list at “more.news”"] + [f"entry {n} is {what}, not an object" for n, what in ((2, "a text"), (3, "null"))]
    for number in (1, 2):
        origin.route("/s", plain(200, json.dumps({"top": [entry(number), "two", None]}).encode(), content_type="application/json"))
        days.poll(["s"])
    assert [(row.entries, row.new, row.broken) for row in days.polled] == [(3, 1, 2)] * 2
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [f"s: {each}" for each in told]
    state = stored(days)
    assert source_row(source, state, items=2, codes=[200], now=days.now)["complaints"] == told
    (finding,) = examine(Records(source=source, state=state, items=[], first_seen={}, now=days.now))
    assert (finding.defect, finding.count, list(finding.examples)) == ("complaints", 3, told)
    assert "`items`" in finding.cure
    whole = json.dumps({"top": [entry(2)], "more": {"news": [entry(1)]}})
    origin.route("/s", plain(200, whole.encode(), content_type="application/json"))
    days.poll(["s"])
    assert stored(days).complaints == ()


def test_a_feed_s_complaints_hold_while_it_stays_the_same(origin: Origin, tmp_path: Path) -> None:
    days = Days(origin=origin, folder=tmp_path, sources=[Source(name="s", url=origin.url("/s"))])
    broken = b"<rss version='2.0'><channel><item><guid>1</guid><title>one</title><p></item></channel></rss>"
    for answer in (broken, broken):
        origin.route("/s", plain(200, answer))
        days.poll(["s"])
        assert len(stored(days).complaints) == 1
    origin.route("/s", plain(200, broken.replace(b"<p>", b"")))
    days.poll(["s"])
    assert stored(days).complaints == ()
