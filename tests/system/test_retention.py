"""Items that are not kept: gone from content and feeds, and gone for good."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import feedparser

from tests.system.conftest import Site
from tests.system.origin import Origin, plain


def feed(*numbers: int) -> bytes:
    entries = "".join(
        f"<item><guid>{n}</guid><title>News {n}</title><link>https://e.example/{n}</link>"
        f"<description>&lt;p&gt;Text {n}.&lt;/p&gt;</description>"
        f"<pubDate>Fri, {n:02} May 2026 00:00:00 GMT</pubDate></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>T</title>{entries}</channel></rss>".encode()


def table(origin: Origin, more: str = "") -> str:
    clean = f'[sources.clean]\nurl = "{origin.url("/clean")}"\nlanguage = "en"\ntranslate_to = []\n{more}'
    return clean + f'[sources.exact]\nurl = "{origin.url("/exact")}"\nlanguage = "en"\nprofile = "compat"\ntranslate_to = []\n{more}'


def test_what_is_beyond_the_limit_goes_and_does_not_come_back(site: Site, origin: Origin) -> None:
    for path in ("/clean", "/exact"):
        origin.route(path, plain(200, feed(5, 4, 3, 2, 1)))
    site.configure(table(origin))
    assert site.run("fetch", "--all").returncode == 0
    assert len(list(site.content.rglob("*.md"))) == 10
    assert site.run("store", "prune").returncode == 0
    assert len(list(site.content.rglob("*.md"))) == 10
    mine = site.content / "en" / "news" / "exact" / "1.en.md"
    mine.write_text("A person's own words.\n", encoding="utf-8")
    beside = site.content / "en" / "news" / "clean" / "mine.md"
    beside.write_text("So are these.\n", encoding="utf-8")

    site.configure(table(origin, "retention = 2\n"))
    rows = [json.loads(line) for line in site.run("--json", "store", "prune").stdout.splitlines()]
    assert rows == [
        {"source": "clean", "items": 3, "documents": 3, "left": 0},
        {"source": "exact", "items": 3, "documents": 2, "left": 1},
    ]
    assert {path.name for path in site.content.rglob("*.md")} == {"4.en.md", "5.en.md", mine.name, beside.name}
    published = feedparser.parse(site.feeds / "en" / "all.rss")
    assert sorted(entry.title for entry in published.entries) == ["News 4", "News 4", "News 5", "News 5"]
    before = site.files()

    for path in ("/clean", "/exact"):
        origin.route(path, plain(200, feed(6, 5, 4, 3, 2, 1) + b"<!-- another -->"))
    rows = site.lines("fetch", "--all")
    assert {row["new"] for row in rows} == {1}, rows
    assert {path.name for path in site.content.rglob("*.md")} == {"4.en.md", "5.en.md", "6.en.md", mine.name, beside.name}
    assert site.run("store", "prune").returncode == 0
    assert {path.name for path in site.content.rglob("*.md")} == {"5.en.md", "6.en.md", mine.name, beside.name}
    after = site.files()
    assert site.run("publish", "--all").returncode == 0
    assert site.files() == after != before

    site.configure(table(origin))  # even with everything kept, what went stays away
    for path in ("/clean", "/exact"):
        origin.route(path, plain(200, feed(6, 5, 4, 3, 2, 1) + b"<!-- a third -->"))
    assert {row["new"] for row in site.lines("fetch", "--all")} == {0}
    assert site.files() == after


def test_what_a_killed_process_wrote_and_did_not_note_goes_too(site: Site, origin: Origin) -> None:
    for path in ("/clean", "/exact"):
        origin.route(path, plain(200, feed(5, 4, 3, 2, 1)))
    site.configure(table(origin))
    assert site.run("fetch", "--all").returncode == 0
    with closing(sqlite3.connect(site.folder / "data" / "store.db")) as database, database:
        database.execute("UPDATE pages SET path = ''")
    earlier = site.content / "en" / "news" / "exact" / "2.en.md"
    earlier.write_text("A post that the site has had.\n\n[exact](https://e.example/2)\n", encoding="utf-8")
    site.configure(table(origin, "retention = 2\n"))
    rows = site.lines("store", "prune")
    assert [(row["items"], row["documents"], row["left"]) for row in rows] == [(3, 3, 0), (3, 2, 0)]
    assert {path.name for path in site.content.rglob("*.md")} == {"4.en.md", "5.en.md", earlier.name}


def test_what_was_edited_after_it_was_written_goes_and_what_stood_there_before_does_not(site: Site, origin: Origin) -> None:
    folder = site.content / "en" / "news" / "exact"
    folder.mkdir(parents=True)
    earlier = folder / "2.en.md"
    earlier.write_text("A post that the site has had.\n\n[exact](https://e.example/2)\n", encoding="utf-8")
    for path in ("/clean", "/exact"):
        origin.route(path, plain(200, feed(3, 2, 1)))
    site.configure(table(origin))
    assert site.run("fetch", "--all").returncode == 0
    for path in ("/clean", "/exact"):
        origin.route(path, plain(200, feed(3, 2, 1).replace(b"Text ", b"Another text ")))
    assert {row["updated"] for row in site.lines("fetch", "--all")} == {3}
    assert "\nText 1.\n" in (folder / "1.en.md").read_text("utf-8")

    site.configure(table(origin, "retention = 1\n"))
    rows = [json.loads(line) for line in site.run("--json", "store", "prune").stdout.splitlines()]
    assert rows == [
        {"source": "clean", "items": 2, "documents": 2, "left": 0},
        {"source": "exact", "items": 2, "documents": 1, "left": 0},
    ]
    assert {path.name for path in folder.iterdir()} == {"3.en.md", earlier.name}


def test_what_is_too_old_when_it_comes_is_not_taken_in(site: Site, origin: Origin) -> None:
    origin.route("/clean", plain(200, feed(1).replace(b"2026", b"2019")))
    origin.route("/exact", plain(200, feed(1).replace(b"2026", b"2019")))
    site.configure(table(origin, 'retention = "900d"\n'))
    assert [row["new"] for row in site.lines("fetch", "--all")] == [0, 0]
    site.configure(table(origin, 'retention = "9000d"\n'))
    for path in ("/clean", "/exact"):
        origin.route(path, plain(200, feed(1).replace(b"2026", b"2019") + b"<!-- another -->"))
    assert [row["new"] for row in site.lines("fetch", "--all")] == [1, 1]
