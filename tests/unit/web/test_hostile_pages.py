"""Texts that are made to run, on every page: nothing of them does, in a real DOM."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from aggregator.model import Media
from tests import newsroom
from tests.system.hostile_texts import TEXTS
from tests.unit.web.test_pages import get
from tests.validation.hostile import hostile

EACH = 8  # of the texts of a class
HARMLESS = ("http://", "https://", "mailto:", "/", "?", "#")
LIVE = "script:not([src]), iframe, object, embed, applet, base, meta[http-equiv], style, animate, set, math, [srcdoc], [formaction]"
OURS = {"/static/page.js", "/static/style.css", "/static/icon.svg"}


def live(tree: LexborHTMLParser) -> list[str]:
    """What in a page can run, or load what runs."""
    found = [node.html or "" for node in tree.css(LIVE)]
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            if name.startswith("on") or name == "style" or name.endswith(":href"):
                found.append(f"{node.tag} {name}={value}")
            if name in ("href", "src", "action", "poster", "cite") and not (value or "").lstrip().lower().startswith(HARMLESS):
                found.append(f"{node.tag} {name}={value}")
            if (node.tag, name) in (("script", "src"), ("link", "href")) and not (
                value in OURS or node.attributes.get("rel") == "alternate"
            ):
                found.append(f"{node.tag} {name}={value}")
    return found


@pytest.mark.parametrize(
    "tree", ["<img src=x onerror=y>", "<a href='javascript:x'>", "<script>x</script>", "<script src=//e.example></script>", "<p style=x>"]
)
def test_what_runs_is_recognized(tree: str) -> None:
    assert live(LexborHTMLParser(tree))


def test_nothing_of_a_hostile_item_runs_on_any_page(tmp_path: Path) -> None:
    texts = [text for each in hostile().values() for text in each[:EACH]] + TEXTS[:: max(1, len(TEXTS) // 80)]
    items = [
        newsroom.item(
            number, title=text, html=text, summary=text, url=text, guid=text, authors=(text,), tags=(text,), label=text, flags=(text,),
            image=text, media=(Media(url=text, title=text, type=text),), source="times" if number % 2 else "caijing",
        )
        for number, text in enumerate(texts, 100)
    ]  # fmt: skip
    with newsroom.empty(tmp_path) as house:
        newsroom.store(house, items)
        for item, text in zip(items[::2], texts[::2], strict=True):
            newsroom.translate(house, item, "de", title=text, body=text, flags=(text,), engine=text)
        app = newsroom.site(house)
        addresses = [f"/items/{item.id}" for item in items] + ["/", "/status", "/sources/times", "/feeds/en/all", "/feeds/de/all"]
        after = ""
        while True:
            addresses.append(f"/items?after={after}")
            following = get(app, f"/items.json?after={after}").text
            after = following.rpartition('"after":"')[2].partition('"')[0]
            if not after:
                break
        for address in addresses:
            page = get(app, address)
            assert page.status == 200, address
            assert live(page.tree) == [], address
        for text in (text.encode(errors="replace").decode() for text in texts[::5]):
            page = get(app, str(httpx.URL("/items", params={"q": text, "source": text, "tag": text, "flag": text, "ui": text})))
            assert page.status == 200
            assert live(page.tree) == []
