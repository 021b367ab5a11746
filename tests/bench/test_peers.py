"""What whole processes cost, ours and our peers', each by its own command line: the same feeds in the same run, turn about.

CPU of the system and of all children counts, the origin's does not. Beside the whole cost stands the one without start-up, that of a
run that finds nothing to do taken off.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

import pytest

from tests.bench import figures
from tests.bench.contest import CASES, Contest, stand
from tests.bench.programs import PEERS, Ours, Program

FEEDS = int(os.environ.get("BENCH_FEEDS", "300"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def contest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contest]:
    """All rounds of all programs that are installed."""
    present = [each for each in PEERS if not each.missing()]
    with stand(FEEDS) as origin:
        held = Contest(tmp_path_factory.mktemp("contest"), origin, [Ours, *present], rounds=ROUNDS)
        held.hold()
        figures.keep("peers", found(held))
        yield held


def found(contest: Contest) -> dict[str, object]:
    """For docs/performance.md."""
    programs = {
        kind.name: {
            "version": kind.version(),
            "command": kind.shown,
            "start-up": round(contest.start_up(kind.name), 3),
            "cases": {case: measured(contest, kind.name, case) for case in CASES},
        }
        for kind in contest.kinds
    }
    return {"feeds": contest.stand.feeds, "rounds": contest.rounds, "items": contest.items, **contest.stand.facts, "programs": programs}


def measured(contest: Contest, name: str, case: str) -> dict[str, float]:
    """CPU seconds for 1,000 polls, and memory."""
    whole, net = (round(contest.cpu(name, case, net=net), 2) for net in (False, True))
    return {"whole": whole, "without start-up": net, "MB": round(contest.peak(name, case))}


@pytest.mark.parametrize("program", [Ours, *PEERS], ids=lambda program: program.name)
def test_what_each_program_takes(program: type[Program], contest: Contest, record: figures.Record) -> None:
    installed(program)
    record(f"{program.name}: start-up alone", contest.start_up(program.name), "CPU s")
    for case in CASES:
        record(f"{program.name}: {case}", contest.cpu(program.name, case), "CPU s / 1,000 polls")
        record(f"{program.name}: {case}, without start-up", contest.cpu(program.name, case, net=True), "CPU s / 1,000 polls")
        record(f"{program.name}: {case}, memory at most", contest.peak(program.name, case), "MB")


@pytest.mark.parametrize(("peer", "case", "net"), list(product(PEERS, CASES, (False, True))))
def test_ours_against_a_peer(peer: type[Program], case: str, net: bool, contest: Contest, record: figures.Record) -> None:
    installed(peer)
    ours, theirs = (contest.cpu(name, case, net=net) for name in (Ours.name, peer.name))
    record(f"{case}, whole process{' without start-up' if net else ''}, {peer.name}", theirs / ours, "times ours")


def installed(program: type[Program]) -> None:
    """Skip the test where it is not."""
    if missing := program.missing():
        pytest.skip(f"{program.name} is not installed, and left out: {missing}")
