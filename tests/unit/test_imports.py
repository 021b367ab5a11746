"""The lint of imports bites: a forbidden import, added to a copy of the package, fails it and is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = [  # module, what it must not import, the contract that says so
    ("core/decide.py", "from aggregator.store import open_store", "Imports run one way"),
    ("publishers/feeds.py", "from aggregator.translators import router", "Imports run one way"),
    ("core/decide.py", "import socket", "The core does no I/O, and has neither clock nor dice"),
    ("core/decide.py", "import httpcore", "What fetch/ keeps to itself"),
    ("pipeline.py", "import feedparser", "What sources/ keeps to itself"),
    ("web/app.py", "import sqlalchemy", "What store/ keeps to itself"),
    ("runners/local.py", "import procrastinate", "What runners/distributed/ keeps to itself"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its contracts, in a folder of their own."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "aggregator", folder / "aggregator", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint(folder: Path) -> tuple[bool, str]:
    """Whether all contracts are kept, and what was said of them."""
    program = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode == 0, done.stdout + done.stderr


def test_the_package_keeps_every_contract(copy: Path) -> None:
    kept, said = lint(copy)
    assert kept, said
    assert "0 broken" in said


def test_forbidden_imports_break_the_contract_that_forbids_them(copy: Path) -> None:
    intact = {module: (copy / "aggregator" / module).read_text(encoding="utf-8") for module, _, _ in FORBIDDEN}
    for module in intact:
        added = "".join(f"{statement}  # noqa\n" for name, statement, _ in FORBIDDEN if name == module)
        (copy / "aggregator" / module).write_text(intact[module] + "\n" + added, encoding="utf-8")
    kept, said = lint(copy)
    for module, text in intact.items():
        (copy / "aggregator" / module).write_text(text, encoding="utf-8")
    assert not kept
    for _, _, contract in FORBIDDEN:
        assert f"{contract} BROKEN" in said, contract
