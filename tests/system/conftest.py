"""The real command line in a subprocess, on a folder of its own, against an origin on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.origin import Origin

HEAD = """
[site]
title = "Test"
base_url = "http://127.0.0.1:8080"
timezone = "Asia/Shanghai"
languages = {languages}

[fetch]
timeout = "2s"
spacing = "0s"
allow_networks = ["127.0.0.0/8"]
"""


@dataclass(frozen=True)
class Site:
    """A folder with a configuration, as a person has it."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config" / "aggregator.toml"

    @property
    def content(self) -> Path:
        return self.folder / "data" / "content"

    @property
    def feeds(self) -> Path:
        return self.folder / "data" / "feeds"

    def configure(self, sources: str, *, languages: tuple[str, ...] = ("zh-CN", "zh-TW"), head: str = HEAD) -> None:
        """Write the configuration."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(head.format(languages=json.dumps(languages)) + sources, encoding="utf-8")

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """Start the program, and go on."""
        environment = {name: value for name, value in os.environ.items() if name != "AGGREGATOR_CONFIG"} | {"PYTHONWARNINGS": "error"}
        command = [sys.executable, "-m", "aggregator", *arguments]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(command, cwd=self.folder, env=environment, text=True, **(streams | options))  # type: ignore[call-overload,no-any-return]

    def run(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run the program to its end."""
        with self.start(*arguments) as process:
            try:
                out, err = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def lines(self, *arguments: str) -> list[dict[str, object]]:
        """Run a command with --json; its rows."""
        return [json.loads(line) for line in self.run("--json", *arguments).stdout.splitlines()]

    def files(self) -> dict[str, bytes]:
        """Everything that is published, by path."""
        roots = (self.content, self.feeds)
        return {
            str(path.relative_to(self.folder)): path.read_bytes() for root in roots for path in sorted(root.rglob("*")) if path.is_file()
        }


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin
