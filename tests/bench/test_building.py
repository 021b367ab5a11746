"""What it costs Hugo to build a site with retention, by how many items there ever were: what is kept decides, and nothing else."""

from __future__ import annotations

import asyncio
import resource
import shlex
from pathlib import Path
from statistics import median

import pytest

from aggregator import config
from aggregator.cli.sites import begin_site
from aggregator.cli.starting import begin
from aggregator.config.tables import Hugo
from aggregator.model import Retention
from aggregator.runners import programs
from tests.bench.figures import Record
from tests.system.hugo import NEEDS_HUGO
from tests.system.press import item, press

KEPT, EVER, ROUNDS = 200, 1_000, 5
MOST = 1.5  # times what it costs where no item ever went

pytestmark = [pytest.mark.bench, NEEDS_HUGO]


def cost(site: Path) -> float:
    """CPU seconds of a build with the default command."""

    def used() -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime

    before = used()
    asyncio.run(programs.build(shlex.split(Hugo().command), site))
    return used() - before


def begun_with(folder: Path) -> Retention:
    """What `init --hugo` says is kept of each source. It has both bounds: the one of age alone bounds no build."""
    kept = {source.retention for source in config.load(begin(folder / "begun", hugo=True)[0], environ={}).sources}
    (retention,) = kept
    assert retention.age
    assert retention.items
    return retention


def site_of(folder: Path, *, ever: int) -> Path:
    """A site that was built with all items, before most of them went."""
    folder.mkdir()
    with press(folder) as here:
        here.bring(*(item(number) for number in range(ever)))
        here.publish()
        table = {"site": {"languages": ["zh-CN"]}, "paths": {name: str(root) for name, root in here.roots.items()}}
        begin_site(folder / "site", config.from_table(table, folder=folder, environ={}))
        cost(folder / "site")
        here.retain(items=KEPT, age=begun_with(folder).age)
        here.publish()
    cost(folder / "site")
    pages = (path.parent for path in (folder / "site" / "public").rglob("index.html") if path.parent.parent.name == "paper")
    assert len([page for page in pages if page.name.isdecimal()]) == KEPT
    return folder / "site"


def test_a_build_costs_what_is_kept(tmp_path: Path, record: Record) -> None:
    sites = [site_of(tmp_path / str(ever), ever=ever) for ever in (KEPT, EVER)]
    rounds = [[cost(site) for site in sites] for _ in range(ROUNDS)]  # by turns: the machine has moods
    few, more = (median(each) for each in zip(*rounds, strict=True))
    record(f"Hugo building {KEPT} items kept of {EVER:,}, times of {KEPT}", more / few, "x", most=MOST)
