"""What the service manager hears, on a real socket of its kind."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.runners.notifying import READY, Notifier


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The address as the environment has it, and the socket behind it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        address = str(tmp_path / "not@ify") if request.param == "path" else f"\0aggregator-{os.getpid()}"
        receiver.bind(address)
        receiver.settimeout(5)
        yield address.replace("\0", "@"), receiver


def test_each_message_is_one_datagram(manager: tuple[str, socket.socket]) -> None:
    address, receiver = manager
    notifier = Notifier({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000"})
    notifier.say(READY, "STATUS=Serving")
    assert receiver.recv(1000) == b"READY=1\nSTATUS=Serving"
    before = time.monotonic_ns() // 1000
    notifier.reloading()
    first, second = receiver.recv(1000).decode().splitlines()
    assert (first, second.partition("=")[0]) == ("RELOADING=1", "MONOTONIC_USEC")
    assert before <= int(second.partition("=")[2]) <= time.monotonic_ns() // 1000
    assert notifier.watchdog == timedelta(seconds=30)


def test_without_a_manager_nothing_is_said_and_one_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    assert Notifier({}).watchdog == timedelta(0)
    Notifier({}).say(READY)
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).say(READY)


def test_a_watchdog_that_watches_another_process_is_not_ours() -> None:
    assert Notifier({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).watchdog == timedelta(0)
    assert Notifier({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid())}).watchdog == timedelta(seconds=1)
