"""Whether a daemon does its work, and in plain words what keeps it from that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from aggregator.core.health import in_words

LATEST = timedelta(minutes=10)  # that a source may be polled after its time
LONGEST_BEAT = timedelta(minutes=2)  # between two looks: one may wait half a minute for the store
BEATS = ("poll", "page", "translate", "publish")


def hindrances(*, store: str, late: timedelta, beats: Mapping[str, timedelta], room: str = "") -> Iterator[str]:
    """One sentence for each thing that is wrong.

    `store` is what the store said instead of an answer, `room` why nothing can be stored, `late` how long the first due source waits,
    `beats` how long ago each beat of the daemon last ended; empty where nothing is polled.
    """
    if store:
        yield f"The store does not answer: {store}"
    if room:
        yield f"Nothing can be stored: {room}."
    if late > LATEST:
        yield f"Sources are polled late, the first of them by {in_words(late)}: more at once takes a larger fetch.concurrency."
    for name in BEATS:
        if beats.get(name, timedelta(0)) > LONGEST_BEAT:
            yield f"The daemon has not looked for work of the kind {name} for {in_words(beats[name])}: see its log, or restart it."
