"""The demo, as a newcomer runs it: offline, twice, rebuilt, and served."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.system.conftest import Answer, Running, Site, ask, files_below, temporary_files
from tests.system.papers import entries

WRITTEN_IN = {"de", "en", "fr", "ja", "pt-PT", "zh-CN", "zh-HK"}
MADE_BY_OPENCC = {("zh-CN", "investing"), ("zh-CN", "jianghai"), ("zh-HK", "victoria")}
CHINESE = {"zh-CN", "zh-TW", "zh-HK"}
ALL = "/feeds/zh-TW/all.rss"


@dataclass(frozen=True)
class Demonstration:
    """What the first round of a demo left."""

    site: Site
    port: int
    done: CompletedProcess[str]
    files: dict[str, tuple[bytes, int]]

    @property
    def folder(self) -> Path:
        return self.site.folder / "demo"

    def published(self) -> dict[str, tuple[bytes, int]]:
        return files_below(self.folder / "content") | files_below(self.folder / "feeds")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    site, port = Site(tmp_path_factory.mktemp("newcomer")), free_port()
    done = site.run("demo", "--once", "--output", "demo", "--port", str(port))
    folder = site.folder / "demo"
    return Demonstration(site, port, done, files_below(folder / "content") | files_below(folder / "feeds"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_one_round_makes_documents_and_feeds_of_every_language(demo: Demonstration) -> None:
    assert demo.done.returncode == 0, demo.done.stderr
    assert re.search(r"^source +outcome +status +entries +new", demo.done.stdout)
    assert re.search(r"^investing_cn +fetched +200 +6 +6 ", demo.done.stdout, re.MULTILINE)
    for hint in (f"http://127.0.0.1:{demo.port}/", "Try next:", "aggregator -c demo/aggregator.toml items"):
        assert hint in demo.done.stderr
    assert "Traceback" not in demo.done.stderr
    documents = Counter((parts[1], parts[3]) for path in demo.files if (parts := path.split("/"))[0] == "content")
    assert {language for language, _ in documents} == WRITTEN_IN | CHINESE
    for original, folder in MADE_BY_OPENCC:
        assert {documents[language, folder] for language in CHINESE} == {documents[original, folder]}
    assert temporary_files(demo.folder) == []


def test_every_feed_is_sound_and_names_only_feeds_that_exist(demo: Demonstration) -> None:
    feeds = {path: data for path, (data, _) in demo.files.items() if path.startswith("feeds/")}
    items = {path: entries(demo.folder / path) for path in feeds if path.endswith((".rss", ".atom"))}
    assert all(items.values())
    assert {path.split("/")[1] for path in items} == WRITTEN_IN | CHINESE
    for path, found in items.items():
        read = json.loads(feeds[path.rpartition(".")[0] + ".json"])
        assert [item["id"] for item in read["items"]] == [entry.id for entry in found], path
        assert read["language"] == path.split("/")[1]
    for data in feeds.values():
        for address in re.findall(rb"http://127[.]0[.]0[.]1:\d+/(feeds/[^\"\s<]+)", data):
            assert address.decode() in feeds


def test_a_rebuild_writes_nothing(demo: Demonstration) -> None:
    done = demo.site.run("-c", "demo/aggregator.toml", "publish", "--all")
    assert (done.returncode, done.stdout) == (0, "")
    assert demo.published() == demo.files


def test_a_second_round_changes_no_byte_serves_and_ends_at_sigterm(demo: Demonstration) -> None:
    with Running(demo.site.start("demo", "--output", "demo", "--port", str(demo.port))) as program:
        assert program.port() == demo.port
        assert demo.published() == demo.files
        assert temporary_files(demo.folder) == []
        assert ask(demo.port, "/healthz").body == b"ok\n"
        a_feed_is_served_with_validators(demo)
        every_address_of_the_catalogue_and_the_opml_leads_somewhere(demo)
        nothing_outside_of_the_feeds_is_served(demo)
        assert program.end() == 0
    assert "Traceback" not in "\n".join(program.said)


def a_feed_is_served_with_validators(demo: Demonstration) -> None:
    feed = ask(demo.port, ALL)
    assert (feed.status, feed.headers["content-type"]) == (200, "application/rss+xml; charset=utf-8")
    assert feed.body == (demo.folder / "feeds/zh-TW/all.rss").read_bytes()
    etag, modified = feed.headers["etag"], feed.headers["last-modified"]
    assert re.fullmatch('"[^"]+"', etag)
    head = ask(demo.port, ALL, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert {**head.headers, "date": ""} == {**feed.headers, "date": ""}
    for condition in ({"if_none_match": etag}, {"if_none_match": f'"x", W/{etag}'}, {"if_modified_since": modified}):
        same = ask(demo.port, ALL, **condition)
        assert (same.status, same.body, same.headers["etag"]) == (304, b"", etag), condition
    for condition in ({"if_none_match": '"x"'}, {"if_none_match": '"x"', "if_modified_since": modified}):
        assert ask(demo.port, ALL, **condition).body == feed.body, condition
    types = {form: ask(demo.port, f"/feeds/zh-TW/all.{form}").headers["content-type"] for form in ("atom", "json")}
    assert types == {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json"}
    assert ask(demo.port, ALL, sec_fetch_dest="document").headers["content-type"] == "text/xml; charset=utf-8"
    assert ask(demo.port, ALL, method="POST").status == 405


def every_address_of_the_catalogue_and_the_opml_leads_somewhere(demo: Demonstration) -> None:
    page, opml = ask(demo.port, "/"), ask(demo.port, "/opml.xml")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    addresses = set(re.findall('href="(/feeds/[^"]+)"', page.body.decode()))
    linked = {address for address in addresses if re.search(r"\.(rss|atom|json)$", address)}
    assert all(ask(demo.port, address).status == 200 for address in addresses - linked)  # the pages about them
    outlines = [outline.attrib for outline in ElementTree.fromstring(opml.body).iter("outline") if "xmlUrl" in outline.attrib]
    assert opml.headers["content-type"].startswith("text/x-opml")
    listed = {urlsplit(outline["xmlUrl"]).path for outline in outlines}
    assert len(listed) == len(outlines) == len({outline["title"] for outline in outlines})
    assert {ALL} < listed < linked
    shown = (path for path in demo.files if path.startswith("feeds/") and not re.search(r"/archive/|\.css$", path))
    written = {f"/{path}" for path in shown}
    assert linked == written


def nothing_outside_of_the_feeds_is_served(demo: Demonstration) -> None:
    secret = demo.folder / "secret.rss"
    secret.write_text("not for readers", encoding="utf-8")
    link = demo.folder / "feeds" / "link.rss"
    link.symlink_to(secret)
    outside = ["../secret.rss", "%2e%2e/secret.rss", "..%2fsecret.rss", "%2e%2e%2fsecret.rss", "zh-TW/../../secret.rss", "link.rss"]
    outside += [f"/{secret}", f"%2f{str(secret)[1:]}", "..\\secret.rss", "../aggregator.toml", "%2e%2e/data/store.db"]
    odd = [
        "",
        "zh-TW",
        "zh-TW/",
        "zh-TW/all.rss/",
        "zh-TW//all.rss",
        "nothing.rss",
        "%00.rss",
        "zh-TW/all.rss%00",
        f"{'x' * 300}.rss",
        "%ff.rss",
    ]
    answers: dict[str, Answer] = {path: ask(demo.port, f"/feeds/{path}") for path in outside + odd}
    link.unlink()
    assert {path: answer.status for path, answer in answers.items() if answer.status != 404} == {}
    assert not any(b"not for readers" in answer.body for answer in answers.values())
