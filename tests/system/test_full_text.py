"""Full text through the real command line: a feed that carries none becomes complete, politely, and each page is asked for once."""

from __future__ import annotations

import re
import signal
import threading
from html import escape

import pytest

from tests.system.calls import until
from tests.system.conftest import Running, Site
from tests.system.origin import Asked, Origin, Scenario, Wire, answer, endless, hang, in_turn, plain, redirect
from tests.system.papers import entries

SOURCE = """
[sources.paper]
url = "{url}"
language = "zh-CN"
timezone = "Asia/Shanghai"
identity = "link-number"
full_text = {full_text}
"""
ITEM = "<item><title>{title}</title><pubDate>2025-09-26 10:17:1{id}</pubDate><link>{link}</link><description>{text}</description></item>"
PAGE = """<!doctype html><html lang="zh-CN"><head><title>软件 - 财经</title></head><body>
<nav><a href="/">首页</a> <a href="/all">要闻</a></nav>
<article><h1>软件</h1><div class="body">{paragraphs}<p><img data-src="../pic/{id}.jpg" alt="图"></p>
<script>document.write("x")</script></div></article><footer>版权所有</footer></body></html>"""
PARAGRAPH = '<p>第{id}条新闻的第{n}段：人工智能软件的市场正在扩大，<a href="/stock/{n}">网络公司</a>表示将继续投入研发资金。</p>'
TEXT = "人工智能软件的市场正在扩大"
TRANSLATED = "人工智慧軟體的市場正在擴大"
SELECTOR = '"article .body"'


def rss(origin: Origin, ids: str = "12", *, title: str = "软件新闻", text: str = "") -> bytes:
    """A feed like investing_cn's: titles and links, dates without a zone."""
    items = (ITEM.format(title=f"{title} {id}", id=id, link=origin.url(f"/news/article-{id}"), text=escape(text)) for id in ids)
    return f'<rss version="2.0"><channel><title>财经</title><link>https://paper.example</link>{"".join(items)}</channel></rss>'.encode()


def page(id: str, *, paragraphs: int = 4) -> bytes:
    return PAGE.format(id=id, paragraphs="".join(PARAGRAPH.format(id=id, n=n) for n in range(paragraphs))).encode()


@pytest.fixture
def origin(origin: Origin) -> Origin:
    origin.routes({f"/news/article-{id}": plain(200, page(id), content_type="text/html") for id in "12"})
    origin.route("/rss", plain(200, rss(origin)))
    return origin


def configure(site: Site, origin: Origin, *, full_text: str = SELECTOR) -> None:
    site.configure(SOURCE.format(url=origin.url("/rss"), full_text=full_text))


def documents(site: Site, language: str = "zh-CN") -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(site.content.joinpath(language).rglob("*.md"))]


def counts(site: Site, text: str, language: str = "zh-CN") -> list[int]:
    """How often a text stands in the body of each document."""
    return [document.partition("\n---\n")[2].count(text) for document in documents(site, language)]


def fetched(site: Site, *, status: int = 0) -> str:
    """One round; what was said."""
    done = site.run("-v", "fetch", "--all")
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("full_text", [SELECTOR, "true"])
def test_a_feed_without_text_becomes_complete_and_each_page_is_asked_for_once(site: Site, origin: Origin, full_text: str) -> None:
    configure(site, origin, full_text=full_text)
    said = fetched(site)
    assert sorted(asked.path for asked in origin.log) == ["/news/article-1", "/news/article-2", "/robots.txt", "/rss"]
    for language, text in (("zh-CN", TEXT), ("zh-TW", TRANSLATED)):
        assert counts(site, text, language) == [4, 4]
        for number, document in enumerate(documents(site, language), 1):
            assert origin.url(f"/pic/{number}.jpg") in document
            assert origin.url("/stock/3") in document
            assert not re.search(r"document\.write|首页|首頁|版权|版權", document)
        for entry in entries(site.feeds / language / "paper.rss"):
            assert entry.content[0].value.count(text) == 4
    assert (len(re.findall(r"translated \S+ into zh-TW", said)), "2 translations made" in said) == (2, True)
    before, asked = site.files(), len(origin.log)
    for body in (rss(origin), rss(origin) + b"<!-- later -->"):
        origin.route("/rss", plain(200, body))
        said = fetched(site)
        assert "0 new, 0 updated" in said
        assert "0 translations made, 0 documents" in said
    assert site.files() == before
    assert [asked.path for asked in origin.log[asked:]] == ["/rss", "/rss"]


