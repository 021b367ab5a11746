"""Keeps a process that runs for months small."""

from __future__ import annotations

import asyncio
import ctypes
from concurrent.futures import ThreadPoolExecutor

THREADS = 2  # parsing and the store are bound by the interpreter: more threads are no faster, and each keeps memory of its own
M_ARENA_MAX = -8  # mallopt(3), glibc


def be_small() -> None:
    """Give the running event loop few threads, and have them share one heap where the C library can be asked to."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="work"))
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_ARENA_MAX, 1)
