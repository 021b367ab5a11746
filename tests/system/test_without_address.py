"""Feeds of a site that does not know its address: valid but for what is written down, and every link leads somewhere."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

import pytest
from lxml import etree

from tests.system.press import Press, item, press
from tests.validation import problems
from tests.validation.rules import ATOM

COUNT, LIMIT = 12, 4


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """A dozen items in two languages, four in a feed."""
    with press(tmp_path_factory.mktemp("press"), base_url="", limit=LIMIT) as here:
        items = [item(number) for number in range(COUNT)]
        here.bring(*items)
        for one in items:
            here.translate(one, "fr")
        here.publish()
        yield here


def feeds(here: Press) -> dict[str, bytes]:
    """The feeds by their path below the feeds' folder."""
    found = {path.removeprefix("feeds/"): data for path, (data, _) in here.files().items() if path.startswith("feeds/")}
    return {path: data for path, data in found.items() if not path.endswith(".css")}


def leads(path: str, data: bytes) -> dict[str, str]:
    """Where a feed leads to beside the site: relation, or language, to path."""
    if path.endswith(".json"):
        document = json.loads(data)
        named = {"prev-archive": document.get("next_url"), "current": document.get("_archive", {}).get("current")}
        addresses = {**named, **document.get("_languages", {})}
    else:
        root = etree.fromstring(data)
        links = (root[0] if path.endswith(".rss") else root).iterfind(f"{{{ATOM}}}link")
        addresses = {link.get("hreflang") or link.get("rel"): link.get("href") for link in links}
    return {name: posixpath.normpath(posixpath.join(posixpath.dirname(path), address)) for name, address in addresses.items() if address}


def test_they_are_valid_but_for_what_is_written_down(made: Press) -> None:
    documents = feeds(made)
    assert len(documents) > 3 * 3 * 3
    assert [(path, found) for path, data in documents.items() if (found := problems(path, data, placed=False))] == []
    assert all(problems(path, data) for path, data in documents.items() if "all." in path)


def test_none_says_where_it_stands(made: Press) -> None:
    for path, data in feeds(made).items():
        assert "self" not in leads(path, data)
        assert b"feed_url" not in data


def test_every_link_leads_to_a_feed(made: Press) -> None:
    documents = feeds(made)
    for path, data in documents.items():
        assert set(leads(path, data).values()) <= documents.keys()
    assert leads("fr/paper.atom", documents["fr/paper.atom"]).keys() == {"prev-archive", "zh-CN"}


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("name", ["fr/paper", "fr/all.bilingual", "zh-CN/tag/markets"])
def test_every_item_is_reached_by_way_of_the_archives(made: Press, name: str, form: str) -> None:
    documents, path, seen = feeds(made), f"{name}.{form}", set[str]()
    while path:
        seen |= ids(path, documents[path])
        path = leads(path, documents[path]).get("prev-archive", "")
    assert len(seen) == COUNT


def ids(path: str, data: bytes) -> set[str]:
    if path.endswith(".json"):
        return {one["id"] for one in json.loads(data)["items"]}
    return set(etree.fromstring(data).xpath("//item/guid/text() | //*[local-name()='entry']/*[local-name()='id']/text()"))
