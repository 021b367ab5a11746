"""What nodes are asked to do, and when one counts as lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core.nodes import at_work, is_lost, looks
from aggregator.model import Backlog, Node

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def node(*queues: str, silent: float = 0) -> Node:
    return Node(name="n", queues=queues, began=NOW, seen=NOW - timedelta(seconds=silent))


def test_a_node_is_lost_after_half_a_minute_of_silence() -> None:
    assert not is_lost(node(silent=30), now=NOW)
    assert is_lost(node(silent=30.1), now=NOW)


def test_nodes_work_on_their_queues_while_they_live() -> None:
    nodes = [node("poll", "publish"), node("poll"), node("poll", "translate", silent=31)]
    assert at_work(nodes, now=NOW) == {"poll": 2, "translate": 0, "publish": 1}


@pytest.mark.parametrize(
    ("backlog", "wanted"),
    [
        (Backlog(), {"poll": 0, "translate": 0, "publish": 0}),
        (Backlog(due=1, translations=1, marks=1), {"poll": 1, "translate": 1, "publish": 1}),
        (Backlog(due=50, pages=4, marks=1000), {"poll": 1, "translate": 1, "publish": 1}),
        (Backlog(due=51, translations=4, pages=1), {"poll": 2, "translate": 2, "publish": 0}),
        (Backlog(due=10**6, translations=10**6, marks=10**6), {"poll": 3, "translate": 3, "publish": 1}),
    ],
)
def test_as_many_looks_as_the_work_is_worth_and_one_to_publish(backlog: Backlog, wanted: dict[str, int]) -> None:
    assert dict(looks(backlog, {"poll": 3, "translate": 3, "publish": 3})) == wanted


def test_nobody_is_asked_for_what_nobody_works_on() -> None:
    assert set(dict(looks(Backlog(due=9, translations=9, marks=9), {"poll": 0, "translate": 0, "publish": 0})).values()) == {0}
