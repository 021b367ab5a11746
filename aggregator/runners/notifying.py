"""Tells systemd how the service is doing, by its own protocol (sd_notify(3)): a datagram to the socket that it names."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


class Notifier:
    """What a service manager is told. Where none asked for it nothing is said."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        named = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{named[1:]}" if named.startswith("@") else named  # of the abstract namespace
        mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog = timedelta(microseconds=int(environ.get("WATCHDOG_USEC", "0"))) if mine else timedelta(0)

    def say(self, *lines: str) -> None:
        """Send one message. That nobody takes it is no reason to stop."""
        if self._address:
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.settimeout(1.0)
                sender.sendto("\n".join(lines).encode(), self._address)

    def reloading(self) -> None:
        """A new configuration is read from this moment on (of CLOCK_MONOTONIC); READY says that it is done."""
        self.say("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
