"""A plug-in with a bug, installed as a plug-in is: the next engine does its work, and nobody sees a traceback or a text."""

from __future__ import annotations

import subprocess
import sys

from tests.system.conftest import Site, environment
from tests.system.origin import Origin, plain
from tests.system.papers import rss

PLUGIN = """
class Breaking:
    codec, capacity, embedded, watched = "plain", (0, 0), False, False

    def __init__(self, name, hint=""):
        self.name = name
        if hint:
            raise KeyError(hint)

    def supports(self, source, target):
        return True

    async def translate(self, texts, *, source, target, hints=None):
        return {}[texts[0]]

    async def aclose(self):
        raise ValueError("CANARY")
"""
CONFIG = """
[sources.paper]
url = "{url}"
language = "en"

[translators.breaking]
engine = "breaking"

[translators.pretended]
engine = "pseudo"

[[routes]]
engines = ["breaking", "pretended"]
"""


def install(site: Site) -> None:
    info = site.folder / "plugin" / "breaking_engine-1.dist-info"
    info.mkdir(parents=True)
    (info.parent / "breaking_engine.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: breaking-engine\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[aggregator.translators]\nbreaking = breaking_engine:Breaking\n")


def run(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own, which finds the plug-in."""
    found = environment() | {"PYTHONPATH": str(site.folder / "plugin")}
    command = [sys.executable, "-m", "aggregator", *arguments]
    return subprocess.run(command, cwd=site.folder, env=found, capture_output=True, text=True, check=False, timeout=60)


def test_a_bug_in_an_engine_costs_it_a_turn_and_nothing_else(site: Site, origin: Origin) -> None:
    install(site)
    document = rss([1], title="CANARY of the title {id}", html="<p>CANARY of the text.</p>")
    config = CONFIG.format(url=origin.route("/paper", plain(200, document, content_type="application/rss+xml")))
    site.configure(config, languages=("de",))
    done = run(site, "fetch", "--all")
    assert (done.returncode, "1 translations made" in done.stderr) == (0, True), done.stderr
    assert "the engine breaking broke: KeyError" in done.stderr
    assert "the engine breaking broke: ValueError" in done.stderr
    assert "Traceback" not in done.stderr
    assert "CANARY" not in done.stderr
    site.configure(config.replace('engine = "breaking"', 'engine = "breaking"\nhint = "CANARY"'), languages=("de",))
    done = run(site, "config", "check")
    assert (done.returncode, "breaks with these options: KeyError" in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
    assert "CANARY" not in done.stderr
