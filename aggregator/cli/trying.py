"""`demo`: the whole job on the texts in seeds/, without a network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.errors import AggregatorError

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.wiring import House

PACKAGE = Path(__file__).resolve().parent.parent
CONFIG = """\
# Written by `aggregator demo`, anew each time: the sources are the texts in seeds/, served from this machine.
[site]
title = "News in your language"
base_url = "http://127.0.0.1:{port}"
timezone = "Asia/Shanghai"
languages = ["zh-CN", "zh-TW", "zh-HK"]   # what OpenCC makes of each other, without a network

[paths]
data = "data"
content = "content"
feeds = "feeds"

[fetch]
allow_networks = ["127.0.0.0/8"]     # private addresses are refused otherwise
spacing = "0s"                       # seconds between requests to one host; never for a stranger's

"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    context: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the round instead of serving what was made.")] = False,
    output: Annotated[Path, typer.Option("--output", help="The folder to write to.")] = Path("demo"),
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to serve on.")] = 8080,
) -> None:
    """Try the whole job offline: poll the texts in seeds/, write documents, translate, make feeds, serve them."""
    from aggregator.cli.hosting import origin
    from aggregator.cli.serving import serve_only

    options: Context = replace(context.obj, config=output / "aggregator.toml", offline=True)
    with origin(seeds_folder(), port=port % 65535 + 1) as address:  # the same each time, so that sources keep their addresses
        configure(options.config, address, port=port)
        with options.house() as house:
            troubled = show_round_of(options, house)
    if once:
        raise typer.Exit(3 if troubled else 0)
    with options.house() as house:
        serve_only(house, options.config, host="127.0.0.1", port=port)


def seeds_folder() -> Path:
    """Where the seeds are: in the installed package, or beside it in a checkout."""
    for folder in (PACKAGE / "seeds", PACKAGE.parent / "seeds"):
        if (folder / "sources.toml").is_file():
            return folder
    raise AggregatorError(f"The folder seeds/ is missing beside {PACKAGE}: install the package again.")


def configure(path: Path, address: str, *, port: int) -> None:
    """Write the demo's configuration."""
    sources = (seeds_folder() / "sources.toml").read_text(encoding="utf-8").replace("{origin}", address)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CONFIG.format(port=port) + sources, encoding="utf-8")
    except OSError as error:
        raise AggregatorError(f"Can't write {path}: {error.strerror}. Choose another folder with --output.") from error


def show_round_of(options: Context, house: House) -> bool:
    """One round over all seeds, shown as a table. Returns whether something went wrong."""
    from aggregator.cli import complain
    from aggregator.cli.fetching import one_round, show_round, troubled

    names = [source.name for source in house.settings.sources]
    round = one_round(options, house, names, label="demo", places=1)  # in turn: the first that has an article keeps it
    show_round(options, round)
    paths = house.settings.paths
    base = house.settings.site.base_url
    complain(
        "",
        f"Documents: {paths.content}",
        f"Feeds:     {paths.feeds}",
        f"Catalogue: {base}/   (while the demo serves)",
        f"One feed:  {base}/feeds/zh-TW/all.rss   everything in Traditional Chinese",
        "",
        f"Try next:  aggregator -c {options.config} items",
        f"           aggregator -c {options.config} sources",
        "           aggregator init my-news && cd my-news && aggregator fetch --all",
        "",
    )
    return troubled(round)