def test_in_compat_a_document_waits_for_its_page_and_is_written_once(site: Site, origin: Origin) -> None:
    origin.route("/news/article-2", plain(410, b""))
    configure(site, origin, full_text=f'{SELECTOR}\nprofile = "compat"')
    fetched(site, status=3)
    assert counts(site, TEXT) == [4, 0]
    assert counts(site, TRANSLATED, "zh-TW") == [4, 0]
    before = site.files()
    fetched(site)
    assert site.files() == before


def test_pages_that_robots_txt_forbids_are_not_asked_for_and_that_is_told_once(site: Site, origin: Origin) -> None:
    origin.route("/robots.txt", plain(200, b"User-agent: *\nDisallow: /news/\n"))
    configure(site, origin)
    said = fetched(site, status=3)
    assert said.count("paper: 2 pages given up, such as") == 1
    assert "its robots.txt forbids it" in said
    assert len(documents(site, "zh-TW")) == 2  # the titles
    assert "robots" not in fetched(site)
    assert sorted(asked.path for asked in origin.log) == ["/robots.txt", "/rss", "/rss"]


DEEP = b"<!doctype html>" + b"<div>" * 100_000 + b"x"
FLOOD = endless(b"<p>x</p>" * 8192, head=answer(200, content_length="", content_type="text/html"))
WALL = b"<html><head><title>Please verify you are human</title></head><article><div class=body>Enable scripts.</div></article></html>"
BAD: dict[str, tuple[Scenario, str, str]] = {
    "missing": (plain(404, b""), "put off", "404"),
    "huge": (FLOOD, "given up", "larger than"),
    "deep": (plain(200, DEEP, content_type="text/html"), "put off", "nested more than"),
    "elsewhere": (redirect("http://10.1.2.3/"), "given up", "10.1.2.3 is private"),
    "rebuilt": (plain(200, b"<!doctype html><p>new</p>", content_type="text/html"), "put off", "no article was found"),
    "picture": (plain(200, b"\x89PNG\r\n\x1a\n", content_type="image/png"), "put off", "not a page"),
    "wall": (plain(200, WALL, content_type="text/html"), "put off", "not an article"),
    "hanging": (hang, "put off", "no complete answer"),
    "gone": (plain(410, b""), "given up", "410"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_page_that_can_t_be_read_costs_its_own_item_s_text_only(site: Site, origin: Origin, bad: str) -> None:
    scenario, outcome, reason = BAD[bad]
    origin.route("/news/article-1", scenario)
    configure(site, origin)
    said = fetched(site, status=3)
    assert f"paper: 1 pages {outcome}, such as" in said
    assert reason in said
    poor, rich = documents(site)
    assert (TEXT in poor, TEXT in rich) == (False, True)
    assert "软件新闻 1" in poor
    assert len(documents(site, "zh-TW")) == (1 if outcome == "put off" else 2)
    assert len(origin.asked("/news/article-1")) == 1


def test_a_missing_page_is_tried_seven_times_then_the_item_is_translated_as_it_is(site: Site, origin: Origin) -> None:
    origin.route("/rss", plain(200, rss(origin, "1")))
    origin.route("/news/article-1", plain(404, b""))
    configure(site, origin)
    fetched(site, status=3)
    assert site.lines("translate", "--plan") == []
    for tried in range(2, 8):
        assert documents(site, "zh-TW") == []
        assert site.run("translate").returncode == 3
        assert len(origin.asked("/news/article-1")) == tried
    assert len(documents(site, "zh-TW")) == 1
    assert site.run("translate").returncode == 0
    fetched(site)
    assert len(origin.asked("/news/article-1")) == 7


def test_a_site_that_wants_to_be_left_alone_is_and_its_page_comes_later(site: Site, origin: Origin) -> None:
    origin.route("/rss", plain(200, rss(origin, "12")))
    origin.routes({f"/news/article-{id}": in_turn(plain(429, b"", retry_after="600"), plain(200, page(id))) for id in "12"})
    configure(site, origin)
    assert "paper: 2 pages put off" in fetched(site, status=3)
    assert site.run("translate").returncode == 3
    assert [asked.path for asked in origin.log] == ["/rss", "/robots.txt", origin.log[2].path]


def test_the_longer_text_wins_and_outlives_what_the_feed_says_later(site: Site, origin: Origin) -> None:
    teaser, longer = "软件的新闻。", "软件的长篇新闻，比网页上的更长。" * 40
    configure(site, origin)
    origin.route("/rss", plain(200, rss(origin, "1", text=teaser)))
    fetched(site)
    assert TEXT in documents(site)[0]
    origin.route("/rss", plain(200, rss(origin, "1", text=teaser, title="软件快讯")))
    fetched(site)
    assert ("软件快讯 1" in documents(site)[0], counts(site, TEXT)) == (True, [4])
    assert ("軟體快訊 1" in documents(site, "zh-TW")[0], counts(site, TRANSLATED, "zh-TW")) == (True, [4])
    origin.route("/rss", plain(200, rss(origin, "1", text=longer)))
    fetched(site)
    assert (counts(site, "长篇"), counts(site, TEXT)) == ([40], [0])
    origin.route("/rss", plain(200, rss(origin, "12", text=longer)))
    fetched(site)
    assert counts(site, TEXT) == [0, 0]
    assert [len(origin.asked(f"/news/article-{id}")) for id in "12"] == [1, 1]


@pytest.mark.parametrize(("rule", "shown"), [('exclude = {text = "第1条"}', "2"), ('include = {text = "第1条"}', "1")])
def test_rules_about_texts_wait_for_the_page_and_until_then_nothing_is_shown(site: Site, origin: Origin, rule: str, shown: str) -> None:
    origin.routes({f"/news/article-{id}": in_turn(plain(404, b""), plain(200, page(id), content_type="text/html")) for id in "12"})
    configure(site, origin, full_text=f"{SELECTOR}\n{rule}")
    fetched(site, status=3)
    assert documents(site) == []
    assert site.run("translate").returncode == 0
    for language in ("zh-CN", "zh-TW"):
        assert [f"第{id}{sign}" in document for document in documents(site, language) for id in shown for sign in "条條"].count(True) == 1
        assert len(entries(site.feeds / language / "paper.rss")) == len(entries(site.feeds / language / "all.rss")) == 1
    before, asked = site.files(), len(origin.log)
    origin.route("/rss", plain(200, rss(origin) + b"<!-- later -->"))
    assert "0 new, 0 updated" in fetched(site)
    assert site.files() == before
    assert {asked.path for asked in origin.log[asked:]} == {"/rss"}
    assert [row["title"][-1] for row in site.lines("items")] == [shown]


def test_a_page_that_is_given_up_leaves_the_rules_what_the_feed_says(site: Site, origin: Origin) -> None:
    origin.routes({f"/news/article-{id}": plain(410, b"") for id in "12"})
    configure(site, origin, full_text=f'{SELECTOR}\ninclude = {{anywhere = "新闻 1|没有"}}\nexclude = {{text = "^$|广告"}}')
    origin.route("/rss", plain(200, rss(origin, text="短讯。")))
    said = fetched(site, status=3)
    assert "paper: 1 pages left out, such as" in said
    assert [document.count("新闻 1") > 0 for document in documents(site)] == [True]


def test_looking_at_a_source_reads_no_page(site: Site, origin: Origin) -> None:
    configure(site, origin)
    assert [(row["new"], row["jobs"]) for row in site.lines("fetch", "--all", "--dry-run")] == [(2, 2)]
    assert site.run("fetch", "--allow-network", "127.0.0.0/8", origin.url("/rss")).returncode == 0
    assert {asked.path for asked in origin.log} == {"/rss"}


def test_a_kill_while_a_page_is_read_costs_time_only(site: Site, origin: Origin) -> None:
    asked = threading.Event()

    def stuck(request: Asked, wire: Wire) -> None:
        asked.set()
        wire.wait(600)

    origin.route("/news/article-1", stuck)
    configure(site, origin)
    with Running(site.start("fetch", "--all")) as program:
        assert asked.wait(60), program.said
        program.process.kill()
        assert program.process.wait() == -signal.SIGKILL
    origin.route("/news/article-1", plain(200, page("1"), content_type="text/html"))
    fetched(site)
    assert (counts(site, TEXT), counts(site, TRANSLATED, "zh-TW")) == ([4, 4], [4, 4])
    (status,) = site.lines("status")
    assert (status["items"], status["translations"], status["jobs"], status["marks"]) == (2, 2, 0, 0)


def test_a_daemon_reads_pages_then_translates(site: Site, origin: Origin) -> None:
    configure(site, origin)
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        daemon.hear(r"page of \S+ \(paper\) read: its text is taken")
        for _ in range(2):
            daemon.hear("translated .* into zh-TW")
        daemon.hear("published feed zh-TW paper")
        until(lambda: counts(site, TRANSLATED, "zh-TW") == [4, 4])
