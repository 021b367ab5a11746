"""Polls that end at about the same time: compared with the store in one go, and stored in one transaction.

What can't be is left to be looked at alone, from the comparison on: a poll that brought what another one of the batch brought, too, one
whose document has to be read once more, and all of a batch that was refused.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from aggregator.core import gaps
from aggregator.core.reading import Heard, apart
from aggregator.errors import AggregatorError, StoreLocked
from aggregator.model import Polled
from aggregator.pipeline import Pipeline, tell_losses

log = logging.getLogger(__name__)

Saved = list[Polled | None]


def save(pipeline: Pipeline, polls: Sequence[Heard]) -> Saved:
    """Compare and store polls. For each what it came to, or None where it was not stored. Raises StoreLocked, for all of them."""
    try:
        return _saved(pipeline, polls)
    except StoreLocked:  # each of them would wait as long again
        raise
    except AggregatorError as error:
        log.debug("%d polls are stored one by one: %s", len(polls), error)
    except Exception:
        log.exception("%d polls could not be stored in one go, and are stored one by one", len(polls))
    return [None] * len(polls)


def _saved(pipeline: Pipeline, polls: Sequence[Heard]) -> Saved:
    ready = {place: heard for place, heard in enumerate(_compared(pipeline, polls)) if not _needs_more(heard)}
    made = {place: pipeline.brought(heard) for place, heard in ready.items()}
    kept = {place: brought for (place, brought), alone in zip(made.items(), apart(list(made.values())), strict=True) if alone}
    pipeline.store.save_polls(list(kept.values()))
    for place, brought in kept.items():
        tell_losses(pipeline.sources[brought.state.source], ready[place].reading)
        pipeline.warn(ready[place], brought)
    return [kept[place].polled if place in kept else None for place in range(len(polls))]


def _compared(pipeline: Pipeline, polls: Sequence[Heard]) -> list[Heard]:
    read = [(heard.reading, pipeline.sources[heard.state.source]) for heard in polls if heard.reading.feed is not None]
    found = iter(pipeline.compared(read) if read else ())
    return [heard if heard.reading.feed is None else heard._replace(reading=next(found)) for heard in polls]


def _needs_more(heard: Heard) -> bool:
    """Whether a document has to be read whole, or older pages for what it missed."""
    return heard.reading.is_in_doubt or gaps.trail(heard.state, heard.reading) is not None
