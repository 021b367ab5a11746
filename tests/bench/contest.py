"""Programs that keep the same feeds, turn about: what each run of each cost, in every case, and whether it did its work."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

from tests.bench.figures import ROOT
from tests.bench.programs import Cost, Ours, Program

NOT_MODIFIED, EQUAL, NEWS, FIRST = "304", "equal body", "one new item", "first update"
CASES = (NOT_MODIFIED, EQUAL, NEWS, FIRST)
OUTCOMES = {NOT_MODIFIED: ("not modified", 0), EQUAL: ("unchanged", 0), NEWS: ("fetched", 1)}
LEAST = 0.01  # seconds of a whole run: less is the machine's mood


@dataclass(frozen=True)
class Stand:
    """The origin, in a process of its own, and how many feeds are asked of it."""

    port: int
    feeds: int
    facts: dict[str, Any]

    def addresses(self, kind: str) -> list[str]:
        """Each on a host of its own, as real feeds are."""
        return [f"http://127.0.{number // 250 + 1}.{number % 250 + 1}:{self.port}/{kind}/{number}" for number in range(self.feeds)]

    def ask(self, path: str) -> bytes:
        """Tell it to publish, or let it say what it has answered."""
        with urlopen(f"http://127.0.0.1:{self.port}/{path}") as answer:
            return bytes(answer.read())

    def answers(self) -> dict[str, int]:
        """How often it answered in which way."""
        return dict(json.loads(self.ask("answers")))


@contextmanager
def stand(feeds: int) -> Iterator[Stand]:
    """The origin while it runs."""
    command = [sys.executable, "-m", "tests.bench.newsstand", str(feeds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        try:
            facts = json.loads(process.stdout.readline())
            yield Stand(port=int(process.stdout.readline()), feeds=feeds, facts=facts)
        finally:
            process.kill()


@dataclass(frozen=True)
class Run:
    """An update, and right after it a start that found nothing to do."""

    update: Cost
    idle: Cost


class Contest:
    """`runs[program, case]` has one for each round."""

    def __init__(self, folder: Path, stand: Stand, kinds: Sequence[type[Program]], *, rounds: int) -> None:
        self.folder, self.stand, self.kinds, self.rounds = folder, stand, kinds, rounds
        self.runs: dict[tuple[str, str], list[Run]] = defaultdict(list)
        self.items = 0

    def hold(self) -> None:
        """All rounds. Those that keep validators go through all of them, newsboat's from its second look on."""
        tagged = self._begun("tagged", "304")
        for program in tagged:
            program.run(program.update()), program.run(program.update())
        for number in range(self.rounds):
            self.stand.ask("restart")
            self._round(tagged, self._begun("plain", str(number)), backwards=number % 2 == 1)

    def cpu(self, program: str, case: str, *, net: bool = False) -> float:
        """Seconds for 1,000 polls, the median of the rounds. Without start-up no less than can be measured."""
        spent = median(run.update.cpu - net * run.idle.cpu for run in self.runs[program, case])
        return max(spent, LEAST) / self.stand.feeds * 1000

    def start_up(self, program: str) -> float:
        """Seconds, the median of all."""
        return median(run.idle.cpu for case in CASES for run in self.runs[program, case])

    def peak(self, program: str, case: str) -> float:
        """MB, the median of the rounds."""
        return median(run.update.peak for run in self.runs[program, case])

    def _round(self, tagged: Sequence[Program], plain: Sequence[Program], *, backwards: bool) -> None:
        before = self.stand.answers()
        self._all(tagged, NOT_MODIFIED, backwards=backwards)
        assert self.stand.answers() == before | {"304": before.get("304", 0) + self.stand.feeds * len(tagged)}
        self._all(plain, FIRST, backwards=backwards)
        self.items = items_of(plain)
        self._all(plain, EQUAL, backwards=backwards)
        assert items_of(plain) == self.items
        self.stand.ask("publish")
        self._all(plain, NEWS, backwards=backwards)
        assert items_of(plain) == self.items + self.stand.feeds
        for program in plain:
            shutil.rmtree(program.folder)

    def _all(self, programs: Sequence[Program], case: str, *, backwards: bool) -> None:
        for program in reversed(programs) if backwards else programs:
            update = program.run(program.update())
            if isinstance(program, Ours) and case in OUTCOMES:
                assert Counter((row["outcome"], row["new"]) for row in program.polled()) == {OUTCOMES[case]: self.stand.feeds}
            before = self.stand.answers()
            self.runs[program.name, case].append(Run(update, program.run(program.idle())))
            assert self.stand.answers() == before, f"{program.name} has polled again"

    def _begun(self, kind: str, name: str) -> list[Program]:
        return [each(self.folder / f"{each.__name__}-{name}", self.stand.addresses(kind)) for each in self.kinds]


def items_of(programs: Sequence[Program]) -> int:
    """How many each has stored: all the same number."""
    found = {program.name: program.entries() for program in programs}
    assert len(set(found.values())) == 1, found
    return next(iter(found.values()))
