"""The pages and their twins over a real house, without a server."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator
from selectolax.lexbor import LexborHTMLParser
from starlette.routing import Route

from aggregator.model import Job, Polled
from aggregator.web.guard import Guard
from aggregator.wiring import House
from tests import newsroom
from tests.newsroom import ALIBABA

SITE = "http://127.0.0.1"
TWINS = {
    "/": "/index.json",
    "/items": "/items.json",
    f"/items/{ALIBABA.id}": f"/items/{ALIBABA.id}.json",
    "/sources/times": "/sources/times.json",
    "/status": "/status.json",
}
PAGES = (*TWINS, "/feeds/en/all", "/feeds/zh-CN/tag/markets", "/feeds/en/times", "/items?q=nothing+at+all", "/sources/quiet", "/nowhere")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with newsroom.furnished(tmp_path_factory.mktemp("newsroom")) as house:
        yield house


@pytest.fixture(scope="module")
def app(house: House) -> Guard:
    return newsroom.site(house)


class Answer(NamedTuple):
    status: int
    headers: httpx.Headers
    text: str

    @property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.text)

    def texts(self, selector: str) -> list[str]:
        return [" ".join(node.text().split()) for node in self.tree.css(selector)]


def get(app: Guard, path: str, **headers: str) -> Answer:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
            return await client.get(
                path, headers={"accept": "text/html"} | {name.replace("_", "-"): value for name, value in headers.items()}
            )

    answer = asyncio.run(ask())
    return Answer(answer.status_code, answer.headers, answer.text)


def twin(app: Guard, path: str) -> Any:
    answer = get(app, path)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json"), answer.text
    return json.loads(answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_one_in_each_language_of_the_interface(app: Guard, path: str) -> None:
    for tag in ("en", "zh-Hans", "zh-Hant", "de"):
        page = get(app, path, accept_language=tag)
        assert page.status == (404 if path == "/nowhere" else 200)
        tree = page.tree
        assert (tree.root.attributes["lang"], page.headers["content-language"]) == (tag, tag)
        assert len(tree.css("h1")) == len(tree.css("main")) == len(tree.css("head title")) == 1
        assert not tree.css("[style], style, script:not([src])"), "what the policy of the pages forbids"
        assert [node.attributes["href"] for node in tree.css("a.skip")] == ["#main"]


@pytest.mark.parametrize("path", PAGES)
def test_no_link_on_a_page_leads_nowhere_and_all_keep_the_language_that_was_asked_for(app: Guard, path: str) -> None:
    asked = f"{path}{'&' if '?' in path else '?'}ui=de"
    for node in get(app, asked).tree.css("a[href], link[href], script[src], form[action]"):
        address = urljoin(f"{SITE}{asked}", node.attributes.get("href") or node.attributes.get("src") or node.attributes["action"])
        if not address.startswith(SITE) or urlsplit(address).path == urlsplit(path).path:
            continue
        answer = get(app, address)
        assert answer.status == 200, address
        is_page = (
            answer.headers["content-type"].startswith("text/html")
            and node.tag == "a"
            and node.attributes.get("hreflang") not in ("en", "zh-Hans", "zh-Hant")
        )
        assert not is_page or answer.headers["content-language"] == "de", address


def test_every_twin_has_the_form_that_is_described(app: Guard) -> None:
    described = twin(app, "/openapi.json")
    assert described["openapi"] == "3.1.0"
    paths = {template: operation["get"] for template, operation in described["paths"].items()}
    others = ("/items.json?q=阿里", "/sources/quiet.json", "/sources/caijing.json", "/items.json?source=none", "/healthz.json")
    for address in (*TWINS.values(), *others, "/readyz.json", f"/items/{ALIBABA.id}.json?segments=en"):
        (operation,) = (
            paths[each] for each in paths if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(each)), address.partition("?")[0])
        )
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": described["components"]}).validate(twin(app, address))
    feeds = {f"/feeds/{{language}}/{name}.json" for name in ("{name}", "tag/{name}")}
    routes = {route.path for route in app.app.routes if isinstance(route, Route)}  # type: ignore[attr-defined]
    twins = {path for path in routes if path.endswith((".json", ".md", ".txt"))} - {"/openapi.json"}
    assert paths.keys() == twins | feeds
    assert len({operation["operationId"] for operation in paths.values()}) == len(paths)


def test_the_catalogue_is_a_matrix_of_sources_and_languages(app: Guard) -> None:
    data = twin(app, "/index.json")
    assert data["languages"] == ["zh-CN", "en", "de"]
    assert [row["name"] for row in data["rows"]] == ["all", "caijing", "quiet", "times", "tag/markets"]
    counts = {row["name"]: {cell["language"]: cell["items"] for cell in row["cells"]} for row in data["rows"]}
    assert counts["all"] == {"zh-CN": 1, "en": 39, "de": 2}
    assert counts["quiet"] == {}
    (cell,) = (cell for row in data["rows"] if row["name"] == "times" for cell in row["cells"] if cell["language"] == "de")
    assert cell["feeds"] == {form: f"/feeds/de/times.{form}" for form in ("rss", "atom", "json")}
    page = get(app, "/")
    assert page.texts("thead th") == ["Feed", "zh-CN", "en", "de"]
    assert cell["bilingual"] == {form: f"/feeds/de/times.bilingual.{form}" for form in ("rss", "atom", "json")}
    assert data["bilingual_opml_of"] == {tag: f"/opml/{tag}.bilingual.xml" for tag in ("en", "de")}
    cells = [cell for row in data["rows"] for cell in row["cells"]]
    assert len(page.tree.css("button[data-copy][hidden]")) == len(cells) + sum(bool(cell["bilingual"]) for cell in cells)
    assert [row["name"] for row in twin(app, "/index.json?q=TRADE")["rows"]] == ["times"]
    assert twin(app, "/index.json?q=nothing")["rows"] == []


def test_items_are_found_by_words_in_any_of_their_languages(app: Guard) -> None:
    for query in ("阿里", "alibaba", "Umsatz", "q=x&q=阿里巴巴", "净利润 48"):
        found = twin(app, f"/items.json?q={query}" if "=" not in query else f"/items.json?{query}")
        assert [item["id"] for item in found["items"]] == [ALIBABA.id], query
    assert get(app, "/items?q=阿里", accept_language="en").texts("article h2") == ["Alibaba's revenue grows"]
    assert get(app, "/items?q=阿里", accept_language="zh-TW").texts("article h2") == [ALIBABA.title]
    assert [node.attributes["lang"] for node in get(app, "/items?q=umsatz&language=de").tree.css("article h2")] == ["de"]


def test_items_are_narrowed_by_what_is_known_of_them_and_turned_page_by_page(app: Guard) -> None:
    def ids(query: str) -> list[str]:
        return [item["id"] for item in twin(app, f"/items.json?{query}")["items"]]

    assert ids("source=caijing") == ids("tag=markets") == ids("flag=numbers") == [ALIBABA.id]
    assert len(ids("language=de")) == 2
    day = ALIBABA.published.astimezone(newsroom_zone()).date()
    assert ALIBABA.id in ids(f"day={day}")
    assert ids("day=1999-01-01") == []
    first = twin(app, "/items.json?source=times")
    second = twin(app, f"/items.json?source=times&after={first['after']}")
    assert (len(first["items"]), len(second["items"]), second["after"]) == (30, 8, "")
    assert get(app, "/items?source=times").tree.css_first("a[rel=next]").attributes["href"] == f"/items?source=times&after={first['after']}"


def test_a_language_is_the_one_that_texts_stand_under(tmp_path: Path) -> None:
    with newsroom.empty(tmp_path) as house:
        newsroom.store(house, [newsroom.item(1), newsroom.item(2, language="fr"), newsroom.item(3, language="en-GB")])
        site = newsroom.site(house)
        found = {tag: twin(site, f"/items.json?language={tag}") for tag in ("en", "en-US", "en-GB", "fr-CA", "xx", "%00")}
        page = get(site, "/items?language=en-US")
    assert found["en"]["languages"] == ["zh-CN", "en", "de", "en-GB", "fr"]
    assert {tag: (data["language"], len(data["items"])) for tag, data in found.items()} == {
        "en": ("en", 1), "en-US": ("en", 1), "en-GB": ("en-GB", 1), "fr-CA": ("fr", 1), "xx": ("xx", 0), "%00": ("\0", 0)
    }  # fmt: skip
    assert [node.text() for node in page.tree.css("select[name=language] option[selected]")] == ["en"]


def newsroom_zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("query", ["day=yesterday", "day=9999-12-31", "after=x", "after=99999999999999999999999999", "day=0001-01-01x"])
def test_what_makes_no_sense_is_refused_with_a_reason(app: Guard, query: str) -> None:
    answer = get(app, f"/items.json?{query}")
    assert (answer.status, len(json.loads(answer.text)["error"]) > 10) == (400, True)
    assert get(app, f"/items?{query}").status == 400


def test_an_item_stands_beside_its_translations_with_what_differs_marked(app: Guard) -> None:
    page = get(app, f"/items/{ALIBABA.id}?ui=en")
    assert page.texts(".row.title .cell") == [ALIBABA.title, "Alibabas Umsatz wächst", "Alibaba's revenue grows"]
    assert [node.attributes["lang"] for node in page.tree.css(".row.title .cell")] == ["zh-CN", "de", "en"]
    assert page.texts(".cell[lang=en] mark") == ["280.15 million"]
    assert page.texts(".cell[lang=zh-CN] mark") == ["AHLA", "2,801.5 亿"]
    assert "Not in the original: 280.15 million." in page.text
    assert "translated by google" in page.text
    assert "at most" in page.text
    data = twin(app, f"/items/{ALIBABA.id}.json")
    assert {made["language"]: made["flags"] for made in data["translations"]} == {"en": ["numbers"], "de": []}
    assert data["currency"] == "USD"


def test_an_item_is_given_as_markdown_and_as_it_is_stored(app: Guard) -> None:
    page = get(app, f"/items/{ALIBABA.id}.md?language=en")
    assert (page.status, page.headers["content-type"]) == (200, "text/markdown; charset=utf-8")
    assert page.text.startswith("---\n")
    assert "**48%**" in page.text
    raw = get(app, f"/items/{ALIBABA.id}.txt")
    assert (raw.text, raw.headers["content-type"], raw.headers["x-content-type-options"]) == (
        newsroom.CHINESE,
        "text/plain; charset=utf-8",
        "nosniff",
    )
    assert get(app, f"/items/{ALIBABA.id}.md?language=fr").status == 404


def test_a_source_tells_of_its_last_polls_and_what_to_do(app: Guard) -> None:
    data = twin(app, "/sources/times.json")
    assert (len(data["polls"]), data["health"], data["items"]) == (20, "ok", {"de": 1, "en": 38})
    assert 0.9 < data["unchanged"] < 1
    page = get(app, "/sources/times")
    assert (len(page.tree.css("svg rect")), len(page.tree.css("tbody tr"))) == (20, 20)
    quiet = get(app, "/sources/quiet")
    assert "See if the address still works in a browser." in quiet.text
    assert "secret" not in get(app, "/sources/caijing").text + get(app, "/sources/caijing.json").text


def test_the_status_tells_what_waits_what_is_spent_and_what_is_to_come(app: Guard) -> None:
    data = twin(app, "/status.json")
    assert (data["items"], data["translations"], data["waiting"]) == (39, 3, 1)
    assert data["sources"] == {"failing": 1, "ok": 2}
    assert [each["source"] for each in data["trouble"]] == ["quiet"]
    assert {each["name"]: (each["limit"], each["left"]) for each in data["budget"]} == {
        "budget.characters_per_day": (100_000, 100_000), "budget.money_per_month": (5, 5)
    }  # fmt: skip
    assert [(each["language"], each["documents"]) for each in data["forecast"]] == [("de", 1)]
    assert (len(data["days"]), sum(each["items"] for each in data["days"])) == (30, 39)


def test_the_status_tells_what_was_given_up_and_why(tmp_path: Path) -> None:
    with newsroom.empty(tmp_path) as house:
        newsroom.store(house, [ALIBABA])
        house.store.add_jobs([Job(item_id=ALIBABA.id, language=tag, source="caijing", digest=ALIBABA.digest) for tag in ("en", "de")])
        (job,) = house.store.claim_jobs(now=newsroom.NOW, limit=1, lease=newsroom.MINUTE)
        house.store.postpone_job(job, due_at=None, error="google: an echo", is_failure=True)
        data, page = twin(newsroom.site(house), "/status.json"), get(newsroom.site(house), "/status")
    assert (data["waiting"], data["jobs_given_up"], data["forecast_of"]) == (1, 1, 1)
    assert data["given_up"] == [{"source": "caijing", "language": job.language, "translations": 1, "error": "google: an echo"}]
    assert "google: an echo" in page.texts("section[aria-labelledby=given-up] td")


def test_what_is_withheld_is_shown_nowhere(tmp_path: Path) -> None:
    waits = newsroom.item(5, title="Gilts", flags=("withheld",))
    with newsroom.empty(tmp_path) as house:
        newsroom.store(house, [waits, newsroom.item(6)])
        site = newsroom.site(house)
        for path in (f"/items/{waits.id}{end}" for end in ("", ".json", ".md", ".txt")):
            assert get(site, path).status == 404
        assert [len(twin(site, f"/items.json{query}")["items"]) for query in ("", "?q=gilts", "?source=times")] == [1, 0, 1]
        (everything, *_) = twin(site, "/index.json")["rows"]
        assert [cell["items"] for cell in everything["cells"]] == [1]
        assert "Gilts" not in "".join(get(site, path).text for path in ("/", "/items", "/feeds/en/all", "/sources/times", "/status"))


def test_what_a_source_says_of_itself_and_of_an_item_is_shown(tmp_path: Path) -> None:
    with newsroom.empty(tmp_path) as house:
        item = newsroom.item(5, source="quiet", also_in=("times", "caijing"), also_at=("https://times.example/5a",))
        newsroom.store(house, [item])
        state = replace(house.store.states()["quiet"], title="Ruhige Zeiten", complaints=("it breaks off",))
        house.store.save_poll(state, [], [], Polled(source="quiet", at=newsroom.NOW + newsroom.MINUTE, outcome="fetched"))
        site = newsroom.site(house)
        for path in ("/", "/items", f"/items/{item.id}", "/sources/quiet", "/feeds/en/quiet"):
            assert "Ruhige Zeiten" in get(site, path).text, path
        assert [row["name"] for row in twin(site, "/index.json?q=ruhige")["rows"]] == ["quiet"]
        assert "it breaks off" in get(site, "/sources/quiet").text
        assert twin(site, f"/items/{item.id}.json")["also_at"] == {"times": "https://times.example/5a"}
        assert 'href="https://times.example/5a"' in get(site, f"/items/{item.id}").text


def test_a_preview_of_a_feed_leads_to_it(app: Guard) -> None:
    page = get(app, "/feeds/de/all")
    links = {node.attributes["type"]: node.attributes["href"] for node in page.tree.css("head link[rel=alternate][type]")}
    assert links == {
        "application/rss+xml": "/feeds/de/all.rss", "application/atom+xml": "/feeds/de/all.atom",
        "application/feed+json": "/feeds/de/all.json"
    }  # fmt: skip
    assert [get(app, address).status for address in links.values()] == [200] * 3
    assert page.texts("article h2") == ["Alibabas Umsatz wächst", "Anleihen, Teil 2"]


@pytest.mark.parametrize("path", ["/items/none", "/items/none.json", "/items/none.md", "/items/none.txt", "/sources/none",
    "/sources/none.json",
    "/feeds/en/none", "/feeds/xx/all", "/feeds/en/none.rss", "/static/none.css", "/static/../app.py", "/none"])  # fmt: skip
def test_what_is_not_there_is_said_to_be_missing(app: Guard, path: str) -> None:
    answer = get(app, path)
    assert answer.status == 404
    if path.endswith(".json"):
        assert json.loads(answer.text) == {"error": "Not Found"}
    assert get(app, path, accept="*/*").status == 404


def test_an_address_that_looks_like_another_site_leads_to_none(app: Guard) -> None:
    page = get(app, f"{SITE}//evil.example/x?ui=de")
    assert page.status == 404
    assert "//evil.example" not in page.text


def test_a_store_that_fails_is_told_on_a_page_and_why_in_the_log_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with newsroom.empty(tmp_path) as house:
        with closing(sqlite3.connect(tmp_path / "data" / "store.db")) as connection:
            connection.execute("DROP TABLE search_places")
        broken = newsroom.site(house)
        page = get(broken, "/items")
        assert (page.status, "search_places" in page.text, len(page.tree.css("nav"))) == (503, False, 2)
        assert json.loads(get(broken, "/items.json").text) == {"error": "Service Unavailable"}
        assert "/items can't be shown: " in caplog.text
        assert "search_places" in caplog.text
