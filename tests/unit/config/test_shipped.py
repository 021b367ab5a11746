"""The configuration that comes with the project: it works, is complete, and its schema is the code's."""

from __future__ import annotations

import json
import re
from inspect import signature
from pathlib import Path
from typing import Any

from aggregator import config, plugins, wiring

FOLDER = Path(__file__).parents[3] / "config"
MAIN = FOLDER / "aggregator.toml"
KEYS = {
    "EXAMPLE_AUTHORIZATION": "Bearer x",
    "EXAMPLE_KEY": "x",
    "LIBRETRANSLATE_KEY": "x",
    "DEEPL_KEY": "x",
    "AGGREGATOR_WEB_TOKEN": "x" * 20,
}


def test_it_works_as_it_stands_and_speaks_many_languages() -> None:
    settings = config.load(MAIN, environ={})
    assert {source.language.partition("-")[0] for source in settings.sources} >= {"en", "zh", "ja", "de", "fr", "es"}
    assert {"json", "feed"} == {source.kind for source in settings.sources}
    assert settings.paths == config.defaults(FOLDER).paths


def test_every_disabled_line_is_right_when_enabled(tmp_path: Path) -> None:
    text = re.sub(r"^#(?=[a-z\[])", "", MAIN.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / "aggregator.toml").write_text(text, encoding="utf-8")
    settings = config.load(tmp_path / "aggregator.toml", environ=KEYS)
    assert [source.name for source in settings.sources] == ["example", "example_json", "example_html", "example_plugin"]
    assert [source.kind for source in settings.sources] == ["feed", "json", "html", "name-of-the-plug-in"]
    assert settings.routes == config.defaults(tmp_path).routes


def test_disabled_lines_that_show_a_default_show_the_real_one(tmp_path: Path) -> None:
    text = re.sub(r"^#(?=[a-z\[])", "", MAIN.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / "aggregator.toml").write_text(text, encoding="utf-8")
    settings, default = (
        config.load(tmp_path / "aggregator.toml", environ=KEYS),
        config.defaults(tmp_path),
    )
    assert (settings.site, settings.feeds, settings.paths) == (default.site, default.feeds, default.paths)
    examples = {"user_agent", "allow_networks"}
    assert settings.fetch.model_dump(exclude=examples) == default.fetch.model_dump(exclude=examples)
    bare = config.from_table({"sources": {"example": {"url": "https://a.example/"}}}, folder=tmp_path, environ={}).sources[0]
    for key in (
        "kind",
        "timezone",
        "folder",
        "min_every",
        "max_every",
        "profile",
        "identity",
        "max_items",
        "update_translations",
        "options",
    ):
        assert getattr(settings.sources[0], key) == getattr(bare, key)


def test_every_key_of_the_schema_is_explained_in_the_file() -> None:
    written = set(re.findall(r"^#?(?:\[[a-z]+\.)?([a-z_]+)(?: = |\.)", MAIN.read_text(encoding="utf-8"), flags=re.MULTILINE))
    tables = config.schema()["$defs"].values()
    keys = {key for table in tables for key in table["properties"]}
    assert keys - written == set()


def test_every_engine_s_options_are_explained_and_right(tmp_path: Path) -> None:
    text = re.sub(r"^#(?=[a-z\[])", "", MAIN.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / "aggregator.toml").write_text(text, encoding="utf-8")
    translators = config.load(tmp_path / "aggregator.toml", environ=KEYS).translators
    assert {name: problems for name, each in translators.items() if (problems := wiring.engine_problems(name, each))} == {}
    engines = {name: plugins.load(plugins.TRANSLATORS, name) for name in plugins.names(plugins.TRANSLATORS)}
    assert {each.engine for each in translators.values()} >= {
        name for name, make in engines.items() if make.__module__.startswith("aggregator.")
    }
    words = set(re.findall(r"[a-z_]+", MAIN.read_text(encoding="utf-8")))
    assert {option for make in engines.values() for option in list(signature(make).parameters)[1:]} - words == set()


def test_investing_cn_stands_in_its_three_shapes(tmp_path: Path) -> None:
    text = (FOLDER / "sources" / "investing_cn.toml").read_text(encoding="utf-8")
    (tmp_path / "aggregator.toml").write_text(re.sub(r"^#(?=[a-z\[])", "", text, flags=re.MULTILINE), encoding="utf-8")
    sources = config.load(tmp_path / "aggregator.toml", environ={}).sources
    assert [(source.name, source.kind, source.timezone) for source in sources] == [
        ("investing_cn", "json", "UTC"),
        ("investing_cn_rss", "feed", "Asia/Shanghai"),
        ("investing_cn_list", "json", "Asia/Shanghai"),
    ]
    assert {(source.folder, source.identity, source.profile, source.language) for source in sources} == {
        ("investing", "link-number", "compat", "zh-CN")
    }
    assert sources[0].headers == {"Domain-Id": "cn"}


def test_the_schema_file_is_the_code_s_schema() -> None:
    written = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(config.schema())), "config/schema.json is old: write `aggregator config schema` into it"


def test_the_schema_uses_the_file_s_words_and_explains_each() -> None:
    schema = config.schema()
    assert list(schema["$defs"]["Route"]["properties"]) == ["from", "to", "engines"]
    assert '"null"' not in json.dumps(schema)
    unexplained = [key for table in schema["$defs"].values() for key, value in table["properties"].items() if not value.get("description")]
    assert unexplained == []


def test_the_schema_knows_the_same_keys_as_the_check(tmp_path: Path) -> None:
    definitions: dict[str, Any] = config.schema()["$defs"]
    assert [name for name, table in definitions.items() if table["additionalProperties"] is not False] == ["TranslatorSettings"]
