"""The pages in a real browser: both themes, telephone and desk, nothing wrong, and what a person does with them works."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.core.admission import Keys
from aggregator.web import server
from aggregator.web.acts import Desk
from aggregator.web.guard import Doors
from aggregator.wiring import House
from tests import newsroom
from tests.newsroom import ALIBABA
from tests.system import axe
from tests.system.browser import browser, give_up
from tests.system.origin import ATOM, Origin, plain

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PAGES = {
    "catalogue": "/?ui=en",
    "items": "/items?ui=zh-Hans",
    "item": f"/items/{ALIBABA.id}?ui=en",
    "segments": f"/items/{ALIBABA.id}?segments=en&ui=de",
    "source": "/sources/times?ui=de",
    "failing-source": "/sources/quiet?ui=en",
    "status": "/status?ui=zh-Hant",
    "preview": "/feeds/de/all?ui=de",
    "missing": "/nowhere?ui=zh-Hans",
}
THEMES = ("light", "dark")
WIDTHS = {390: 844, 1280: 800}
TOKEN = "correct-horse-battery-staple"
LOOPBACK = '\n[fetch]\nallow_networks = ["127.0.0.0/8"]\nspacing = "0s"\n'
# Where no font has Chinese characters, each of them is the same box.
HAS_CHINESE = """() => {
    const drawn = text => {
        const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
        pen.font = "32px sans-serif";
        pen.fillText(text, 0, 40);
        return canvas.toDataURL();
    };
    return drawn("阿") !== drawn("里");
}"""


@contextmanager
def served(house: House, folder: Path) -> Iterator[str]:
    """The address of a server over a house, where people with the token may act."""
    listener = server.listen("127.0.0.1", 0)
    loop, stop, keys = asyncio.new_event_loop(), asyncio.Event(), Keys(TOKEN)
    desk = Desk(house=lambda: house, config=folder / "config" / "aggregator.toml", keys=keys)
    app = newsroom.site(house, desk=desk, doors=Doors(keys=keys))
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve(app, listener, stop, ready=lambda address: None)))
    thread.start()
    try:
        yield server.address_of(listener).rstrip("/")
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def test_every_page_is_fit_for_people_and_does_what_they_ask_of_it(tmp_path: Path) -> None:
    source = axe.script()
    with (
        newsroom.furnished(tmp_path, newsroom.CONFIGURATION + LOOPBACK) as house,
        served(house, tmp_path) as site,
        browser(refusals=[404]) as page,
    ):
        if not page.evaluate(HAS_CHINESE):
            give_up("no font here has Chinese characters: apt-get install fonts-wqy-microhei")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
        faults = [fault for name, path in PAGES.items() for fault in looked_at(page, name, opening(page, site + path), source)]
        search_finds_chinese_and_latin_words(page, site)
        a_button_puts_the_address_on_the_clipboard(page, site)
        everything_is_reached_by_keyboard(page, site)
        nobody_acts_without_the_token(page, site, house)
        faults += who_has_the_token_puts_a_segment_right_and_looks_at_a_source(page, site, source)
        assert faults == []


def opening(page: Page, address: str) -> Callable[[], None]:
    def open_it() -> None:
        page.goto(address)

    return open_it


def looked_at(page: Page, name: str, show: Callable[[], None], source: str) -> Iterator[str]:
    """What is wrong with a page in either theme and width; a picture of each is left."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    show()
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=SCREENSHOTS / f"{name}-{theme}-{width}.png", full_page=True)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                yield f"{name} {theme} {width}: scrolls sideways"
            yield from (f"{name} {theme} {width}: {found}" for found in axe.violations(page, source))


def search_finds_chinese_and_latin_words(page: Page, site: str) -> None:
    for words in ("阿里", "Alibaba"):
        page.goto(site)
        page.get_by_role("searchbox", name="Search items").fill(words)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        with page.expect_navigation():
            page.get_by_role("link", name="Alibaba's revenue grows").click()
        assert page.url == f"{site}/items/{ALIBABA.id}"


def a_button_puts_the_address_on_the_clipboard(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("button", name="Copy the address of 财经要闻 en", exact=True).click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/feeds/en/caijing.rss"


def everything_is_reached_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/items")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def nobody_acts_without_the_token(page: Page, site: str, house: House) -> None:
    assert page.context.browser is not None
    with page.context.browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}/sources/times")
        with page.expect_response(f"{site}/acts/pause") as answer:
            page.get_by_role("button", name="Pause").click()
        assert (answer.value.status, house.store.states()["times"].paused) == (401, False)


def who_has_the_token_puts_a_segment_right_and_looks_at_a_source(page: Page, site: str, source: str) -> list[str]:
    """What is wrong with the page that shows a source before it is added."""
    assert page.context.browser is not None
    with page.context.browser.new_context(http_credentials={"username": "me", "password": TOKEN}) as context, Origin() as origin:
        origin.route("/feed", plain(200, ATOM))
        page = context.new_page()
        page.goto(f"{site}/items/{ALIBABA.id}?ui=en")
        page.get_by_role("link", name="Put segments right").last.click()
        page.get_by_label("Segment 1 in en").fill("Alibaba's revenue rises")
        page.get_by_role("button", name="Put right").first.click()
        page.get_by_text("by hand").wait_for()
        assert page.get_by_label("Segment 1 in en").input_value() == "Alibaba's revenue rises"
        page.goto(f"{site}/?ui=en")
        page.get_by_label("Address", exact=True).fill(origin.url("/feed"))
        page.get_by_role("button", name="Look for a feed").click()
        page.get_by_role("button", name="Add this source").wait_for()
        return list(looked_at(page, "add", lambda: None, source))
