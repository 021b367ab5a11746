"""Commands that a timer starts, as wiring puts their parts together: what one finds out of an engine, the next one knows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aggregator import config, wiring
from aggregator.core.segment import whole
from aggregator.errors import AuthFailed, Retryable
from aggregator.model import Query
from aggregator.runners.chores import INDEXED_AT_ONCE, finish
from aggregator.runners.work import Round
from aggregator.translators.canary import sentences
from tests.loopback.services import DeepL, service
from tests.system.press import item
from tests.system.test_index_pages import working
from tests.unit.translators.google_page import google_page

FORGET_TEXTS = (
    "INSERT INTO search_index (search_index) VALUES ('delete-all')",
    "DELETE FROM search_places",
    "INSERT INTO search_older SELECT id FROM items",
)


def run(folder: Path, engine: dict[str, Any], text: str) -> None:
    """One new article by a process of its own."""
    table = {"paths": {"data": "data"}, "translators": {"mine": engine}, "routes": [{"from": "*", "to": "*", "engines": ["mine"]}]}
    settings = config.from_table(table, folder=folder, environ={"KEY": "k", "OTHER": "other"})
    with wiring.open_house(settings) as house:

        async def translate(_: object) -> None:
            await house.router.translate([whole(text)], source="en", target="de", of="paper")

        house.run(translate)


def test_a_free_service_is_tested_once_a_day(tmp_path: Path) -> None:
    with google_page() as page:
        for number in range(3):
            run(tmp_path, {"engine": "deep", "url": page.url}, f"The new article number {number}.")
        asked = [query["q"] for query in page.queries]
    assert asked.count("\n".join(sentences("en"))) == 1
    assert len(asked) == 4


def test_a_service_whose_quota_is_used_up_is_asked_once(tmp_path: Path) -> None:
    with service(DeepL, fault="456") as server:
        for number in range(3):
            with pytest.raises(Retryable) as caught:
                run(tmp_path, {"engine": "deepl", "base_url": server.url, "api_key": {"env": "KEY"}}, f"The new article number {number}.")
            assert caught.value.after
        assert len(server.asked) == 1


def test_a_refused_key_is_tried_again_when_it_is_another(tmp_path: Path) -> None:
    with service(DeepL, fault="403") as server:
        for key in ("KEY", "KEY", "OTHER", "OTHER"):
            with pytest.raises(AuthFailed):
                run(tmp_path, {"engine": "deepl", "base_url": server.url, "api_key": {"env": key}}, "The new article.")
        assert len(server.asked) == 2


def test_what_an_upgrade_took_out_of_the_search_index_is_back_after_a_run(tmp_path: Path) -> None:
    with working(tmp_path) as work:
        work.bring(*(item(number, title=f"阿里 {number}") for number in range(2 * INDEXED_AT_ONCE + 1)))
        with closing(sqlite3.connect(tmp_path / "data" / "store.db", isolation_level=None)) as database:
            for statement in FORGET_TEXTS:
                database.execute(statement)
        assert work.house.store.find(Query(text="阿里")).ids == ()
        finish(work.house, Round())
        assert work.house.store.unindexed() == 0
        assert work.house.store.find(Query(text="阿里")).ids
