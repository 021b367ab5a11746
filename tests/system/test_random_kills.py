"""kill -9 at any moment of any command, as often as you like: nothing is lost, twice, torn or left over, and little is paid for twice."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.system.origin import Origin
from tests.system.wreck import LOCAL, Crew, Wreck, first, hired, ready

LEASE = 4.0  # seconds


def killed_at_random(wreck: Wreck, *, times: int, seed: int) -> None:
    """Kill its commands so many times, each at any moment; feeds can be read after each, and after one round that is let be all is well."""
    dice, begun = random.Random(seed), 0
    lengths = dict.fromkeys(wreck.crew.round, 1.0)  # seconds that a command takes which is let be, about
    busy = len(wreck.origin.asked("/busy"))
    while wreck.kills < times:
        begun += 1
        assert begun < 4 * times, "it hardly ever was at work when it was to be killed"
        if begun % wreck.crew.pace == 0:
            wreck.news()
        command = dice.choice(wreck.crew.round) if dice.random() < 0.2 else wreck.crew.round[0]
        began = time.monotonic()
        was_killed = wreck.killed(command, seconds=dice.uniform(0, lengths[command]))
        lengths[command] = 1.1 * lengths[command] if was_killed else time.monotonic() - began
        assert wreck.feeds_can_be_read()
    wreck.round()
    wreck.holds()
    assert len(wreck.origin.asked("/busy")) == busy  # it wanted to be left alone for hours
    repeated = wreck.calls.total() - len(wreck.calls)
    print(f"\n{wreck.kills} kills, {begun - wreck.kills} too late; {len(wreck.calls)} calls paid for, {repeated} of them again")  # noqa: T201


def test_fifty_kills(tmp_path: Path) -> None:
    with Origin(address="") as origin, ready(tmp_path, origin) as wreck:
        killed_at_random(wreck, times=50, seed=20_260_501)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(8))
def test_eight_hundred_kills(tmp_path: Path, seed: int) -> None:
    with Origin(address="") as origin, ready(tmp_path, origin) as wreck:
        killed_at_random(wreck, times=100, seed=seed)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(2))
def test_two_hundred_kills_of_the_command_line(tmp_path: Path, seed: int) -> None:
    with Origin(address="") as origin:
        killed_at_random(first(tmp_path, origin, hired(os.environ)), times=100, seed=seed)


@pytest.mark.torture
def test_a_hundred_kills_on_a_store_that_several_machines_share(tmp_path: Path, url: str) -> None:
    """Where no lock tells who is dead, what they had is free when its lease ends."""
    with Origin(address="") as origin:
        killed_at_random(first(tmp_path, origin, Crew(LOCAL.round, store=url, patience=LEASE)), times=100, seed=5)
