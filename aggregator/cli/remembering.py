"""`memory`: the segments that were translated once, in and out and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.core.tmx import Skipped
    from aggregator.model import Remembered
    from aggregator.ports import Store
    from aggregator.wiring import House

memory = typer.Typer(help="Look after the memory of segments that were translated once.", no_args_is_help=True, rich_markup_mode=None)
AT_ONCE = 1000
CHUNK = 1 << 16  # bytes

From = Annotated[str, typer.Option("--from", metavar="LANG", help="Only what is translated from this language.")]
To = Annotated[str, typer.Option("--to", metavar="LANG", help="Only what is translated into this language.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(memory, name="memory")


@memory.command("export")
def write(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE.tmx", help="The file to write.")],
    *,
    source_language: From = "",
    target_language: To = "",
    edited: Annotated[bool, typer.Option("--edited", help="Only what a person wrote.")] = False,
) -> None:
    """Write the memory as TMX 1.4, for other programs or another store."""
    import aggregator
    from aggregator.cli import complain
    from aggregator.core import tmx
    from aggregator.correcting import language_of

    options: Context = context.obj
    pair = [language_of(tag) if tag else "" for tag in (source_language, target_language)]
    with options.store(options.settings()) as store:
        count = 0

        def counted() -> Iterator[Remembered]:
            nonlocal count
            for entry in everything(store, *pair, locked=edited or None):
                count += 1
                yield entry

        try:
            with target.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(tmx.written(counted(), version=aggregator.__version__))
        except OSError as error:
            raise UsageError(f"Can't write {target}: {error.strerror}.") from error
    complain(f"{count} segments were written to {target}.")


@memory.command("import")
def take(context: typer.Context, source: Annotated[Path, typer.Argument(metavar="FILE.tmx", help="The file to read.")]) -> None:
    """Read a memory from TMX. What another program wrote counts as a person's translation; what a person wrote here stays."""
    from aggregator.cli import complain
    from aggregator.core import tmx

    options: Context = context.obj
    kept, spared, skipped = 0, 0, Counter[str]()
    try:
        with options.house() as house, source.open("rb") as file:
            found = tmx.read(chunks(file))
            while part := list(islice(found, AT_ONCE)):
                entries = fitting(house, usable(part, skipped), skipped)
                new = house.store.remember(entries, spare_locked=True)
                kept, spared = kept + new, spared + len(entries) - new
    except OSError as error:
        raise UsageError(f"Can't read {source}: {error.strerror}.") from error
    complain(f"{kept} segments were remembered. {spared} gave way to what a person wrote here.")
    complain(*(f"{count} were left out: {why}." for why, count in skipped.items()))
    if kept:
        complain("Translations made from now on use them; `aggregator translate --again` brings those up to date that are made already.")


@memory.command()
def stats(context: typer.Context) -> None:
    """Count what is remembered, by pair of languages and by who made it, and how often it was used."""
    from aggregator.cli.output import show

    options: Context = context.obj
    with options.store(options.settings()) as store:
        counts = store.memory_counts()
    rows = [{**asdict(count), "engine": count.engine or ("person" if count.locked else "unknown")} for count in counts]
    show(rows, as_json=options.json, empty="Nothing is remembered yet.")


def everything(store: Store, source_language: str, target_language: str, *, locked: bool | None) -> Iterator[Remembered]:
    """All that is remembered of a pair, read in portions."""
    after = ""
    while page := store.remembered(
        source_language=source_language, target_language=target_language, locked=locked, after=after, limit=AT_ONCE
    ):
        yield from page
        after = page[-1].key


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """A file in portions."""
    while chunk := file.read(CHUNK):
        yield chunk


def usable(part: Iterable[Remembered | Skipped], skipped: Counter[str]) -> list[Remembered]:
    """The entries of a portion, the last of each key; what is none is counted by its reason."""
    from aggregator.core.tmx import Skipped

    found: dict[str, Remembered] = {}
    for entry in part:
        if isinstance(entry, Skipped):
            skipped[entry.why] += 1
        else:
            found[entry.key] = entry
    return list(found.values())


def fitting(house: House, entries: Iterable[Remembered], skipped: Counter[str]) -> list[Remembered]:
    """The entries without what a person wrote that no document could ever show; that is counted."""
    from aggregator import correcting

    found = []
    for entry in entries:
        if entry.locked and not correcting.can_be_used(house.pipeline, entry):
            skipped["the items that hold it would lose links or formatting"] += 1
        else:
            found.append(entry)
    return found
