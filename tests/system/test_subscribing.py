"""`add`, `import` and `export`, as a person uses them: the real command line against an origin on loopback."""

from __future__ import annotations

import os
import pty
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.system.conftest import Site
from tests.system.origin import ATOM, CHALLENGE, Origin, answer, in_turn, plain, redirect

HTML = {"content_type": "text/html; charset=utf-8"}


def page(*links: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>Paper</title>{''.join(links)}</head><body><a href='/x'>x</a></body></html>".encode()


def alternate(href: str, kind: str = "application/atom+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def added(site: Site) -> dict[str, dict[str, object]]:
    """The sources that stand in files beside the configuration."""
    tables = [
        tomllib.loads(path.read_text(encoding="utf-8"))["sources"] for path in sorted((site.config.parent / "sources").glob("*.toml"))
    ]
    return {name: source for table in tables for name, source in table.items()}


@pytest.fixture
def empty(site: Site) -> Site:
    site.configure("", languages=())
    return site


def test_a_feed_s_own_address_is_added_shown_and_then_fetched(empty: Site, origin: Origin) -> None:
    origin.route("/feed", plain(200, ATOM))
    done = empty.run("add", origin.url("/feed"))
    assert (done.returncode, added(empty)) == (0, {"loopback": {"url": origin.url("/feed"), "title": "Loopback"}}), done.stderr
    assert "One" in done.stdout
    assert "aggregator fetch loopback" in done.stderr
    assert len(origin.log) == 1
    assert origin.log[0].header("user-agent").startswith("aggregator/")
    assert empty.run("fetch", "loopback").returncode == 0
    again = empty.run("add", origin.url("/feed?utm_source=x"))
    assert (again.returncode, "is subscribed already, as loopback" in again.stderr) == (2, True)
    assert len(origin.log) == 2


def test_of_several_feeds_of_a_page_the_first_is_taken_and_the_others_are_told(empty: Site, origin: Origin) -> None:
    links = alternate("/dead.xml"), alternate("feed", title="News"), alternate("/c.json", "application/feed+json", "All")
    origin.route("/", plain(200, page(*links), **HTML))
    origin.route("/dead.xml", plain(404, b""))
    origin.route("/feed", plain(200, ATOM))
    (row,) = empty.lines("add", origin.url("/"), "--name", "paper")
    assert (row["source"], row["url"], row["others"]) == ("paper", origin.url("/feed"), [origin.url("/dead.xml"), origin.url("/c.json")])
    assert [entry["title"] for entry in row["entries"]] == ["One"]
    assert added(empty) == {"paper": {"url": origin.url("/feed"), "title": "Loopback"}}
    assert [asked.path for asked in origin.log] == ["/", "/dead.xml", "/feed"]


def test_a_person_at_a_terminal_is_asked_which(empty: Site, origin: Origin) -> None:
    origin.route("/", plain(200, page(alternate("/a"), alternate("/feed")), **HTML))
    origin.route("/a", plain(200, ATOM))
    origin.route("/feed", plain(200, ATOM))
    ours, theirs = pty.openpty()
    with empty.start_from_nothing("add", origin.url("/"), stdin=theirs, stderr=theirs) as process:
        os.write(ours, b"7\n2\n")
        process.communicate(timeout=60)
    os.close(theirs)
    os.close(ours)
    assert [source["url"] for source in added(empty).values()] == [origin.url("/feed")]


def test_nothing_is_written_by_a_dry_run_and_without_a_terminal_nobody_is_asked(empty: Site, origin: Origin) -> None:
    origin.route("/", plain(200, page(alternate("/feed"), alternate("/b")), **HTML))
    origin.route("/feed", plain(200, ATOM))
    done = empty.run("add", origin.url("/"), "--dry-run", "--yes")
    assert (done.returncode, added(empty)) == (0, {})
    assert f"Also there: {origin.url('/b')}" in done.stderr
    assert "Nothing was written" in done.stderr


@pytest.mark.parametrize("path", ["/@ines.rss", "/blog/feed", "/rss.xml"])
def test_a_page_that_names_no_feed_is_looked_around(empty: Site, origin: Origin, path: str) -> None:
    start = {"/@ines.rss": "/@ines", "/blog/feed": "/blog/"}.get(path, "/")
    origin.route(start, plain(200, page(), **HTML))
    origin.route(path, plain(200, ATOM))
    done = empty.run("add", origin.url(start))
    assert [source["url"] for source in added(empty).values()] == [origin.url(path)], done.stderr


def test_a_link_that_looks_like_a_feed_will_do(empty: Site, origin: Origin) -> None:
    origin.route("/", plain(200, page("<base href='/b/'>") + b"<a href='rss.xml'>RSS</a>", **HTML))
    origin.route("/b/rss.xml", plain(200, ATOM))
    assert empty.run("add", origin.url("/")).returncode == 0
    assert [asked.path for asked in origin.log] == ["/", "/b/rss.xml"]


@pytest.mark.parametrize("status", [403, 404])
def test_where_the_page_itself_is_refused_the_usual_places_are_tried(empty: Site, origin: Origin, status: int) -> None:
    origin.route("/blog", plain(status, page(), **HTML))
    origin.route("/feed", plain(200, ATOM))
    done = empty.run("add", origin.url("/blog"))
    assert [source["url"] for source in added(empty).values()] == [origin.url("/feed")], done.stderr
    assert f"answered {status}" in done.stderr


def test_a_site_that_wants_to_be_left_alone_is_not_asked_again(empty: Site, origin: Origin) -> None:
    origin.route("/blog", plain(429, b""))
    origin.route("/feed", plain(200, ATOM))
    assert empty.run("add", origin.url("/blog")).returncode == 1
    assert [asked.path for asked in origin.log] == ["/blog"]


def test_a_page_that_names_a_dead_feed_is_looked_around_too(empty: Site, origin: Origin) -> None:
    origin.route("/", plain(200, page(alternate("/dead.xml")) + b"<a href='/dead/rss.xml'>RSS</a>", **HTML))
    origin.route("/rss.xml", plain(200, ATOM))
    done = empty.run("add", origin.url("/"))
    assert [source["url"] for source in added(empty).values()] == [origin.url("/rss.xml")], done.stderr
    assert "/dead.xml: " in done.stderr or "/dead.xml answered" in done.stderr
    assert len(origin.asked("/dead.xml")) == 1


def test_addresses_as_other_programs_hand_them_over(empty: Site, origin: Origin) -> None:
    origin.route("/feed", plain(200, ATOM))
    bare = origin.url("/feed").removeprefix("http:")
    assert "One" in empty.run("fetch", f"feed:{bare}").stdout
    (row,) = empty.lines("add", f"feed:http:{bare}")
    assert row["url"] == origin.url("/feed")
    (empty.folder / "one.opml").write_text(f'<opml><body><outline xmlUrl="feed:{bare}"/></body></opml>', encoding="utf-8")
    (row,) = empty.lines("import", "one.opml")
    assert row["outcome"] == "subscribed already"
    assert "10.1.2.3" in empty.run("add", "@ines@10.1.2.3").stderr


def test_a_moved_feed_is_added_where_it_went_for_good(empty: Site, origin: Origin) -> None:
    origin.route("/old", redirect("/feed", 301))
    origin.route("/feed", plain(200, ATOM))
    assert empty.run("add", origin.url("/old")).returncode == 0
    assert [source["url"] for source in added(empty).values()] == [origin.url("/feed")]


def test_what_can_t_be_added_says_why(empty: Site, origin: Origin) -> None:
    origin.route("/wall", plain(200, CHALLENGE, **HTML))
    origin.route("/gone", lambda asked, wire: wire.send(answer(410)))
    origin.route("/feed", in_turn(plain(200, ATOM)))
    for words, status, said in (
        ((origin.url("/gone"),), 1, "answered 410"),
        ((origin.url("/wall"),), 1, "No feed was found"),
        (("http://10.1.2.3/feed",), 2, "10.1.2.3"),
        (("file:///etc/passwd",), 2, "http or https"),
        ((origin.url("/feed"), "--name", "Not So"), 2, "no usable name"),
    ):
        done = empty.run("add", *words)
        assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (status, True, False), done.stderr
    assert added(empty) == {}


LIST = """\ufeff<opml version="2.0"><body><outline text="Ciencia y mar"><outline text="Olas">
<outline text="Faros &amp; puertos" type="rss" xmlUrl="https://faros.example/feed"/></outline>
<outline text="Mareas" xmlUrl="http://mareas.example/rss"/><outline text="Mareas" xmlUrl="https://www.mareas.example/rss/"/></outline>
<outline text="Have" xmlUrl="https://have.example/f"/><outline xmlUrl="javascript:alert(1)"/><outline xmlUrl="http://192.168.1.1/f"/>
<outline xmlUrl="http://0x7f.1/f"/></body></opml>"""


def test_a_list_is_imported_told_and_exported_again(site: Site) -> None:
    site.configure('[sources.have]\nurl = "https://have.example/f"\n', head='[site]\ntitle = "T"\nlanguages = {languages}\n')
    (site.folder / "my feeds.opml").write_text(LIST, encoding="utf-8")
    rows = site.lines("import", "my feeds.opml", "--dry-run")
    assert [(row["source"], row["outcome"]) for row in rows] == [
        ("faros_puertos", "new"),
        ("mareas", "new"),
        ("mareas", "twice"),
        ("have", "subscribed already"),
        ("", "refused"),
        ("", "refused"),
        ("", "refused"),
    ]
    assert all(row["why"] for row in rows if row["outcome"] == "refused")
    assert added(site) == {}
    assert site.run("import", "my feeds.opml").returncode == 3
    assert added(site) == {
        "faros_puertos": {"url": "https://faros.example/feed", "title": "Faros & puertos", "tags": ["ciencia-y-mar", "olas"]},
        "mareas": {"url": "http://mareas.example/rss", "title": "Mareas", "tags": ["ciencia-y-mar"]},
    }
    assert (site.config.parent / "sources" / "my-feeds.toml").is_file()
    exported = site.run("export")
    outlines = [outline.attrib for outline in ElementTree.fromstring(exported.stdout.encode()).iter("outline")]
    assert [(each["xmlUrl"], each.get("category", "")) for each in outlines] == [
        ("https://faros.example/feed", "ciencia-y-mar,olas"),
        ("https://have.example/f", ""),
        ("http://mareas.example/rss", "ciencia-y-mar"),
    ]
    back = site.folder / "back.opml"
    back.write_text(exported.stdout, encoding="utf-8")
    assert {row["outcome"] for row in site.lines("import", "back.opml")} == {"subscribed already"}
    assert len(list((site.config.parent / "sources").iterdir())) == 1


def test_ten_thousand_feeds_become_a_configuration_that_loads(site: Site, tmp_path: Path) -> None:
    site.configure("")
    outlines = "".join(f'<outline text="Paper" xmlUrl="https://p{number}.example/f"/>' for number in range(10_000))
    (site.folder / "many.opml").write_text(f"<opml><body>{outlines}</body></opml>", encoding="utf-8")
    assert site.run("--json", "import", "many.opml", timeout=120).returncode == 0
    assert "10000 sources" in site.run("config", "check", timeout=120).stderr


def test_what_is_no_list_is_said(empty: Site) -> None:
    (empty.folder / "page.opml").write_text("<html><body>Log in</body></html>", encoding="utf-8")
    done = empty.run("import", "page.opml")
    assert (done.returncode, "an HTML page" in done.stderr, "Export your subscriptions" in done.stderr) == (1, True, True)
    assert (empty.run("import", "nowhere.opml").returncode, added(empty)) == (2, {})
