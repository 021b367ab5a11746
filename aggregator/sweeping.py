"""How often the interpreter looks for cycles: hardly ever while a command loads what it needs, as usual while it works.

A sweep is due whenever there are so many objects more than before. With the usual number that is two hundred times in the half second
that a command takes to load, for nothing: what it loads stays.
"""

from __future__ import annotations

import gc

HARDLY, USUAL = 300_000, 700


def hardly() -> None:
    """At the start."""
    gc.set_threshold(HARDLY, 10, 10)


def as_usual() -> None:
    """From now on; what is there is passed over."""
    gc.freeze()
    gc.set_threshold(USUAL, 10, 10)
