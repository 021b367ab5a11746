"""Somebody adds the theme Mainroad to the site that `init --hugo` makes: its templates take the place of ours, and find what they ask for.

Mainroad itself is under another licence than this repository. The theme here is our own: templates of the same names, which ask pages and
site for the same things.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import html as dom
from selectolax.lexbor import LexborHTMLParser

from aggregator.model import Item, Source
from aggregator.publishers.markdown import MarkdownPublisher
from tests.system.conftest import Site
from tests.system.hugo import NEEDS_HUGO
from tests.system.test_hugo_site import CLEAN, COMPAT, HEAD, LANGUAGES, Built, hugo, items, running, shown

pytestmark = NEEDS_HUGO

STAND_IN = Path(__file__).parent / "hugo" / "mainroad"
EVERY = 8  # of the hostile texts one in so many


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with the other theme, before there is any document."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.configure("", languages=LANGUAGES, head=HEAD)
    assert site.run("-c", str(site.config), "init", "--hugo", "site").returncode == 0
    made = site.folder / "site"
    shutil.copytree(STAND_IN, made / "themes" / "mainroad")
    configuration = (made / "hugo.toml").read_text("utf-8")
    (made / "hugo.toml").write_text(configuration.replace('theme = "aggregator"', 'theme = "mainroad"'), "utf-8")
    return made


@pytest.fixture(scope="module")
def built(folder: Path) -> Built:
    """The site of some hostile items, each in all languages."""
    publisher = MarkdownPublisher(zone=ZoneInfo("Asia/Shanghai"))
    pages = (page for source in (CLEAN, COMPAT) for item in some(source) for page in shown(item, source))
    for document in (document for page in pages for document in publisher.page(page)):
        path = folder / "content" / document.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.data)
    return hugo(folder)


def some(source: Source) -> list[Item]:
    """Items of different titles: of equal ones in a menu, and profile `compat` puts each into one, Hugo warns."""
    titled = {re.sub(r"\W", "", item.title): item for item in list(items(source))[::EVERY]}
    return list(titled.values())


def test_a_site_without_documents_can_be_built(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "site", ignore=shutil.ignore_patterns("content", "public"))
    assert {f"{language.lower()}/index.html" for language in LANGUAGES} <= set(hugo(tmp_path / "site").pages)


def test_every_page_is_made_by_the_templates_of_the_theme(built: Built) -> None:
    made_by = {path: page.xpath("string(//main/@data-template | //body/article/@data-template)") for path, page in whole(built)}
    lists = ("news", "tags/t1", "categories", "lang")
    documents = (len(some(CLEAN)) + len(some(COMPAT))) * len(LANGUAGES)
    assert sum(template == "single" for template in made_by.values()) == documents
    homes = {path for path, template in made_by.items() if template == "index"}
    assert homes == {path for path in made_by if re.fullmatch(r"[^/]+/(page/\d+/)?index.html", path)}
    assert {made_by[f"{tag.lower()}/{place}/index.html"] for tag in LANGUAGES for place in lists} == {"list"}
    assert not any("aggregator.css" in text for text in built.texts.values())


def whole(built: Built) -> list[tuple[str, dom.HtmlElement]]:
    """The pages but those that only lead to another."""
    return [(path, page) for path, page in built.pages.items() if page.get("data-theme") == "mainroad"]


def test_the_theme_finds_what_it_asks_documents_and_site_for(built: Built) -> None:
    articles = [page for path, page in whole(built) if path.startswith("en/news/compat/")]
    for kind in ("category", "alternate", "next"):
        addresses = {address for page in articles for address in page.xpath(f"//a[@rel='{kind}']/@href")}
        assert addresses
        assert {f"{address.strip('/')}/index.html" for address in addresses} <= set(built.pages)
    for page in articles:
        assert page.xpath("//article/time/@datetime")[0].endswith("+08:00")
        assert {link.text for link in page.xpath("//article//a[@rel='alternate']")} == {"zh-cn", "zh-hk"}
        assert page.xpath("//article/a[@rel='tag']")
        assert page.xpath("//aside/@data-place") == ["right"]
        assert page.xpath("//aside//a[@class='recent']")
        assert page.xpath("//aside//a[@class='tag']")
    assert any(page.xpath("//figure/img[@src='https://e.example/a.png']") for page in articles)


def test_what_is_ours_for_any_theme_holds(built: Built) -> None:
    assert {path: found for path, text in built.texts.items() if (found := running(LexborHTMLParser(text)))} == {}
    links = [link for _, page in whole(built) for link in page.xpath("//div[@class='content']//a")]
    assert links
    assert all(link.get("rel") == "noopener noreferrer" for link in links)
