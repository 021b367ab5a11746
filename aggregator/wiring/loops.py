"""Which event loop a process gets: uvloop's where the extra [fast] is installed and the process goes on, else asyncio's.

uvloop takes a tenth off a poll, and as long to load as it saves in three hundred of them: a command that ends is not to wait for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

Loop = Callable[[], asyncio.AbstractEventLoop]


def lasting() -> Loop | None:
    """What makes the loop of a process that goes on; None for asyncio's own."""
    if find_spec("uvloop") is None:
        return None
    made: Loop = import_module("uvloop").new_event_loop
    return made
