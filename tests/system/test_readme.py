"""Every command of the README, run as a newcomer would run it: in order, in a fresh copy, with loopback in the internet's place.

A block is fenced as `sh`, and says after that what is special: `online` needs the internet, `serves` goes on until it is stopped.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.system.conftest import Running, ask, files_below
from tests.system.origin import Origin, plain

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\S*) ?(.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)
ADDRESS = re.compile(r"https://\S+?(?=[\s\"]|$)")
KINDS = {"", "online", "serves"}
MAKES_OWN = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ARGS", "VENV"}
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>新闻</title><link>https://paper.example/</link><description>d</description><language>zh-CN</language>
<item><title>软件市场</title><link>https://paper.example/1</link><guid isPermaLink="false">1</guid>
<pubDate>Thu, 13 Feb 2025 11:36:36 +0800</pubDate><description>&lt;p&gt;人工智能软件的市场正在扩大。&lt;/p&gt;</description></item>
</channel></rss>
""".encode()
AT_HOME = """
[fetch]
allow_networks = ["127.0.0.0/8"]
spacing = "0s"
[translators.practice]
engine = "pseudo"
[[routes]]
engines = ["practice"]
"""


@dataclass
class Newcomer:
    """A person with a checkout, who types one line after the other."""

    folder: Path
    origin: Origin
    said: dict[str, str] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> Mapping[str, str]:
        own = {name: value for name, value in os.environ.items() if name not in ("AGGREGATOR_CONFIG", "COLUMNS")}
        return own | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def type(self, line: str) -> str:
        """Run a line to its end in the shell; where it leads to is where the next one begins. Returns its standard output."""
        place = self.folder / "typed.pwd"
        done = subprocess.run(
            ["sh", "-ec", f'{line}\npwd > "{place}"'], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, (line, done.stderr)
        self.folder = Path(place.read_text(encoding="utf-8").strip())
        place.unlink()
        return done.stdout

    def come_home(self) -> None:
        """Let the sources of a configuration that `init` wrote be on loopback, and pretend to translate."""
        config = self.folder / "config" / "aggregator.toml"
        text = config.read_text(encoding="utf-8")
        assert ADDRESS.search(text), "init names no source"
        config.write_text(ADDRESS.sub(self.paper, text) + AT_HOME, encoding="utf-8")

    def paper(self, address: re.Match[str]) -> str:
        """Where a paper with an article of its own is, in place of another address."""
        path = f"/feed/{address.start()}"
        self.origin.route(path, plain(200, FEED.replace(b"example/1", b"example%s" % path.encode()), content_type="application/rss+xml"))
        return self.origin.url(path)

    def start(self, line: str) -> Running:
        """Start a line that goes on."""
        return Running(
            subprocess.Popen(
                ["sh", "-ec", f"exec {line}"],
                cwd=self.folder,
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
        )


@pytest.fixture
def newcomer(tmp_path: Path, origin: Origin) -> Newcomer:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("Makefile", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, checkout)
    (checkout / ".venv").symlink_to(sys.prefix)  # as `make demo` leaves it
    origin.route("/feed", plain(200, FEED, content_type="application/rss+xml"))
    return Newcomer(checkout, origin)


def blocks() -> list[tuple[str, str, list[str]]]:
    """Language, kind and lines of every fenced block."""
    return [(language, kind, lines.splitlines()) for language, kind, lines in BLOCK.findall(README)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def installed(line: str) -> str:
    """What a line runs once everything is installed: what make would do at last, what uv would run."""
    if line.startswith("make "):
        command = ["make", "--dry-run", "--no-print-directory", *line.split()[1:]]
        alone = {name: value for name, value in os.environ.items() if name not in MAKES_OWN}  # not as a part of `make test`
        done = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1].replace(".venv/bin/", "", 1)
    return line.removeprefix("uv run ")


def run_once(newcomer: Newcomer, line: str) -> None:
    newcomer.said[line] = newcomer.type(line)


def run_online(newcomer: Newcomer, line: str) -> None:
    if ADDRESS.search(line):
        line = ADDRESS.sub(newcomer.origin.url("/feed"), line) + " --allow-network 127.0.0.0/8"
    run_once(newcomer, line)
    if line.startswith("cd "):
        newcomer.come_home()


def run_and_stop(newcomer: Newcomer, line: str) -> None:
    command = installed(line)
    if command not in newcomer.read:  # two lines may come to the same command
        port = free_port()
        with newcomer.start(f"{command} --port {port}") as program:
            assert program.port() == port
            assert ask(port, "/healthz").body == b"ok\n"
            newcomer.read[command] = ask(port, "/").body.decode()
            assert ask(port, "/opml.xml").status == 200
            assert program.end() == 0
    newcomer.read[line] = newcomer.read[command]


RUN: Mapping[str, Callable[[Newcomer, str], None]] = {"": run_once, "online": run_online, "serves": run_and_stop}


def test_every_block_says_what_it_is() -> None:
    assert {(language, kind) for language, kind, _ in blocks()} == {("sh", kind) for kind in KINDS}
    assert README.count("```") == 2 * len(blocks())


def test_make_demo_runs_the_demo() -> None:
    assert installed("make demo").split() == ["aggregator", "demo"]
    assert installed("make demo ARGS=--once").split() == ["aggregator", "demo", "--once"]


def test_uv_runs_a_command_that_the_project_installs() -> None:
    assert "uv run aggregator demo" in README
    assert '[project.scripts]\naggregator = "aggregator.cli:main"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_every_command_of_the_readme_does_what_it_says(newcomer: Newcomer) -> None:
    checkout = newcomer.folder
    for _, kind, lines in blocks():
        for line in lines:
            RUN[kind](newcomer, line)
    the_demo_is_served(newcomer)
    an_address_leaves_documents_on_the_screen_only(newcomer, checkout)
    own_sources_are_fetched_translated_and_served(newcomer)


def the_demo_is_served(newcomer: Newcomer) -> None:
    for line in ("make demo", "uv run aggregator demo"):
        assert "/feeds/zh-TW/all.rss" in newcomer.read[line]


def an_address_leaves_documents_on_the_screen_only(newcomer: Newcomer, checkout: Path) -> None:
    (printed,) = (said for line, said in newcomer.said.items() if "--format md" in line)
    assert 'title: "軟體市場"' in printed
    assert not (checkout / "data").exists()


def own_sources_are_fetched_translated_and_served(newcomer: Newcomer) -> None:
    assert newcomer.folder.name == "my-news"
    assert newcomer.said["aggregator sources"].count(" ok ") == 2
    assert newcomer.said["aggregator items"].count("软件市场") == 2
    written = set(files_below(newcomer.folder / "data" / "feeds"))
    sources = re.findall(r"^(\w+) ", newcomer.said["aggregator sources"], re.MULTILINE)[1:]
    for name in ("all", *sources):
        for ending in ("rss", "atom", "json", "bilingual.rss"):
            assert f"feeds/en/{name}.{ending}" in written
    for name in sources:
        assert list((newcomer.folder / "data" / "content" / "en" / "news" / name).glob("*.md"))
    assert "/feeds/en/all.rss" in newcomer.read["aggregator run"]
