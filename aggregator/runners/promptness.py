"""Lets the event loop answer while threads compute: Python changes from one thread to another only so often."""

from __future__ import annotations

import sys

HAND_OVER = 0.0005  # seconds; by default ten times as long, and with two threads at work the loop waits for both of them


def be_prompt() -> None:
    """Let a thread that waits for the interpreter have it soon. What the others lose by that is too little to be measured."""
    sys.setswitchinterval(HAND_OVER)
