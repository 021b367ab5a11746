"""`why`, `sources` and `status` tell what was decided and how a source is doing, from what a real origin answered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.model import Source
from tests.system.conftest import Site
from tests.system.days import MONDAY, Days
from tests.system.origin import Asked, Origin, Wire, answer, plain
from tests.system.papers import rss

TABLE = '[sources.{name}]\nurl = "{url}"\nlanguage = "zh-CN"\ntranslate_to = []\n'


def fresh_for_an_hour(asked: Asked, wire: Wire) -> None:
    """A feed with an entity tag, whose 304s stay fresh for an hour too."""
    known = asked.header("if-none-match") == '"1"'
    wire.send(answer(304 if known else 200, b"" if known else rss([1]), etag='"1"', cache_control="max-age=3600"))


def test_why_tells_the_rule_that_decided(site: Site, origin: Origin) -> None:
    origin.routes({"/fresh": fresh_for_an_hour, "/down": plain(503, retry_after="7200")})
    site.configure("".join(TABLE.format(name=name, url=origin.url(f"/{name}")) for name in ("fresh", "down")))
    assert site.run("why", "fresh").stdout.startswith("fresh\nIt was never polled.\n")
    for name in ("fresh", "fresh", "down"):  # the last has the host left alone
        site.run("fetch", name)
    said = site.run("why", "fresh")
    assert said.returncode == 0, said.stderr
    assert "not modified (304). It was due" in said.stdout
    assert "somebody asked for it" in said.stdout
    assert "RFC 9111 section 4.2: max-age, Expires" in said.stdout
    assert "If-None-Match, A-IM as its server gave them" in said.stdout
    (row,) = site.lines("why", origin.url("/down"))
    assert row["source"] == "down"
    weighed = row["weighed"]
    assert isinstance(weighed, list)
    assert [(rule["rule"], rule["wait_seconds"]) for rule in weighed if rule["decided"]] == [("retry-after", 7200)]
    assert [poll["status"] for poll in row["polls"]] == [503]  # type: ignore[attr-defined]


def test_why_of_what_is_no_source_says_so(site: Site, origin: Origin) -> None:
    site.configure(TABLE.format(name="paper", url=origin.url("/paper")))
    for what, hint in {
        "papers": "Did you mean paper?",
        "https://elsewhere.example/": "No source of the configuration has the address",
    }.items():
        said = site.run("why", what)
        assert (said.returncode, said.stdout) == (2, "")
        assert hint in said.stderr


def test_sources_and_status_show_codes_the_share_of_304_and_when_it_goes_on(site: Site, origin: Origin) -> None:
    origin.routes({"/fresh": fresh_for_an_hour, "/down": plain(500)})
    site.configure("".join(TABLE.format(name=name, url=origin.url(f"/{name}")) for name in ("fresh", "down")))
    for _ in range(3):
        site.run("fetch", "fresh", "down")
    rows = {row["source"]: row for row in site.lines("sources")}
    assert (rows["fresh"]["health"], rows["fresh"]["last_codes"], rows["fresh"]["unchanged"]) == ("ok", "304 304 200", "67 %")
    assert (rows["down"]["health"], rows["down"]["last_codes"], rows["down"]["unchanged"]) == ("failing", "500 500 500", "0 %")
    (status,) = site.lines("status")
    assert status["sources"] == {"ok": 1, "failing": 1}
    assert status["unchanged"] == "33 %"
    assert status["next_due"] == min(str(row["due"]) for row in rows.values())


def test_a_source_that_falls_silent_is_noticed_once_and_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A paper with an article every four hours, which then answers for days without any: its own rhythm says that this is odd."""
    with Origin() as origin:
        days = Days(origin=origin, folder=tmp_path, sources=[Source(name="paper", url=origin.url("/paper"), every=timedelta(hours=1))])
        for count in range(1, 13):
            origin.route("/paper", plain(200, rss(range(count * 240, 0, -240))))
            days.until(MONDAY + count * timedelta(hours=4))
        stopped = days.now
        days.until(stopped + timedelta(hours=19))
        assert "silent" not in caplog.text
        days.until(stopped + timedelta(days=4))
    told = [record.getMessage() for record in caplog.records if "never silent" in record.getMessage()]
    assert len(told) == 1
    assert told[0].startswith("paper: Nothing new for ")
