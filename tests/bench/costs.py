"""Costs that a bench has measured, kept for docs/capacity.md where BENCH_WRITE asks for it."""

from __future__ import annotations

import json
import os
from pathlib import Path

COSTS = Path(__file__).parents[2] / "docs" / "measured" / "costs.json"


def note(name: str, seconds: float, *, bench: str) -> None:
    """One of something takes so many seconds of CPU; `bench` is the module that measured it."""
    if not os.environ.get("BENCH_WRITE"):
        return
    found = json.loads(COSTS.read_text(encoding="utf-8")) if COSTS.exists() else {}
    found[name] = {"seconds": round(seconds, 7), "bench": f"{bench.replace('.', '/')}.py"}
    COSTS.write_text(json.dumps(dict(sorted(found.items())), indent=2) + "\n", encoding="utf-8")
