"""`items --segments` and `translate --edit`: an item's segments, and a person's word on one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.config import Settings
    from aggregator.correcting import Chosen
    from aggregator.model import Item
    from aggregator.wiring import House

NOTE = "Lines from here on are left out. The translation must keep the placeholders, such as {0}, of this text:"


def segment_rows(house: House, item: Item, target: str) -> list[dict[str, Any]]:
    """The segments of an item as rows of the table."""
    from aggregator import correcting
    from aggregator.core import memory

    pair = correcting.pair_of(item, correcting.language_of(target))
    lines = correcting.lines(house.pipeline, item, pair.target)
    known = house.store.recall([line.recalled.key for line in lines if line.recalled])
    return [
        {
            "segment": f"{item.id}:{line.number}",
            "part": line.part,
            "language": pair.target,
            "text": line.segment.text,
            "translation": line.recalled.text if line.recalled else "",
            "by": line.recalled.by if line.recalled else "",
            "step": known[line.recalled.key].step if line.recalled else "",
            "flags": list(line.flags),
            "locked": bool(line.recalled and known[line.recalled.key].locked),
            "hits": known[line.recalled.key].hits if line.recalled else 0,
            "key": line.recalled.key if line.recalled else memory.key_by_hand(line.segment.text, pair),
        }
        for line in lines
    ]


def put_right(options: Context, settings: Settings, which: str, *, to: str, text: str) -> int:
    """Take a person's translation of a segment, for good, and bring the documents that hold it up to date. Returns the exit status."""
    from aggregator import correcting
    from aggregator.cli import complain
    from aggregator.cli.fetching import summary, troubled
    from aggregator.runners import chores, once

    with options.house(settings) as house, house.at_work():
        chosen = correcting.chosen(house.pipeline, which, to)
        jobs = correcting.put_right(house.pipeline, chosen, text or asked(chosen))
        complain(f"Remembered for good. {len({job.item_id for job in jobs})} items hold this segment in {chosen.pair.target}.")
        round = house.run(lambda pipeline: once.correct(pipeline, lambda event: None))
        chores.finish(house, round)
    if not options.quiet:
        complain(*summary(round))
    return 3 if troubled(round) else 0


def asked(chosen: Chosen) -> str:
    """What a person makes of it in an editor; raises UsageError where that is nothing new."""
    from aggregator.cli.editing import edited

    saved = edited(f"{chosen.now}\n\n# {NOTE}\n# {chosen.text}\n")
    answer = " ".join(saved.partition("\n# ")[0].split())
    if not answer or answer == chosen.now:
        raise UsageError("Nothing was changed.")
    return answer
