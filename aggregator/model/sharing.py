"""What processes on several machines know of each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Queue = Literal["poll", "translate", "publish"]
Held = Literal["host", "segment", "circuit"]  # what processes keep from each other for a while


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A process that works for the others, too: since when, on what, and when it was last heard of.

    `configuration` is a digest of what it was told to do: nodes are to be told the same.
    """

    name: str
    queues: tuple[str, ...]
    began: datetime
    seen: datetime
    version: str = ""
    configuration: str = ""
