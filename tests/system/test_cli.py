"""The command line as programs and people use it: quick to start, rows with fixed keys, secrets and control characters kept back."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.system.conftest import Site
from tests.system.origin import Origin, plain
from tests.system.papers import rss

HEAVY = {
    "alembic", "apscheduler", "bs4", "deep_translator", "feedgen", "feedparser", "h11", "html_to_markdown", "httpcore", "jinja2",
    "langcodes", "lxml", "markdown_it", "markdownify", "nh3", "opencc", "pydantic", "requests", "rich", "selectolax", "sqlalchemy",
    "starlette", "uvicorn", "w3lib", "xxhash", "yaml", "asyncio", "http",
}  # fmt: skip
LOADED = "import sys, aggregator.cli as cli\ntry: cli.main()\nexcept SystemExit: print(*{name.partition('.')[0] for name in sys.modules})"
HOSTILE = {
    "id": "1",
    "title": "\x1b[31mred \x9b2J\u202eevil\u2066\x07 \x1b]0;owned\x07",
    "description": "<p>\x1b[2Jtext</p>",
    "link": "https://paper.example/\x1b[31m1",
    "pub_date": "2026-05-01 08:00:00\x1b[0m",
}
SOURCE = """
[sources.hostile]
kind = "json"
url = "{url}?token=s3cret"
language = "zh-CN"
headers = {{ "Authorization" = "Bearer s3cret-token", "X-Mine" = {{ env = "MY_KEY" }}, "Domain-Id" = "cn" }}
"""
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("arguments", "spared"), [(["--help"], set()), (["fetch", "--help"], {"pydantic"}), (["run", "--help"], {"pydantic"})]
)
def test_help_loads_nothing_heavy(arguments: list[str], spared: set[str], tmp_path: Path) -> None:
    """Typer itself reads a command's parameters with pydantic where it is installed."""
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    usage, _, loaded = done.stdout.rstrip("\n").rpartition("\n")
    assert usage.startswith("Usage:")
    assert "typer" in loaded.split()
    assert HEAVY & set(loaded.split()) <= spared


KEYS = {
    (
        "fetch",
        "--all",
    ): "source outcome status entries new updated skipped broken jobs size took pages lost next_due error_kind error advice",
    (
        "sources",
    ): "source kind language items health status last_codes unchanged polled due failures may_be_lost lost_at error advice complaints url",
    ("items", "--limit", "2"): "published source language translations title url id provenance",
    ("status",): "items translations jobs jobs_given_up marks sources unchanged next_due items_that_may_be_lost"
    " sources_that_lost_an_unknown_number costs_today given_up",
    ("plugins",): "group name from object",
    ("translate", "--plan"): "",
}


def test_rows_are_json_lines_with_the_same_keys_every_time(site: Site, origin: Origin) -> None:
    origin.route("/feed", plain(200, rss(range(3))))
    site.configure(f'[sources.paper]\nurl = "{origin.url("/feed")}?token=s3cret\\u0026x=1"\nlanguage = "zh-CN"\n')
    for command, keys in KEYS.items():
        done = site.run("--json", *command)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert {tuple(row) for row in rows} == ({tuple(keys.split())} if keys else set()), (command, done.stderr)
        assert "s3cret" not in done.stdout + done.stderr
    found = site.lines("items", "软件新闻 2")
    assert [(row["title"], row["translations"]) for row in found] == [("软件新闻 2", ["zh-TW"])]
    assert site.run("items", "nothing like it").stdout == ""
    the_store_is_copied_once(site)


def the_store_is_copied_once(site: Site) -> None:
    copy = site.folder / "copy.db"
    assert site.run("store", "backup", "copy.db").returncode == 0
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM items").fetchone() == (3,)
    before = copy.read_bytes()
    again = site.run("store", "backup", "copy.db")
    assert (again.returncode, again.stdout) == (1, "")
    assert "exists already" in again.stderr
    assert copy.read_bytes() == before
    migrated = site.run("store", "migrate")
    assert migrated.returncode == 0
    assert "is at version" in migrated.stderr


def test_asked_to_be_verbose_it_tells_of_everything_once(site: Site, origin: Origin) -> None:
    origin.routes({"/feed": plain(200, rss(range(1))), "/broken": plain(500)})
    tables = (f'[sources.{name}]\nurl = "{origin.url(f"/{name}")}"\nlanguage = "zh-CN"\n' for name in ("feed", "broken"))
    site.configure("".join(tables))
    done = site.run("-v", "fetch", "--all")
    said = done.stderr.splitlines()
    for start, count in {"polled feed: fetched, 1 new": 1, "translated ": 1, "published page zh-TW ": 1, "polled broken": 0}.items():
        assert sum(line.startswith(f"INFO aggregator.runners.work: {start}") for line in said) == count, (start, said)
    assert [line for line in said if " 500 " in line] == [line for line in said if line.startswith("broken: ")]
    assert not any(line.startswith("INFO") for line in site.run("fetch", "--all").stderr.splitlines())


def test_hostile_titles_and_secrets_do_not_reach_the_terminal(site: Site, origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "s3cret-key")
    origin.route("/feed", plain(200, json.dumps({"data": [HOSTILE]}).encode(), content_type="application/json"))
    site.configure(SOURCE.format(url=origin.url("/feed")))
    said = []
    for arguments in (["-v", "fetch", "--all"], ["items"], ["sources"], ["config", "show"], ["status"]):
        done = site.run(*arguments)
        assert done.returncode == 0, (arguments, done.stderr)
        said.append(done.stdout + done.stderr)
        assert STEERS.findall(said[-1]) == [], arguments
        assert "s3cret" not in said[-1], arguments
    assert origin.log[0].header("x-mine") == "s3cret-key"
    assert "evil" in said[1]
    assert all(word in said[3] for word in ("Authorization", "X-Mine", "Domain-Id", '"cn"'))
