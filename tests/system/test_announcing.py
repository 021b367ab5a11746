"""A hub on loopback is told of each feed that has changed, once, and of nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from aggregator.runners import once
from aggregator.runners.announcing import announce
from tests.system.conftest import HEAD, Site
from tests.system.origin import Origin, plain
from tests.system.papers import rss
from tests.system.press import BASE, Press, item, press

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DATE = "Sun, 31 May 2026 00:00:00 GMT"
FORMS = ("atom", "json", "rss")


@pytest.fixture
def here(tmp_path: Path, origin: Origin) -> Iterator[Press]:
    origin.route("/hub", plain(204, b""))
    with press(tmp_path, hub=origin.url("/hub")) as made:
        yield made


def told(here: Press, origin: Origin) -> list[str]:
    """What the hub is told in a round: the feeds by their paths, sorted."""
    before = len(origin.asked("/hub"))

    async def whole() -> None:
        await announce(here.pipeline)
        await here.pipeline.fetcher.aclose()  # type: ignore[attr-defined]

    here.publish()
    asyncio.run(whole())
    del here.__dict__["pipeline"]
    asked = origin.asked("/hub")[before:]
    forms = [dict(parse_qsl(one.body.decode())) for one in asked]
    assert all(one.method == "POST" and form["hub.mode"] == "publish" for one, form in zip(asked, forms, strict=True))
    assert all(form["hub.url"] == form["hub.topic"] for form in forms)
    return sorted(form["hub.url"].removeprefix(f"{BASE}/feeds/") for form in forms)


def feeds(*names: str) -> list[str]:
    return sorted(f"{name}.{form}" for name in names for form in FORMS)


def test_each_changed_feed_is_told_once_a_round(here: Press, origin: Origin) -> None:
    here.bring(item(1, tags=()), item(2, tags=()))
    assert told(here, origin) == feeds("zh-CN/all", "zh-CN/paper")
    assert told(here, origin) == []
    here.store.mark_all()
    assert told(here, origin) == []
    here.bring(item(3, tags=("x",)))
    assert told(here, origin) == feeds("zh-CN/all", "zh-CN/paper", "zh-CN/tag/x")


def test_a_correction_tells_the_hub_too(here: Press, origin: Origin) -> None:
    here.bring(item(1, tags=()))

    async def corrected() -> None:
        await once.correct(here.pipeline, lambda event: None)
        await here.pipeline.fetcher.aclose()  # type: ignore[attr-defined]

    asyncio.run(corrected())
    assert len(origin.asked("/hub")) == len(feeds("zh-CN/all", "zh-CN/paper"))


def test_a_hub_that_fails_is_told_later_by_whoever_works_then(here: Press, origin: Origin) -> None:
    here.bring(item(1, tags=()))
    origin.route("/hub", plain(500, b""))
    tried = told(here, origin)
    assert tried == feeds("zh-CN/all", "zh-CN/paper")
    assert told(here, origin) == []
    origin.route("/hub", plain(204, b""))
    here.now += HOUR
    assert told(here, origin) == tried
    assert told(here, origin) == []


@pytest.mark.parametrize(
    ("status", "answer", "patience"),
    [(429, {"retry_after": "7200"}, 2 * HOUR), (503, {"retry_after": "Sun, 31 May 2026 05:00:00 GMT", "date": DATE}, 5 * HOUR),
     (429, {}, HOUR / 60)],
)  # fmt: skip
def test_a_hub_that_asks_for_patience_is_left_alone_for_as_long(
    here: Press, origin: Origin, status: int, answer: dict[str, str], patience: timedelta
) -> None:
    here.bring(item(1, tags=()))
    origin.route("/hub", plain(status, b"", **answer))
    assert len(told(here, origin)) == 1
    origin.route("/hub", plain(204, b""))
    here.now += patience - MINUTE / 2
    here.bring(item(2, tags=("x",)))
    assert told(here, origin) == []
    here.now += MINUTE
    assert told(here, origin) == feeds("zh-CN/all", "zh-CN/paper", "zh-CN/tag/x")


def test_a_hub_that_never_answers_is_asked_twelve_times_and_again_at_the_next_change(here: Press, origin: Origin) -> None:
    here.bring(item(1, tags=()))
    origin.route("/hub", plain(500, b""))
    tried = [len(told(here, origin))]
    while tried[-1]:
        here.now += DAY
        tried.append(len(told(here, origin)))
    assert tried == [6] * 12 + [0]
    origin.route("/hub", plain(204, b""))
    here.bring(item(2, tags=()))
    assert told(here, origin) == feeds("zh-CN/all", "zh-CN/paper")


def test_a_process_that_is_killed_before_it_tells_costs_nothing(here: Press, origin: Origin) -> None:
    here.bring(item(1, tags=()))
    here.publish()
    here.store.claim_topics(now=here.now, limit=100, lease=HOUR)
    assert told(here, origin) == []
    here.now += HOUR
    assert told(here, origin) == feeds("zh-CN/all", "zh-CN/paper")


@pytest.mark.parametrize("hub", ["", "https://hub.example.com/"])
def test_nobody_is_told_without_a_hub_or_by_a_hub_that_can_not_reach_us(here: Press, origin: Origin, hub: str) -> None:
    here.hub, here.base_url = hub, "http://127.0.0.1:8080"
    here.bring(item(1))
    assert told(here, origin) == []


def test_a_configured_hub_is_named_and_told_by_the_program(site: Site, origin: Origin) -> None:
    origin.routes({"/hub": plain(204, b""), "/feed": plain(200, rss([1]))})
    head = HEAD.replace("[fetch]", f'[feeds]\nwebsub = "{origin.url("/hub")}"\n\n[fetch]')
    site.configure(f'[sources.paper]\nurl = "{origin.url("/feed")}"\nlanguage = "zh-CN"\ntranslate_to = []\n', head=head)
    assert site.run("fetch").returncode == 0
    forms = [dict(parse_qsl(one.body.decode())) for one in origin.asked("/hub")]
    assert sorted(form["hub.url"] for form in forms) == [
        f"http://127.0.0.1:8080/feeds/{path}" for path in feeds("zh-CN/all", "zh-CN/paper")
    ]
    assert f'<atom:link rel="hub" href="{origin.url("/hub")}"/>' in (site.feeds / "zh-CN" / "paper.rss").read_text("utf-8")
    assert site.run("--offline", "publish", "--all").returncode == 0
    assert len(origin.asked("/hub")) == len(forms)
