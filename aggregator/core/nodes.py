"""What nodes that share the work are asked to do, and when one of them counts as lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from aggregator.model import Backlog, Node, Queue

QUEUES: tuple[Queue, ...] = ("poll", "translate", "publish")
LOST_AFTER = timedelta(seconds=30)  # of silence, of six beats
FORGOTTEN_AFTER = timedelta(days=1)
SOURCES_A_JOB = 50  # so many due sources are worth one more node's look
TRANSLATIONS_A_JOB = 4


def is_lost(node: Node, *, now: datetime) -> bool:
    """Whether a node has not been heard of for too long: it has died, or is cut off."""
    return now - node.seen > LOST_AFTER


def at_work(nodes: Collection[Node], *, now: datetime) -> dict[Queue, int]:
    """How many nodes work on each queue."""
    living = [node for node in nodes if not is_lost(node, now=now)]
    return {queue: sum(queue in node.queues for node in living) for queue in QUEUES}


def looks(backlog: Backlog, workers: Mapping[Queue, int]) -> Iterator[tuple[Queue, int]]:
    """How many looks at a queue's rows are wanted for what waits: no more than there are nodes, and one for all that is published."""
    yield "poll", min(-(-backlog.due // SOURCES_A_JOB), workers["poll"])
    yield "translate", min(-(-(backlog.translations + backlog.pages) // TRANSLATIONS_A_JOB), workers["translate"])
    yield "publish", min(backlog.marks, workers["publish"], 1)
