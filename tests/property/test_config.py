"""Whatever stands in a configuration file, the answer is settings or a ConfigError that can be printed."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import config
from aggregator.config.durations import duration_text, pause
from aggregator.config.words import dotted
from aggregator.errors import ConfigError

TABLES: dict[str, Any] = {name: table["properties"] for name, table in config.schema()["$defs"].items()}
KEYS = sorted({key for table in TABLES.values() for key in table} | {"env", "file", "full_text", "api_key", "Authorization", "a", "all"})
USUAL = [
    "https://a.example/x",
    "http://u:p@h:x/",
    "en",
    "zh-CN",
    "UTC",
    "10m",
    "5MB",
    "127.0.0.0/8",
    "[a",
    "json",
    "compat",
    "google",
    "../x",
    "*",
]

scalars = st.one_of(
    st.sampled_from(USUAL), st.text(max_size=8), st.integers(), st.booleans(), st.floats(), st.dates(), st.times(), st.datetimes()
)
names = st.one_of(st.sampled_from(KEYS), st.text(max_size=6))
anything = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=4)), max_leaves=12
)


def of_table(name: str) -> st.SearchStrategy[Any]:
    """A table with some of the keys it may have, and one it may not."""
    return st.fixed_dictionaries({}, optional={**dict.fromkeys(TABLES[name], anything), "zzz": anything})


likely = st.fixed_dictionaries(
    {},
    optional={
        "site": of_table("Site"),
        "paths": of_table("PathsTable"),
        "store": of_table("StoreTable"),
        "fetch": of_table("Fetch"),
        "feeds": of_table("Feeds"),
        "routes": st.lists(of_table("Route"), max_size=2),
        "translators": st.dictionaries(names, of_table("TranslatorSettings"), max_size=2),
        "sources": st.dictionaries(names, of_table("SourceTable"), max_size=2),
    },
)


def outcome(table: dict[str, Any]) -> config.Settings | ConfigError:
    """The settings, or what is said instead."""
    try:
        return config.from_table(table, folder=Path("/nowhere"), environ={"a": "secret"}, file="x.toml")
    except ConfigError as error:
        return error


@settings(settings.get_profile("costly"))
@given(st.one_of(likely, st.dictionaries(names, anything, max_size=5)))
def test_any_table_gives_settings_or_printable_problems(table: dict[str, Any]) -> None:
    match outcome(table):
        case ConfigError() as error:
            assert error.problems
            assert all(str(problem).isprintable() and problem.message for problem in error.problems)
        case settings:
            shown = tomllib.loads(config.show(settings))
            assert outcome(shown) == settings or "***" in config.show(settings)


@given(st.one_of(st.text(), st.binary()))
def test_any_file_gives_settings_or_problems(tmp_path_factory: Any, content: str | bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "aggregator.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    try:
        config.load(file, environ={})
    except ConfigError as error:
        assert all(problem.file == str(file) and problem.message for problem in error.problems)


@given(st.integers(min_value=0, max_value=366 * 86400))
def test_durations_read_back_as_written(seconds: int) -> None:
    value = pause(f"{seconds}s")
    assert value == timedelta(seconds=seconds)
    assert pause(duration_text(value)) == value


@given(st.lists(st.one_of(st.text(), st.integers(min_value=0, max_value=9)), max_size=4))
def test_a_place_is_printable_and_tells_keys_apart(parts: list[str | int]) -> None:
    assert dotted(*parts).isprintable()
