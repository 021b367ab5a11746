"""The documents say what is so: generated ones are current, links lead somewhere, keys and commands exist."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from aggregator.cli.app import app
from aggregator.config import schema

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("generate", "capacity", "performance")
GENERATED: dict[Path, str] = {
    path: text for name in SCRIPTS for path, text in runpy.run_path(str(ROOT / "docs" / f"{name}.py"))["generated"]().items()
}
DOCUMENTS = sorted(path for folder in (".", "docs", "seeds") for path in (ROOT / folder).glob("*.md"))

CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
KEY = re.compile(r"\b([a-z]+)\.([a-z_]+)\b")
FILE_ENDINGS = {"db", "json", "md", "py", "toml"}  # `store.db` is a file, not a key


def by_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code_in(path: Path) -> Iterator[str]:
    """What stands between backticks in the text, without the fenced blocks."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    yield from (found.replace("\\|", "|") for found in CODE.findall(text))


def known_keys() -> dict[str, set[str]]:
    """The keys of each table of the configuration."""
    root = schema()
    targets = {table: re.search(r"\$defs/(\w+)", str(node)) for table, node in root["properties"].items()}
    return {table: set(root["$defs"][target[1]]["properties"]) for table, target in targets.items() if target}


@pytest.mark.parametrize("path", sorted(GENERATED), ids=by_name)
def test_what_is_generated_is_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == GENERATED[path], "run `make docs`"


def test_the_documents_that_a_reader_is_sent_to_are_there() -> None:
    wanted = {"architecture", "capacity", "commands", "configuration", "decisions", "formats", "operations", "performance"}
    assert {path.stem for path in DOCUMENTS if path.parent.name == "docs"} == wanted


@pytest.mark.parametrize("path", DOCUMENTS, ids=by_name)
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link.partition("#")[0]).exists()] == []


def test_every_page_of_docs_is_linked_from_the_readme() -> None:
    links = {(ROOT / link).resolve() for link in LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")) if "://" not in link}
    assert {path for path in DOCUMENTS if path.parent.name == "docs"} <= links


def test_every_key_of_the_configuration_that_is_named_exists() -> None:
    keys = known_keys()
    named = {
        (table, key)
        for path in DOCUMENTS
        for code in code_in(path)
        for table, key in KEY.findall(code)
        if table in keys and key not in FILE_ENDINGS
    }
    assert ("fetch", "timeout") in named
    assert {f"{table}.{key}" for table, key in named if key not in keys[table]} == set()


def command_at(words: list[str]) -> Any:
    """The command that words on a command line lead to, or None; options before it are passed over."""
    command: Any = get_command(app)
    if words[:1] == ["-c"]:
        words = words[2:]
    while words and getattr(command, "commands", None) and not words[0].startswith("-") and words[0] != "COMMAND":
        command = command.commands.get(words[0])
        words = words[1:]
    return command


def test_every_command_that_is_named_exists() -> None:
    named = {code for path in DOCUMENTS for code in code_in(path) if code.startswith("aggregator ")}
    assert "aggregator sources" in named
    assert {code for code in named if command_at(code.split()[1:]) is None} == set()


def test_every_command_is_described() -> None:
    text = GENERATED[ROOT / "docs" / "commands.md"]
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        for path in (f"{name} {below}" for below in command.commands) if hasattr(command, "commands") else [name]:
            assert re.search(f"^## `aggregator {path}\\b", text, re.MULTILINE), path
