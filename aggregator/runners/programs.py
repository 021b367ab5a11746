"""Other people's programs, run on what is published: Hugo on the site, git on the documents."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from aggregator.errors import AggregatorError

LONGEST_BUILD = timedelta(hours=1)
LONGEST_GIT = timedelta(minutes=5)
SHOWN_LINES = 20
DOCUMENTS = (".", ":(exclude,glob)**/.*.tmp")  # without what is only half written


async def build(command: Sequence[str], folder: Path, *, limit: timedelta = LONGEST_BUILD) -> None:
    """Run a site's generator in its folder; cancelled, it is killed with all it started. Raises AggregatorError with what it said."""
    try:
        process = await asyncio.create_subprocess_exec(
            _program(command[0]), *command[1:], cwd=folder, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except OSError as error:
        raise AggregatorError(f"{command[0]} can't be run in {folder}: {error.strerror}. Check [hugo] in the configuration.") from error
    try:
        said, _ = await asyncio.wait_for(process.communicate(), limit.total_seconds())
    except TimeoutError as error:
        raise AggregatorError(f"{command[0]} was stopped in {folder}: it took longer than {limit}.") from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:
        raise AggregatorError(f"{command[0]} failed in {folder}:\n{_end_of(said.decode(errors='replace'))}")


def commit(folder: Path) -> int:
    """One commit of all that differs below a folder; how many files that are. What else is staged stays so, and nothing is pushed.

    Raises AggregatorError with what git said.
    """
    if not folder.is_dir():
        return 0
    _git(folder, "add", "--all", "--", *DOCUMENTS)
    changed = _git(folder, "diff", "--cached", "--name-only", "-z", "--", *DOCUMENTS).count("\0")
    if changed:
        _git(folder, "commit", "--quiet", "--only", "--message", f"Publish {changed} file{'s'[: changed > 1]}", "--", *DOCUMENTS)
    return changed


def not_committed(folder: Path) -> str:
    """Why a commit of what is below a folder would fail, or empty; the folder need not be there yet."""
    there = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    try:
        done = _asked(there, "check-ignore", "--verbose", "--", str(folder))
    except AggregatorError as error:
        return str(error)
    said = _end_of((done.stdout + done.stderr).decode(errors="replace"))
    if done.returncode == 0:
        return f"git.commit: git ignores {folder}, by this rule: {said.expandtabs(1)}. Take it out, or move paths.content."
    return "" if done.returncode == 1 else f"git.commit: git can't commit {folder}: {said}"


def _git(folder: Path, *arguments: str) -> str:
    done = _asked(folder, *arguments)
    if done.returncode:
        said = _end_of((done.stdout + done.stderr).decode(errors="replace"))
        raise AggregatorError(f"git {arguments[0]} failed in {folder}; the documents stand there uncommitted:\n{said}")
    return done.stdout.decode(errors="replace")


def _asked(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        return subprocess.run(  # noqa: S603  no shell, and no word of it comes from outside
            [_program("git"), *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=LONGEST_GIT.total_seconds(), check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AggregatorError(f"git can't be run in {folder}: {error}") from error


def _program(name: str) -> str:
    """Where a program is: beside ours, as in a virtual environment, or wherever the system finds it."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return shutil.which(name, path=places) or name


def _end_of(said: str) -> str:
    return "\n".join(said.strip().splitlines()[-SHOWN_LINES:])
