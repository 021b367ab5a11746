"""The site that `init --hugo` makes, built by a real Hugo: 2,000 documents in three languages, none of them well-meant."""

from __future__ import annotations

import asyncio
import re
import shlex
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape, unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from lxml import html as dom
from selectolax.lexbor import LexborHTMLParser

from aggregator.config.tables import Hugo
from aggregator.core import frontmatter, markup, pages
from aggregator.core.normalize import normalize
from aggregator.model import Item, Page, ParsedFeed, RawItem, Source, Translation
from aggregator.publishers.markdown import MarkdownPublisher
from aggregator.runners import programs
from tests.system.conftest import Site
from tests.system.hostile_texts import TEXTS
from tests.system.hugo import HUGO, NEEDS_HUGO
from tests.system.origin import Origin, plain

pytestmark = NEEDS_HUGO

UTF8 = dom.HTMLParser(encoding="utf-8")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
LANGUAGES = ("zh-CN", "en", "zh-HK")
CLEAN = Source(name="clean", url="https://e.example/feed", language="en", folder="clean")
COMPAT = Source(name="compat", url="https://e.example/feed", language="en", folder="compat", profile="compat", update_translations=True)
LIVE_TAGS = (
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "textarea",
    "select",
    "style",
    "base",
    "svg",
    "math",
    "template",
)
PLACE = re.compile(r"[^/]+/news/(?P<item>[a-z]+/\d+)(-[0-9a-f]{12}|\.[^/]*)?/index.html")
HEAD = """
[site]
title = "Test"
base_url = "https://news.example"
timezone = "Asia/Shanghai"
languages = {languages}
[paths]
content = "../site/content"
feeds = "../site/static/feeds"
[fetch]
timeout = "5s"
spacing = "0s"
allow_networks = ["127.0.0.0/8"]
"""


@dataclass(frozen=True)
class Built:
    """A folder of pages, each as a document tree, by path."""

    texts: dict[str, str]
    pages: dict[str, dom.HtmlElement]

    def articles(self) -> dict[str, dom.HtmlElement]:
        """The pages of documents."""
        return {path: page for path, page in self.pages.items() if page.xpath("//article/h1")}


