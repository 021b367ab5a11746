"""`items --segments` and `translate --edit`: an item's segments, and a person's word on one of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.cli.context import Context
    from aggregator.config import Settings
    from aggregator.core.memory import Pair
    from aggregator.model import Item
    from aggregator.wiring import House

KEY = re.compile(r"[0-9a-f]{32}")
NOTE = "Lines from here on are left out. The translation must keep the placeholders, such as {0}, of this text:"


class Chosen(NamedTuple):
    """A segment that is to be put right, and how it reads now."""

    text: str
    now: str
    pair: Pair
    item_id: str = ""


def segment_rows(house: House, item: Item, target: str) -> list[dict[str, Any]]:
    """The segments of an item as rows of the table."""
    from aggregator import correcting
    from aggregator.core import memory

    pair = correcting.pair_of(item, language_of(target))
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
    from aggregator.runners import once

    with options.house(settings) as house, house.at_work():
        chosen = chosen_by_key(house, which) if KEY.fullmatch(which) else chosen_by_number(house, which, to)
        answer = text or asked(chosen)
        try:
            jobs = correcting.correct(house.pipeline, chosen.text, answer, chosen.pair, of=chosen.item_id)
        except ValueError as error:
            raise UsageError(f"Nothing was changed: {error}.") from error
        complain(f"Remembered for good. {len({job.item_id for job in jobs})} items hold this segment in {chosen.pair.target}.")
        round = house.run(lambda pipeline: once.correct(pipeline, lambda event: None))
    if not options.quiet:
        complain(*summary(round))
    return 3 if troubled(round) else 0


def chosen_by_key(house: House, key: str) -> Chosen:
    """A segment of the memory; raises UsageError where it is not there, or without its text."""
    from aggregator.core.memory import Pair

    known = house.store.recall([key]).get(key)
    if known is None or not known.source:
        raise UsageError(f"No translation is remembered under the key {key}. `aggregator items ID --segments LANG` shows what is.")
    return Chosen(known.source, known.text, Pair(known.source_language, known.target_language))


def chosen_by_number(house: House, which: str, to: str) -> Chosen:
    """A segment of an item, by ID:NUMBER; raises UsageError where there is none."""
    from aggregator import correcting

    id, _, number = which.rpartition(":")
    item = house.store.items([id]).get(id)
    if item is None:
        raise UsageError(
            f"--edit: {which!r} is neither ID:NUMBER of a stored item nor a key. `aggregator items ID --segments LANG` shows both."
        )
    target = language_of(to) if to else only_language(house, item)
    lines = correcting.lines(house.pipeline, item, target)
    line = next((line for line in lines if str(line.number) == number), None)
    if line is None:
        raise UsageError(f"The item has no segment {number!r}; it has {', '.join(str(line.number) for line in lines)}.")
    return Chosen(line.segment.text, line.recalled.text if line.recalled else "", correcting.pair_of(item, target), item.id)


def only_language(house: House, item: Item) -> str:
    """The one language that an item is translated into; raises UsageError where there are none or several."""
    languages = sorted(house.store.translations([item.id]).get(item.id, {}))
    if len(languages) != 1:
        raise UsageError(f"Say with --to which translation is meant: {', '.join(languages) or 'there is none yet, so any language'}.")
    return languages[0]


def language_of(tag: str) -> str:
    """The tag in BCP 47's own writing; raises UsageError for what is none."""
    from aggregator.cli.fetching import languages_of

    found = languages_of(tag)
    if len(found) != 1:
        raise UsageError(f"{tag!r} is no language tag. Write one such as en or zh-TW.")
    return found[0]


def asked(chosen: Chosen) -> str:
    """What a person makes of it in an editor; raises UsageError where that is nothing new."""
    from aggregator.cli.editing import edited

    saved = edited(f"{chosen.now}\n\n# {NOTE}\n# {chosen.text}\n")
    answer = " ".join(saved.partition("\n# ")[0].split())
    if not answer or answer == chosen.now:
        raise UsageError("Nothing was changed.")
    return answer
