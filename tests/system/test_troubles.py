"""What goes wrong costs what it belongs to, and is told once, in words, with what to do about it."""

from __future__ import annotations

import json
import random
import socket

from tests.system.conftest import HEAD, Site
from tests.system.origin import HUGE, Origin, drip, hang, plain, redirect
from tests.system.papers import entries, rss

PAGE = b"""<!DOCTYPE html><html><head><title>The Paper</title>
<link rel="alternate" type="application/rss+xml" href="/real.rss"></head><body></body></html>"""
BAD = {  # name: what its message and its advice have to say
    "down": ("accepts no connection", "down"),
    "hangs": ("5 seconds", "fetch.timeout"),
    "drips": ("5 seconds", "fetch.timeout"),
    "huge": ("larger than", "fetch.max_bytes"),
    "page": ("HTML page", "/real.rss"),
    "noise": ("not a feed", "browser"),
    "empty": ("empty", "goes on by itself"),
    "broken": ("500", "goes on by itself"),
    "gone": ("410", "new address"),
    "loop": ("redirects", "browser"),
}
SOURCE = """
[sources.{name}]
url = "{url}"
language = "zh-CN"
"""


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def troubled_world(origin: Origin) -> str:
    """The sources' tables, healthy ones before, between and after the others."""
    good = {"healthy": plain(200, rss(range(3))), "sound": plain(200, rss(range(2), host="sound.example"))}
    origin.routes({f"/{name}": scenario for name, scenario in good.items()})
    origin.routes(
        {
            "/hangs": hang,
            "/drips": drip(),
            "/huge": HUGE,
            "/page": plain(200, PAGE, content_type="text/html"),
            "/noise": plain(200, random.Random(1).randbytes(5000), content_type="application/octet-stream"),
            "/empty": plain(200, b""),
            "/broken": plain(500, b"<h1>sorry</h1>"),
            "/gone": plain(410),
            "/loop": redirect("/loop"),
        }
    )
    names = ["healthy", *BAD, "sound"]
    urls = {name: origin.url(f"/{name}") for name in names} | {"down": f"http://127.0.0.1:{closed_port()}/feed"}
    return "".join(SOURCE.format(name=name, url=urls[name]) for name in names)


def test_bad_sources_cost_themselves_one_message_and_the_others_nothing(site: Site, origin: Origin) -> None:
    site.configure(troubled_world(origin), head=HEAD.replace("[fetch]", "[fetch]\nper_host = 20"))
    done = site.run("fetch", "--all")
    assert done.returncode == 3, done.stderr
    said = [line for line in done.stderr.splitlines() if line.partition(":")[0] in BAD]
    assert sorted(line.partition(":")[0] for line in said) == sorted(BAD)
    for line in said:
        for words in BAD[line.partition(":")[0]]:
            assert words in line
    assert len(done.stderr.splitlines()) == len(BAD) + 1, done.stderr  # and the summary
    for language in ("zh-CN", "zh-TW"):
        assert [len(entries(site.feeds / language / f"{name}.rss")) for name in ("healthy", "sound", "all")] == [3, 2, 5]
    the_list_of_sources_tells_of_them(site)


def the_list_of_sources_tells_of_them(site: Site) -> None:
    rows = {str(row["source"]): row for row in site.lines("sources")}
    assert [name for name, row in rows.items() if row["health"] == "ok"] == ["healthy", "sound"]
    assert [rows[name]["items"] for name in ("healthy", "sound", "down")] == [3, 2, 0]
    assert [name for name, row in rows.items() if row["health"] == "gone"] == ["gone"]
    assert {name for name, row in rows.items() if row["health"] == "failing"} == BAD.keys() - {"gone"}
    for name, (message, advice) in BAD.items():
        assert message in str(rows[name]["error"])
        assert advice in str(rows[name]["advice"])
        assert rows[name]["failures"] == 1
    assert rows["gone"]["due"] == ""


def test_words_that_mean_nothing_are_answered_with_those_that_may_be_meant(site: Site) -> None:
    site.configure(SOURCE.format(name="healthy", url="http://127.0.0.1:1/feed"))
    for arguments, answer in (
        (["fetch", "helthy"], "Did you mean healthy?"),
        (["fetch", "healthy", "--to", "klingonese"], "BCP 47"),
        (["fetchh"], "No such command 'fetchh'"),
    ):
        done = site.run(*arguments)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert answer in done.stderr
        assert "Traceback" not in done.stderr
    assert not (site.folder / "data").exists()


BROKEN = """
[site]
languages = ["zh-CN", "klingonese"]
timezone = "Mars/Olympus"
colour = "red"

[fetch]
timeout = "soon"

[sources.a]
urll = "https://example.org/feed"

[sources.b]
url = "ftp://example.org/feed"
every = 10

[[routes]]
engines = ["goggle"]

[translators.hosted]
engine = "opencc"
api_key = { env = "HOME" }
"""
BROKEN_TOO = """
[sources.c]
url = "https://example.org/feed"
identity = "guidd"
kind = "jsn"
"""


def test_every_problem_of_a_configuration_is_told_at_once(site: Site) -> None:
    site.configure(BROKEN, head="")
    more = site.config.parent / "sources" / "more.toml"
    more.parent.mkdir()
    more.write_text(BROKEN_TOO, encoding="utf-8")
    done = site.run("fetch", "--all")
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    main, other = "config/aggregator.toml", "config/sources/more.toml"
    for file, key, words in (
        (main, "site.languages", "klingonese"),
        (main, "site.timezone", "Mars/Olympus"),
        (main, "site.colour", "colour"),
        (main, "fetch.timeout", "30s"),
        (main, "sources.a.url", "url"),
        (main, "sources.b.url", "http"),
        (main, "sources.b.every", "10m"),
        (main, "routes", "google"),
        (main, "translators.hosted.api_key", "the engine opencc has no such option; it has none"),
        (other, "sources.c.identity", "guid"),
        (other, "sources.c.kind", "did you mean 'json'?"),
    ):
        assert any(f"{file}: {key}" in line and words in line for line in done.stderr.splitlines()), (key, done.stderr)
    assert "Traceback" not in done.stderr
    site.config.write_text("[site\n", encoding="utf-8")
    done = site.run("run")
    assert (done.returncode, done.stdout) == (2, "")
    assert "not TOML" in done.stderr
    assert "line 1" in done.stderr


def test_a_newcomer_is_shown_the_way_to_a_configuration(site: Site) -> None:
    done = site.run("fetch", "--all")
    assert (done.returncode, done.stdout) == (2, "")
    assert "aggregator init" in done.stderr
    assert site.run("init").returncode == 0
    made = site.config.read_bytes()
    done = site.run("config", "check")
    assert done.returncode == 0, done.stderr
    again = site.run("init")
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert site.config.read_bytes() == made


def test_a_disk_that_refuses_is_told_and_what_could_not_be_written_is_written_later(site: Site, origin: Origin) -> None:
    origin.route("/healthy", plain(200, rss(range(2))))
    site.configure(SOURCE.format(name="healthy", url=origin.url("/healthy")))
    site.feeds.parent.mkdir(parents=True)
    site.feeds.write_text("in the way", encoding="utf-8")
    done = site.run("fetch", "--all")
    assert done.returncode == 3
    assert "a file stands where a folder has to be" in done.stderr
    assert len(list(site.content.rglob("*.md"))) == 4
    site.feeds.unlink()
    rows = [json.loads(line) for line in site.run("--json", "publish").stdout.splitlines()]
    assert {"written": "zh-TW/all.rss"} in rows
    assert len(entries(site.feeds / "zh-TW" / "all.rss")) == 2
