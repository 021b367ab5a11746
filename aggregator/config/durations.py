"""Durations and sizes as people write them: "30s", "10m", "10MB"."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

from aggregator.config.words import quoted

SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
BYTES = {"": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
LONGEST = timedelta(days=366)
LARGEST = 2**31 - 1


def duration(value: object) -> timedelta:
    """The duration that "30s", "10m", "2h" or "1d" stands for; raises ValueError for anything else, for none and for more than 366 days."""
    length = pause(value)
    if not length:
        raise ValueError(f"{quoted(value)} is out of range; write something from 1s to 366d")
    return length


def pause(value: object) -> timedelta:
    """A duration that may be none at all."""
    if not isinstance(value, str):
        raise ValueError(_no_duration(value))
    return _pause(value)


@lru_cache(maxsize=256)  # thousands of sources have the same few
def _pause(value: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,9})([smhd])", value)
    if match is None:
        raise ValueError(_no_duration(value))
    seconds = int(match[1]) * SECONDS[match[2]]
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{quoted(value)} is out of range; write something up to 366d")
    return timedelta(seconds=seconds)


def _no_duration(value: object) -> str:
    return f"{quoted(value)} is no duration; write 30s, 10m, 2h or 1d"


def duration_text(value: timedelta) -> str:
    """A duration of whole seconds in the largest unit that divides it."""
    seconds = int(value.total_seconds())
    unit = next(unit for unit, size in SECONDS.items() if seconds % size == 0) if seconds else "s"
    return f"{seconds // SECONDS[unit]}{unit}"


def size(value: object) -> int:
    """The number of bytes that 10485760 or "10MB" stands for (MB counts 1024 x 1024); raises ValueError for anything else."""
    match = re.fullmatch(r"([0-9]{1,10}) ?([KMG]i?B|)", value) if isinstance(value, str) else None
    if match is not None:
        count = int(match[1]) * BYTES[match[2]]
    elif isinstance(value, int) and not isinstance(value, bool):
        count = value
    else:
        raise ValueError(f'{quoted(value)} is no size; write a number of bytes such as 10485760, or "10MB"')
    if not 0 < count <= LARGEST:
        raise ValueError(f"{quoted(value)} is out of range; write something from 1 byte to 2047MB")
    return count
