"""What a daemon loads at its start is all that a first translation, page, feed and list take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

USED = """
import asyncio, sys
from pathlib import Path
from aggregator import config, wiring
from aggregator.model import Feed, Item, Page
from aggregator.pipeline import utc_now
from aggregator.wiring import loading

TABLE = {
    "paths": {"site": "site"}, "store": {"url": "sqlite://"}, "sources": {"paper": {"url": "https://paper.example/feed"}},
    "translators": {"one": {"engine": "pseudo"}}, "routes": [{"from": "en", "to": "de", "engines": ["one"]}],
}

ITEM = Item(
    id="1", source="paper", guid="g", url="https://paper.example/1", title="One", html="<p>A <b>b</b>.</p>", summary="A b.",
    published=utc_now(), language="en", detected="en", digest="d",
)

ENGINES = ("aggregator.translators.pseudo", "langcodes", "language_data")  # which are loaded when the first is asked

async def use(house):
    from aggregator.translators.items import translate_item
    made = await translate_item(house.router, ITEM, "Some **text**.", target="de", source_language="en", now=utc_now())
    assert made.translation.engine == "one"

settings = config.from_table(TABLE, folder=Path(sys.argv[1]), environ={})
with wiring.open_house(settings) as house:
    loading.load()
    before = {*sys.modules}
    house.run(lambda pipeline: use(house))
    source = settings.sources[0]
    page = Page(item=ITEM, source=source, language="en", title="One", summary="", body="A **b**.", html="", languages=("en",))
    assert house.documents.page(page)
    assert house.feeds.feed(Feed(name="paper", language="en", title="Paper", link="https://paper.example/", pages=(page,)))
    assert house.opml() and house.operations_feed() and house.lay_out()
    print(sorted(name for name in {*sys.modules} - before if not name.startswith(ENGINES)))
"""


def test_a_daemon_that_has_loaded_loads_nothing_at_the_first_use(tmp_path: Path) -> None:
    command, root = [sys.executable, "-c", USED, str(tmp_path)], Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
