"""Lets the event loop answer while threads compute."""

from __future__ import annotations

import gc
import sys

from aggregator import sweeping

HAND_OVER = 0.0005  # seconds; by default ten times as long, and with two threads at work the loop waits for both of them


def be_prompt() -> None:
    """Let a thread that waits for the interpreter have it soon, and let no sweep look at what was there at the start and stays.

    Python changes from one thread to another only so often, and stops them all while it looks for cycles: with all that a daemon has
    loaded that takes 80 ms. What the other threads lose by changing more often is too little to be measured.
    """
    sys.setswitchinterval(HAND_OVER)
    gc.collect()
    sweeping.as_usual()
