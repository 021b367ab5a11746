"""A house with a few sources, items and translations in it, for tests of what is shown of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator import config
from aggregator.model import Change, Item, Job, Polled, PollState, Translation
from aggregator.runners.watch import Watch
from aggregator.web.app import application
from aggregator.web.guard import Guard
from aggregator.wiring import ADAPTERS, House, open_house

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)
CONFIGURATION = """
[site]
title = "Newsroom"
base_url = "https://news.example"
timezone = "Asia/Shanghai"
languages = ["zh-CN", "en", "de"]

[budget]
characters_per_day = 100000
money_per_month = 5
[budget.per_engine.google]
price = 20

[sources.caijing]
title = "财经要闻"
url = "https://caijing.example/feed?id=secret"
language = "zh-CN"
tags = ["markets"]

[sources.times]
title = "The Times of Trade"
url = "https://times.example/feed"
language = "en"

[sources.quiet]
url = "https://quiet.example/feed"
language = "de"
"""
CHINESE = "<p>阿里巴巴集团（AHLA）第三季度营收 2,801.5 亿元。</p><p>净利润增长 <b>48%</b>。</p>"
ENGLISH = "Alibaba Group's revenue in the third quarter was 280.15 million yuan.\n\nNet profit grew by **48%**.\n"


def item(number: int, **fields: object) -> Item:
    """An item of `times`, the higher its number the older."""
    known = {
        "id": f"{number:08d}-0000-5000-8000-000000000000",
        "source": "times",
        "guid": f"g{number}",
        "url": f"https://times.example/{number}",
    }
    texts = {
        "title": f"Bonds, part {number}",
        "html": f"<p>Yields rose by {number} points.</p>",
        "summary": f"Yields rose by {number} points.",
    }
    dated = {"published": NOW - number * timedelta(hours=7), "language": "en", "detected": "en", "digest": f"d{number}"}
    return Item(**(known | texts | dated | fields))


ALIBABA = item(
    1, source="caijing", title="阿里巴巴第三季度营收增长", html=CHINESE, summary="阿里巴巴营收增长。", language="zh-CN", detected="zh-Hans",
    tags=("markets",), url="https://caijing.example/1",
)  # fmt: skip
SOME = (ALIBABA, *(item(number) for number in range(2, 40)))


def store(house: House, items: Sequence[Item]) -> None:
    """Poll the sources that these items come from."""
    for source in {item.source for item in items}:
        new = [Change(item=item, kind="new") for item in items if item.source == source]
        known = house.store.states([source])[source]
        state = PollState(
            source=source, url=known.url, configured_url=known.configured_url, polled_at=NOW, changed_at=NOW, due_at=NOW + MINUTE
        )
        polled = Polled(source=source, at=NOW, outcome="fetched", status=200, new=len(new), size=48_000, took=timedelta(seconds=0.4))
        house.store.save_poll(state, new, [], polled)


def translate(
    house: House, item: Item, language: str, *, title: str, body: str, flags: tuple[str, ...] = (), engine: str = "google"
) -> None:
    """Store a translation of an item."""
    house.store.add_jobs([Job(item_id=item.id, language=language, source=item.source, digest=item.digest)])
    (job,) = (job for job in house.store.claim_jobs(now=NOW, limit=100, lease=MINUTE) if (job.item_id, job.language) == (item.id, language))
    made = Translation(
        item_id=item.id, language=language, title=title, summary=title, body=body, engine=engine, of_digest=item.digest, made_at=NOW,
        verified=True, flags=flags, provenance=(f"{engine} whole 4",),
    )  # fmt: skip
    house.store.save_translation(job, made)


def polls(house: House) -> None:
    """A history of polls: most of them not modified, one that failed; and a source that fails."""
    for number in range(24, 0, -1):
        at = NOW - number * timedelta(minutes=20)
        outcome = "failed" if number == 7 else "not modified"
        polled = Polled(
            source="times", at=at, outcome=outcome, status=304 if number != 7 else 0, took=timedelta(seconds=0.1 * (number % 5 + 1))
        )  # type: ignore[arg-type]
        house.store.save_poll(house.store.states(["times"])["times"], [], [], polled)
    failing = PollState(
        source="quiet", url="https://quiet.example/feed", configured_url="https://quiet.example/feed", polled_at=NOW, due_at=NOW + MINUTE,
        failures=3, error_kind="timeout", error="quiet.example gave no answer within 30 s",
        advice="See if the address still works in a browser.",
    )  # fmt: skip
    polled = Polled(source="quiet", at=NOW, outcome="failed", error=failing.error, error_kind="timeout", took=timedelta(seconds=30))
    house.store.save_poll(failing, [], [], polled)


@contextmanager
def empty(folder: Path, configuration: str = CONFIGURATION, **environ: str) -> Iterator[House]:
    """The house on a store of its own, with nothing in it."""
    path = folder / "config" / "aggregator.toml"
    path.parent.mkdir(parents=True)
    path.write_text(configuration, encoding="utf-8")
    with open_house(config.load(path, environ=environ, ask=ADAPTERS), offline=True) as house:
        house.store.sync_sources(house.settings.sources, now=NOW)
        yield house


def site(house: House, **more: Any) -> Guard:
    """The web application over it."""
    return application(lambda: house, watch=Watch(lambda: house), **more)


@contextmanager
def furnished(folder: Path, configuration: str = CONFIGURATION, **environ: str) -> Iterator[House]:
    """The house with all of it, published."""
    with empty(folder, configuration, **environ) as house:
        store(house, SOME)
        translate(house, ALIBABA, "en", title="Alibaba's revenue grows", body=ENGLISH, flags=("numbers",))
        translate(house, ALIBABA, "de", title="Alibabas Umsatz wächst", body="Ein Absatz nur.\n")
        translate(house, SOME[1], "de", title="Anleihen, Teil 2", body="Die Renditen stiegen um 2 Punkte.\n")
        house.store.add_jobs([Job(item_id=SOME[2].id, language="de", source="times", digest=SOME[2].digest)])
        polls(house)
        while marks := house.store.claim_marks(now=NOW, limit=100, lease=MINUTE):
            house.pipeline.publish(marks)
        yield house
