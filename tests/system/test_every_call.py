"""A round that is killed at any of its system calls, or in which any of them fails, is made good by the next one."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from aggregator.runners.work import ENGINE_CALLS_AT_ONCE
from tests.system.calls import Call, needs_strace, traced
from tests.system.origin import Origin
from tests.system.wreck import Wreck, ready, unwanted

ERRORS = ("ENOSPC", "EIO", "EROFS")
LASTING = "+"  # and every one after it
FAULTS = ("signal=KILL", *(f"error={error}" for error in ERRORS), f"error=ENOSPC{LASTING}")


@pytest.fixture
def wreck(tmp_path: Path) -> Iterator[Wreck]:
    """A site after its first rounds, with news to work off; how it is then stands in the folder `before` beside it."""
    needs_strace()
    with Origin(address="") as origin, ready(tmp_path / "there", origin) as wreck:
        wreck.news()
        shutil.copytree(wreck.folder, tmp_path / "before")
        yield wreck


def broken(wreck: Wreck, command: Sequence[str], call: Call, fault: str) -> None:
    """Break the site as it was before at a call, or with a plus from there on, and see that one round makes it good."""
    wreck.as_it_was(wreck.folder.with_name("before"))
    for before in wreck.crew.round[: wreck.crew.round.index(tuple(command))]:
        wreck.hands.run(before)
    once, lasting = fault.removesuffix(LASTING), LASTING if fault.endswith(LASTING) else ""
    end = traced(wreck, command, inject=f"{call.name}:{once}:when={call.number}{lasting}")
    where = f"{fault} at {call.name} {call.number} {call.on}: {end.status} {end.said}"
    assert unwanted(end.said) == [], where
    assert end.status in ((-signal.SIGKILL,) if end.status < 0 else (0, 1, 3)), where
    wreck.kills = ENGINE_CALLS_AT_ONCE  # one kill of as many workers, each of which may have just paid
    try:
        wreck.feeds_can_be_read()
        wreck.round()
        wreck.holds()
    except AssertionError as error:
        raise AssertionError(f"{where}: {error}") from error


def every(wreck: Wreck) -> list[tuple[Sequence[str], Call]]:
    """Every call of a round that nobody disturbs, each once for each name and number."""
    found = []
    for command in wreck.crew.round:
        end = traced(wreck, command)
        assert end.status == 0, end.said
        found += [(command, call) for call in {(call.name, call.number): call for call in end.calls}.values()]
    assert len(found) > 100
    return found


def test_a_round_that_is_broken_off_at_some_of_its_calls_is_made_good(wreck: Wreck) -> None:
    calls = every(wreck)
    dice = random.Random(20_260_501)
    for number, (command, call) in enumerate(dice.sample(calls, 8)):
        broken(wreck, command, call, FAULTS[number % len(FAULTS)])


@pytest.mark.torture
@pytest.mark.parametrize("fault", FAULTS)
def test_a_round_that_is_broken_off_at_any_of_its_calls_is_made_good(wreck: Wreck, fault: str) -> None:
    calls = every(wreck)
    for command, call in calls:
        broken(wreck, command, call, fault)
    print(f"\n{fault} at each of {len(calls)} calls: all made good")  # noqa: T201
