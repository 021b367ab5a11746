"""File systems that a test may fill, or make read-only: mounts in a namespace of their own, which nobody else sees."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.system import nursery
from tests.system.conftest import Program, environment
from tests.system.nursery import Started


def program(folder: Path, *arguments: str, mounted: str, before: str = "") -> Started:
    """Start the program in `folder`, whose folder `data` is a mount as `mount` takes it; `before` is a shell command to run on that."""
    needs_mounts()
    script = f"mount {mounted} data && {before or 'true'} && echo there && exec cat"
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "cwd": folder}
    with subprocess.Popen(["unshare", "-mr", "sh", "-c", script], text=True, **streams) as place:  # type: ignore[call-overload]
        assert place.stdout.readline() == "there\n"
        return nursery.start([*arguments], folder=folder, environment=environment(), beside=place.pid)


def seen_by(process: Program, path: Path) -> Path:
    """A path as that process sees it."""
    return Path(f"/proc/{process.pid}/root{path}")


def needs_mounts() -> None:
    """Fail in CI, or else skip, where no namespace with mounts of its own may be made."""
    tried = ["unshare", "-mr", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]
    if subprocess.run(tried, capture_output=True, check=False).returncode:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("mounting in a namespace of one's own is not allowed here")


def fill(folder: Path) -> Path:
    """Take all the room in a file system. Returns the file that has it."""
    filler = folder / "filler"
    with filler.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler
