"""axe-core, which finds what keeps people from using a page: installed once into a folder that nobody keeps."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.system.browser import give_up

FOLDER = Path(__file__).resolve().parents[2] / "build" / "axe"
SCRIPT = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
VERSION = "4.10.3"
FOUND = """() => axe.run({resultTypes: ["violations"]}).then(found => found.violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`)))"""


def script() -> str:
    """The script's text. Where it can't be had the test is skipped, in CI it fails."""
    if not SCRIPT.exists():
        _install()
    return SCRIPT.read_text(encoding="utf-8")


def violations(page: Any, source: str) -> list[str]:
    """What is wrong with a page that is open in a browser, each with the element. The script is read once for each page."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(source)
    found: list[str] = page.evaluate(FOUND)
    return found


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        give_up("npm is not installed here, which brings axe-core: apt-get install npm")
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [
        str(npm),
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
        str(FOLDER),
        f"axe-core@{VERSION}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        give_up(f"axe-core can't be installed: {done.stderr.strip() or done.stdout.strip()}")