def hugo(folder: Path, *options: str) -> Built:
    """Build a site. Raises AssertionError with what Hugo said where it fails, or warns of anything."""
    assert HUGO
    command = [HUGO, "--source", str(folder), "--panicOnWarning", "--cleanDestinationDir", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARN" not in done.stdout + done.stderr
    public = folder / "public"
    texts = {str(path.relative_to(public)): path.read_text("utf-8") for path in sorted(public.rglob("*.html"))}
    return Built(texts, {path: dom.document_fromstring(text.encode(), parser=UTF8) for path, text in texts.items()})


def items(source: Source) -> Iterator[Item]:
    """One item for each hostile text: in its title, body, tags, author and picture."""
    for number, text in enumerate(TEXTS):
        raw = RawItem(
            guid=str(number),
            link=f"https://e.example/{number}",
            title=text,
            html=text if number % 2 else f"<p>{escape(text, quote=False)}</p>",
            summary=text,
            published=NOW - timedelta(minutes=number),
            language="en",
            authors=(text,),
            image=text if number % 3 else "https://e.example/a.png",
            tags=(f"t{number % 7}",) if number % 4 else (text, f"t{number % 7}"),  # each tag is a page or two more, in each language
            label=text if number % 5 == 0 else "",
        )
        yield normalize(raw, source, feed=ParsedFeed(entries=()), now=NOW)


def shown(item: Item, source: Source) -> Iterator[Page]:
    """An item in all languages, by engines that return whatever text they please."""
    text = TEXTS[int(item.guid)]
    item = replace(item, language="en")
    yield pages.original(item, source, languages=tuple(sorted(LANGUAGES)))
    for language, body in (("zh-CN", text), ("zh-HK", markup.to_markdown(markup.clean(f"<p>{escape(text)}</p>", ""), "clean"))):
        made = Translation(
            item_id=item.id, language=language, title=text, summary=text, body=body, engine=text, of_digest=item.digest, made_at=NOW
        )
        yield pages.translated(item, source, made, languages=tuple(sorted(LANGUAGES)))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site made by the program, with the documents of hostile items of both profiles."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.configure("", languages=LANGUAGES, head=HEAD)
    done = site.run("-c", str(site.config), "init", "--hugo", "site")
    assert done.returncode == 0, done.stderr
    publisher = MarkdownPublisher(zone=ZoneInfo("Asia/Shanghai"))
    written = 0
    for source in (CLEAN, COMPAT):
        for page in (page for item in items(source) for page in shown(item, source)):
            for document in publisher.page(page):
                path = site.folder / "site" / "content" / document.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(document.data)
                written += 1
    assert written == 6 * len(TEXTS) > 2000
    return site


@pytest.fixture(scope="module", params=["safe", "unsafe"])
def built(request: pytest.FixtureRequest, site: Site) -> Built:
    configuration = site.folder / "site" / "hugo.toml"
    text = configuration.read_text("utf-8")
    text = re.sub("unsafe = (true|false)", f"unsafe = {str(request.param == 'unsafe').lower()}", text)
    configuration.write_text(text.replace("listed = 500", "listed = 100"), "utf-8")  # the tags t0 to t6 list every item all the same
    return hugo(site.folder / "site")


def test_every_document_becomes_a_page(built: Built) -> None:
    articles = built.articles()
    assert len(TEXTS) >= 400
    for language in LANGUAGES:
        for source in ("clean", "compat"):
            assert sum(path.startswith(f"{language.lower()}/news/{source}/") for path in articles) == len(TEXTS)


def test_titles_are_what_a_reader_of_yaml_gets(built: Built, site: Site) -> None:
    for folder in ("clean", "compat"):
        shown = Counter(page.xpath("string(//article/h1)") for path, page in built.articles().items() if f"/{folder}/" in path)
        read = title_of if folder == "clean" else reference_title_of
        assert shown == Counter(map(read, (site.folder / "site" / "content").glob(f"*/news/{folder}/*.md")))
        assert len(shown) > len(TEXTS) // 2


@cache  # for both ways to build
def title_of(document: Path) -> str:
    """The title as PyYAML reads it."""
    front_matter = document.read_text("utf-8").split("\n---\n", 1)[0]
    title: str = yaml.load(front_matter.removeprefix("---\n"), Loader=yaml.CSafeLoader)["title"]
    return title


@cache
def reference_title_of(document: Path) -> str:
    """The title of a document in the reference format, which keeps entities, and controls that PyYAML refuses; a page can't hold all."""
    return as_shown(unescape(str(frontmatter.parse(document.read_text("utf-8"))[0]["title"])))


def as_shown(text: str) -> str:
    """The text that a parser of HTML finds where it was written with its specials escaped."""
    shown: str = dom.document_fromstring(f"<h1>{escape(text)}</h1>".encode(), parser=UTF8).xpath("string(//h1)")
    return shown


def test_nothing_in_any_page_can_run(built: Built) -> None:
    live = {path: found for path, text in built.texts.items() if (found := executable(LexborHTMLParser(text)))}
    assert live == {}


def test_what_is_looked_for_would_be_found() -> None:
    for text in (
        "<p onclick=x>",
        "<a href='java\tscript:x'>",
        "<meta http-equiv=refresh content='0;url=x'>",
        "<svg/onload=x>",
        "<base href=x>",
    ):
        assert executable(LexborHTMLParser(f"<main>{text}</main>")), text


def executable(page: LexborHTMLParser) -> list[str]:
    """What would run or lead elsewhere by itself: the layouts have none of it but their metas and style sheet."""
    foreign = (
        node.html for node in page.css("meta, link") if not is_of_the_layouts(node.attributes, of_an_alias=not page.css_first("main"))
    )
    return running(page) + [str(each) for each in foreign]


def running(page: LexborHTMLParser) -> list[str]:
    """What would run in a page of any theme that has no scripts."""
    found = [f"<{node.tag}>" for node in page.css(", ".join(LIVE_TAGS))]
    for node in page.css("*"):
        for name, value in node.attributes.items():
            scheme = re.sub(r"[\x00-\x20]", "", value).lower() if value and ":" in value else ""
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                found.append(f"{name}={value}")
            if scheme.startswith(("javascript:", "vbscript:", "data:")) and (node.tag, scheme[:11]) != ("img", "data:image/"):
                found.append(f"{name}={value}")
    return found


def is_of_the_layouts(attributes: Mapping[str, str | None], *, of_an_alias: bool) -> bool:
    """Whether a `meta` or `link` is one that the layouts write, or Hugo itself in a page that only leads to another."""
    if "http-equiv" in attributes:
        return of_an_alias or attributes["http-equiv"] == "Content-Security-Policy"
    if "rel" in attributes:
        return attributes["rel"] in ("alternate", "canonical") or attributes["href"] == "/aggregator.css"
    return "charset" in attributes or attributes.get("name") in ("viewport", "color-scheme", "generator", "robots")


def test_languages_of_an_item_lead_to_each_other(built: Built) -> None:
    of_item: dict[str, dict[str, dom.HtmlElement]] = {}
    for path, page in built.articles().items():
        of_item.setdefault(PLACE.fullmatch(path)["item"], {})[page.get("lang")] = page  # type: ignore[index]
    assert len(of_item) == 2 * len(TEXTS)
    for place, found in of_item.items():
        assert set(found) == set(LANGUAGES), place
        for language, page in found.items():
            others = {link.get("hreflang"): link.get("href") for link in page.xpath("//p[@class='about']/a[@rel='alternate']")}
            assert set(others) == set(LANGUAGES) - {language}, place
            assert all(built.pages[f"{address.strip('/')}/index.html"] is found[other] for other, address in others.items())


def test_dates_are_those_of_the_site(built: Built) -> None:
    for path, page in built.articles().items():
        (moment,) = page.xpath("//p[@class='about']/time/@datetime")
        assert moment.endswith("+08:00"), path
    first = next(page for path, page in built.articles().items() if re.fullmatch(r"en/news/clean/0(-.*)?/index.html", path))
    assert first.xpath("//time/@datetime") == [NOW.astimezone(ZoneInfo("Asia/Shanghai")).isoformat()]


def test_the_whole_way_from_a_feed_to_a_site(tmp_path: Path) -> None:
    entries = "".join(
        f"<item><guid>{n}</guid><title>市场{n}</title><link>https://e.example/{n}</link><description>国际新闻{n}</description>"
        f"<pubDate>Fri, 01 May 2026 0{n}:00:00 GMT</pubDate></item>"
        for n in range(3)
    )
    with Origin() as origin:
        origin.route("/feed", plain(200, f"<rss version='2.0'><channel><title>T</title>{entries}</channel></rss>".encode()))
        made = Site(tmp_path)
        source = f'[sources.paper]\nurl = "{origin.url("/feed")}"\nlanguage = "zh-CN"\ntags = ["markets"]\n'
        made.configure(source, languages=("zh-CN", "zh-TW"), head=HEAD)
        assert made.run("init", "--hugo", "site").returncode == 0
        again = made.run("init", "--hugo", "site")
        assert (again.returncode, "exists already" in again.stderr) == (2, True)
        done = made.run("--offline", "fetch", "--all")
        assert done.returncode == 0, done.stderr
    site = hugo(tmp_path / "site", "--printPathWarnings")
    assert set(site.pages) >= {f"{tag}/{path}" for tag in ("zh-cn", "zh-tw") for path in ("index.html", "news/paper/index.html")}
    assert set(site.pages) >= {"zh-tw/tags/markets/index.html", "zh-cn/lang/zh-cn/index.html", "zh-cn/translations/zh-tw/index.html"}
    for tag in ("zh-CN", "zh-TW"):
        page = site.pages[f"{tag.lower()}/news/paper/index.html"]
        feeds = [link.get("href") for link in page.xpath("//link[@rel='alternate'][@type='application/rss+xml']")]
        assert feeds == [f"/feeds/{tag}/all.rss", f"/feeds/{tag}/paper.rss"]
        assert all((tmp_path / "site" / "public" / address.strip("/")).is_file() for address in feeds)
        other = {"zh-CN": "zh-TW", "zh-TW": "zh-CN"}[tag]
        assert page.xpath(f"//nav/ul/li/a[@hreflang='{other}']/@href") == [f"/{other.lower()}/news/paper/"]
    assert broken_links(tmp_path / "site" / "public", site) == []

    made.configure(f"{source}retention = 2\n", languages=("zh-CN", "zh-TW"), head=HEAD)
    assert made.run("store", "prune").returncode == 0
    asyncio.run(programs.build(shlex.split(Hugo().command), tmp_path / "site"))
    left = {str(path.relative_to(tmp_path / "site" / "public")) for path in (tmp_path / "site" / "public").rglob("*.html")}
    gone = {path for path in site.articles() if PLACE.fullmatch(path)["item"] == "paper/0"}  # type: ignore[index]
    assert (len(gone), gone & left) == (2, set())
    assert set(hugo(tmp_path / "site").pages) == left
    assert (tmp_path / "site" / "public" / "feeds" / "zh-CN" / "paper.rss").is_file()


def broken_links(public: Path, site: Built) -> list[str]:
    """Links of the site's own that lead to nothing."""
    addresses = {(path, address) for path, page in site.pages.items() for address in page.xpath("//a/@href | //link/@href")}
    own = ((path, address.removeprefix("https://news.example")) for path, address in addresses)
    here = ((path, address) for path, address in own if address.startswith("/"))
    return [
        f"{path}: {to}"
        for path, to in here
        if not (public / to.strip("/")).is_file() and not (public / to.strip("/") / "index.html").is_file()
    ]


IDS = (
    "index", "_index", "Index", "index.html", "index.en", "page", "2", "a--b", "a-b", "abc-", "tags", "_content", "single", "con", "50%",
    "a b c", "a.b.c", "x.rss", "~",
)  # fmt: skip


def test_no_id_costs_a_document_its_page(tmp_path: Path) -> None:
    made = Site(tmp_path)
    made.configure("", languages=("en",), head=HEAD)
    assert made.run("init", "--hugo", "site").returncode == 0
    publisher = MarkdownPublisher(zone=ZoneInfo("Asia/Shanghai"))
    for source in (CLEAN, COMPAT):
        for number, guid in enumerate(IDS):
            raw = RawItem(guid=guid, link=f"https://e.example/{number}", title=f"{source.name} {guid}", html="<p>Text</p>", language="en")
            item = replace(normalize(raw, source, feed=ParsedFeed(entries=()), now=NOW), language="en")
            (document,) = publisher.page(pages.original(item, source, languages=("en",)))
            path = tmp_path / "site" / "content" / document.path
            path.parent.mkdir(parents=True, exist_ok=True)
            assert not path.exists()
            path.write_bytes(document.data)
    shown = sorted(page.xpath("string(//article/h1)") for page in hugo(tmp_path / "site").articles().values())
    assert shown == sorted(f"{source.name} {guid}" for source in (CLEAN, COMPAT) for guid in IDS)


def test_a_folder_is_begun_with_a_configuration_and_a_site_at_once(tmp_path: Path) -> None:
    begun = Site(tmp_path)
    assert begun.run("init", "--hugo").returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"config", "layouts", "themes", "hugo.toml", ".gitignore"}
    assert 'content = "../content"' in begun.config.read_text("utf-8")
    assert begun.run("config", "check").returncode == 0
    assert "en/index.html" in hugo(tmp_path).pages
