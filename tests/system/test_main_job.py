"""The main job through the real command line: polled, normalized, translated, published, and again without a byte changing."""

from __future__ import annotations

import json
from pathlib import Path

import feedparser
import pytest

from tests.system import papers
from tests.system.conftest import Site
from tests.system.origin import Origin, plain, steady

SHARED = Path(__file__).resolve().parents[3] / "shared" / "golden" / "compat"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the reference documents in ../shared are not here")

LIST = """
[sources.list]
kind = "json"
url = "{url}"
items = "data"
folder = "{folder}"
timezone = "Asia/Shanghai"
profile = "compat"
translate_to = []

[sources.list.fields]
id = "id"
title = "title"
html = "description"
link = "link"
published = "pub_date"
source = "source"
kind = "kind"
language = "language"
"""
API = """
[sources.investing_cn]
kind = "json"
url = "{url}"
headers = {{ "Domain-Id" = "cn" }}
items = "items"
fields = {{ id = "id", title = "headline", text = "body", link = "href", published = "updated_date" }}
link_base = "https://cn.investing.com"
folder = "investing"
language = "zh-CN"
timezone = "UTC"
profile = "compat"
translate_to = ["zh-TW"]
"""
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>港聞</title><link>https://paper.example/</link><description>d</description>
<item><title>{title}</title><link>https://paper.example/{id}</link><guid isPermaLink="false">{id}</guid>
<pubDate>Thu, 13 Feb 2025 11:36:36 +0800</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>
</channel></rss>
"""
FEED = """
[sources.paper]
url = "{url}"
title = "Paper"
language = "zh-CN"
"""


@needs_shared
@pytest.mark.parametrize(("file", "source"), [("reference-api-homepage.json", API), ("reference-investing_cn-2669387.json", LIST)])
def test_the_reference_document_comes_out_byte_for_byte(site: Site, origin: Origin, file: str, source: str) -> None:
    origin.route("/list", plain(200, (SHARED / file).read_bytes(), content_type="application/json"))
    site.configure(source.format(url=origin.url("/list"), folder="investing"))
    done = site.run("fetch", "--all")
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    written = site.content / "zh-CN" / "news" / "investing" / "2669387.zh-CN.md"
    assert written.read_bytes() == (SHARED / "reference-investing_cn-2669387.md").read_bytes()
    assert len(written.read_bytes()) == 5332


@needs_shared
def test_every_reference_pair_comes_out_byte_for_byte(site: Site, origin: Origin) -> None:
    pairs = sorted(SHARED.glob("etf-*.json"))
    rows = [row for pair in pairs for row in json.loads(pair.read_text(encoding="utf-8"))["data"]]
    origin.route("/list", plain(200, json.dumps({"data": rows}).encode(), content_type="application/json"))
    site.configure(LIST.format(url=origin.url("/list"), folder="etf"))
    assert site.run("fetch", "--all").returncode == 0
    folder = site.content / "en" / "news" / "etf"
    expected = {pair.name.removeprefix("etf-").removesuffix(".json") + ".md": pair.with_suffix(".md").read_bytes() for pair in pairs}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == expected


def rss(id: str = "1", title: str = "软件市场", text: str = "人工智能软件的市场正在扩大。") -> bytes:
    return RSS.format(id=id, title=title, text=text).encode()


def test_items_are_translated_and_stand_in_the_feeds_of_both_languages(site: Site, origin: Origin) -> None:
    origin.route("/rss", plain(200, rss(), content_type="application/rss+xml"))
    site.configure(FEED.format(url=origin.url("/rss")))
    assert site.run("fetch", "--all").returncode == 0
    for language, title in (("zh-CN", "软件市场"), ("zh-TW", "軟體市場")):
        for name in ("paper.rss", "paper.atom", "all.rss"):
            feed = feedparser.parse((site.feeds / language / name).read_bytes())
            assert not feed.bozo, (name, feed.get("bozo_exception"))
            assert [entry.title for entry in feed.entries] == [title]
            assert feed.feed.language == language
        assert list((site.content / language / "news" / "paper").glob("*.md"))


def test_what_needs_no_translation_stands_in_the_language_of_the_site(site: Site, origin: Origin) -> None:
    body = rss().replace(b"<channel>", b"<channel><language>zh-Hans-SG</language>")
    origin.route("/rss", plain(200, body, content_type="application/rss+xml"))
    site.configure(FEED.format(url=origin.url("/rss")).replace('language = "zh-CN"\n', ""))
    assert site.run("fetch", "--all").returncode == 0
    assert sorted(path.name for path in site.feeds.iterdir() if path.is_dir()) == ["zh-CN", "zh-TW"]
    (document,) = (site.content / "zh-CN" / "news" / "paper").glob("*.md")
    assert 'title: "软件市场"' in document.read_text(encoding="utf-8")


def test_a_second_round_and_a_full_rebuild_change_no_byte(site: Site, origin: Origin) -> None:
    origin.route("/rss", steady(rss(), etag='"1"', content_type="application/rss+xml"))
    site.configure(FEED.format(url=origin.url("/rss")))
    site.run("fetch", "--all")
    before = site.files()
    rows = site.lines("fetch", "--all")
    assert [row["outcome"] for row in rows] == ["not modified"]
    assert site.run("publish", "--all").returncode == 0
    assert site.files() == before
    assert before


def test_an_edited_item_keeps_its_id_and_date_and_is_translated_again(site: Site, origin: Origin) -> None:
    origin.route("/rss", plain(200, rss(text="第一版。"), content_type="application/rss+xml"))
    site.configure(FEED.format(url=origin.url("/rss")))
    site.run("fetch", "--all")
    first = feedparser.parse((site.feeds / "zh-TW" / "paper.rss").read_bytes()).entries
    origin.route("/rss", plain(200, rss(text="第二版有软件。"), content_type="application/rss+xml"))
    assert [(row["new"], row["updated"]) for row in site.lines("fetch", "--all")] == [(0, 1)]
    second = feedparser.parse((site.feeds / "zh-TW" / "paper.rss").read_bytes()).entries
    assert [(entry.id, entry.published) for entry in first] == [(entry.id, entry.published) for entry in second]
    assert "第二版有軟體" in second[0].content[0].value + second[0].summary


def test_a_renamed_folder_takes_its_documents_along(site: Site, origin: Origin) -> None:
    origin.route("/rss", steady(rss(), etag='"1"', content_type="application/rss+xml"))
    site.configure(FEED.format(url=origin.url("/rss")))
    assert site.run("fetch", "--all").returncode == 0
    before = {path: data for path, data in site.files().items() if path.endswith(".md")}
    notes = site.content / "zh-CN" / "news" / "paper" / "notes.md"
    notes.write_text("somebody's own", encoding="utf-8")
    site.configure(FEED.format(url=origin.url("/rss")) + 'folder = "gazette"\n')
    done = site.run("-v", "publish", "--all")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("moved away from") == len(before) == 2
    after = {path for path in site.files() if path.endswith(".md")}
    assert after == {path.replace("/paper/", "/gazette/") for path in before} | {"content/zh-CN/news/paper/notes.md"}
    rebuilt = site.files()
    assert site.run("publish", "--all").stdout == ""
    assert site.files() == rebuilt


def test_the_dry_run_stores_and_writes_nothing(site: Site, origin: Origin) -> None:
    origin.route("/rss", plain(200, rss(), content_type="application/rss+xml"))
    site.configure(FEED.format(url=origin.url("/rss")))
    assert [(row["new"], row["jobs"]) for row in site.lines("fetch", "--all", "--dry-run")] == [(1, 1)]
    assert not (site.folder / "data").exists()


def test_an_address_needs_no_configuration_and_leaves_nothing_behind(site: Site, origin: Origin) -> None:
    origin.route("/rss", plain(200, rss(), content_type="application/rss+xml"))
    allowed = ["--allow-network", "127.0.0.0/8"]
    done = site.run("fetch", *allowed, origin.url("/rss"), "--to", "zh-TW", "--format", "md")
    assert done.returncode == 0, done.stderr
    assert 'title: "軟體市場"' in done.stdout
    assert "软件" not in done.stdout
    assert list(site.folder.iterdir()) == []
    for form in ("rss", "atom", "json"):
        done = site.run("fetch", *allowed, origin.url("/rss"), "--to", "zh-TW", "--format", form)
        assert "軟體市場" in done.stdout
        assert form == "json" or not feedparser.parse(done.stdout.encode()).bozo
    row = json.loads(site.run("fetch", *allowed, origin.url("/rss"), "--to", "zh-TW", "--format", "jsonl").stdout)
    assert (row["language"], row["original_language"], row["engine"]) == ("zh-TW", "zh-CN", "opencc")
    assert {name: type(row[name]) for name in ("authors", "tags", "image", "media")} == {
        "authors": list,
        "tags": list,
        "image": str,
        "media": list,
    }


def test_several_addresses_are_fetched_at_once_and_one_that_fails_costs_itself_only(site: Site, origin: Origin) -> None:
    for number in (1, 2):
        origin.route(f"/rss{number}", plain(200, papers.rss([number], host=f"paper{number}.example")))
    origin.route("/gone", plain(404, b""))
    addresses = [origin.url(f"/{name}") for name in ("rss1", "gone", "rss2")]
    done = site.run("fetch", *addresses, "--format", "jsonl", "--to", "zh-TW", "--allow-network", "127.0.0.0/8")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {(row["url"], row["language"]) for row in rows} == {(f"https://paper{number}.example/{number}", "zh-TW") for number in (1, 2)}
    assert (done.returncode, "404" in done.stderr) == (3, True)
    assert [len(origin.asked(f"/{name}")) for name in ("rss1", "gone", "rss2")] == [1, 1, 1]


def test_a_private_address_is_refused_unless_it_is_allowed(site: Site, origin: Origin) -> None:
    origin.route("/rss", plain(200, rss()))
    done = site.run("fetch", origin.url("/rss"))
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr
    assert "--allow-network" in done.stderr or "allow_networks" in done.stderr
    assert not origin.log
