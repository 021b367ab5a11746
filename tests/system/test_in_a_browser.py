"""A person opens a feed and a page of the Hugo site in a real browser: both read as pages, and the browser complains of nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aggregator.core.normalize import normalize
from aggregator.model import Fetched
from aggregator.sources.feed import FeedKind
from tests.system.browser import browser
from tests.system.conftest import Running, Site
from tests.system.hugo import NEEDS_HUGO
from tests.system.origin import Origin, plain
from tests.system.papers import rss
from tests.system.press import SOURCE, press
from tests.system.test_hugo_site import HEAD, hugo
from tests.system.test_podcasts import PODCAST

ITEMS = 3
LAID_OUT = """titles => titles.map(title => {
    const range = document.createRange();
    range.selectNodeContents(title);
    const text = range.getBoundingClientRect(), style = getComputedStyle(title);
    return {words: title.textContent, top: text.top, height: text.height, width: text.width, size: parseFloat(style.fontSize),
            shown: style.display === "block" && style.visibility === "visible"};
})"""

SHOWN = """() => [...document.querySelectorAll("*")].filter(element => element.getClientRects().length && !element.children.length)
    .map(element => element.textContent)"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A Hugo site, and the feeds beside it, of three items in two languages."""
    site = Site(tmp_path_factory.mktemp("browser"))
    with Origin() as origin:
        origin.route("/feed", plain(200, rss(range(ITEMS), title="软件的第 {id} 条新闻")))
        source = f'[sources.paper]\nurl = "{origin.url("/feed")}"\nlanguage = "zh-CN"\n'
        site.configure(source, languages=("zh-CN", "zh-TW"), head=HEAD)
        assert site.run("init", "--hugo", "site").returncode == 0
        assert site.run("--offline", "fetch", "--all").returncode == 0
    return site


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_feed_reads_as_a_page(made: Site, form: str) -> None:
    with Running(made.start("serve", "--port", "0")) as program, browser() as page:
        answer = page.goto(f"http://127.0.0.1:{program.port()}/feeds/zh-TW/paper.{form}")
        assert answer and answer.headers["content-type"] == "text/xml; charset=utf-8"
        titles = page.eval_on_selector_all({"rss": "item > title", "atom": "entry > title"}[form], LAID_OUT)
        (heading,) = page.eval_on_selector_all({"rss": "channel > title", "atom": "feed > title"}[form], LAID_OUT)
    assert [title["words"] for title in titles] == [f"軟體的第 {number} 條新聞" for number in reversed(range(ITEMS))]
    assert all(title["shown"] and title["height"] > 10 and title["width"] > 50 for title in [heading, *titles])
    tops = [title["top"] for title in [heading, *titles]]
    assert tops == sorted(set(tops))
    assert heading["size"] > titles[0]["size"] > 16  # larger than running text


@NEEDS_HUGO
def test_a_page_of_the_site_leads_to_its_other_language(made: Site) -> None:
    hugo(made.folder / "site")
    with served(made.folder / "site" / "public") as address, browser() as page:
        page.goto(f"{address}/zh-cn/")
        assert page.title() == "Test"
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"  # the style sheet is in force
        page.click("article h2 a")
        assert page.title() == "软件的第 2 条新闻 · Test"
        page.click("p.about a[hreflang='zh-TW']")
        assert page.title() == "軟體的第 2 條新聞 · Test"
        assert page.locator("article h1").is_visible()
        assert page.get_attribute("html", "lang") == "zh-TW"


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_podcast_on_a_static_host_shows_words_for_people_alone(tmp_path: Path, form: str) -> None:
    """As text/xml, which docs/operations.md says how to ask of a host."""
    with press(tmp_path) as here:
        read = FeedKind().parse(SOURCE, Fetched(url=SOURCE.url, body=PODCAST))
        here.bring(*(normalize(entry, SOURCE, feed=read, now=here.now) for entry in read.entries))
        here.publish()
    (path,) = tmp_path.glob(f"feeds/*/paper.{form}")
    with served(tmp_path, types={f".{form}": "text/xml"}) as address, browser() as page:
        page.goto(f"{address}/{path.relative_to(tmp_path)}")
        shown = page.evaluate(SHOWN)
    assert {f"The Paper ({path.parent.name})", "Rates", "On rates.", "Ann", "Trailer", "Soon."} <= set(shown)
    assert not {"2", "14", "false", "true", "full", "3661", "urn:uuid"} & {word.partition(":uuid")[0] for word in shown}


@contextmanager
def served(folder: Path, *, types: Mapping[str, str] = {}) -> Iterator[str]:
    """A folder on loopback, as any static host serves it, with media types by the end of names; its address."""
    answers = type("Typed", (Quiet,), {"extensions_map": {**Quiet.extensions_map, **types}})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(answers, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it does."""

    def log_message(self, *_: object) -> None:
        """Nothing."""
