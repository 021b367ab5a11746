"""One node of several that share the work on PostgreSQL: rows say what is to be done, procrastinate's jobs who looks for them, and when."""

from __future__ import annotations

from aggregator.runners.distributed.node import run
from aggregator.runners.distributed.tables import prepare

__all__ = ["prepare", "run"]
