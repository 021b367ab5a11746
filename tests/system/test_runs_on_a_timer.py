"""Commands that a timer starts, as wiring puts their parts together: what one finds out of an engine, the next one knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aggregator import config, wiring
from aggregator.core.segment import whole
from aggregator.errors import AuthFailed, Retryable
from aggregator.translators.canary import sentences
from tests.loopback.services import DeepL, service
from tests.unit.translators.google_page import google_page


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
