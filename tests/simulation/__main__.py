"""`make simulate`: a virtual day of 1,000,000 sources, and a shorter one on the real store beside the one in memory."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from pathlib import Path

from tests.simulation.compare import compare
from tests.simulation.crowded import crowded
from tests.simulation.day import Plan, simulate
from tests.simulation.memory import MemoryStore
from tests.simulation.report import figures, lines
from tests.simulation.world import World

FIGURES = Path(__file__).parents[2] / "docs" / "measured" / "day.json"


def main() -> None:
    """Print what comes of it, and write it for docs/capacity.md."""
    asked = arguments()
    if asked.compared:
        claims = compare(sources=asked.compared, hours=2.0)
        sys.stdout.write(f"{claims:,} claims of {asked.compared:,} sources in memory, the same as the store's\n")
    plan = Plan(places=asked.places, hours=asked.hours, stops=asked.hours / 3, begins=asked.hours / 3 + asked.outage)
    world = World(asked.sources)
    store = MemoryStore(world.first_states())
    gc.freeze()  # a million states are not to be looked through again and again
    began = time.process_time()
    found = figures(*simulate(world, store, plan), plan, sources=asked.sources)
    found["crowded_host"] = crowded()
    found["compared_claims"] = claims if asked.compared else 0
    sys.stdout.write("\n".join([*lines(found), f"{time.process_time() - began:.0f} s of CPU", ""]))
    if asked.write:
        FIGURES.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if any(found["violations"].values()) else 0)


def arguments() -> argparse.Namespace:
    """What to simulate."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--sources", type=int, default=1_000_000)
    parser.add_argument("--places", type=int, default=1000, help="fetch.concurrency")
    parser.add_argument("--hours", type=float, default=24.0, help="of the virtual day; after a third of it the daemon is away")
    parser.add_argument("--outage", type=float, default=2.0, help="hours that it is away")
    parser.add_argument("--compared", type=int, default=20_000, help="sources for the two hours on the real store; 0 for none")
    parser.add_argument("--write", action="store_true", help="write the figures for docs/capacity.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
