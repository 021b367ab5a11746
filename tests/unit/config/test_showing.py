"""The settings in effect as text: they can be loaded again."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from aggregator import config

TABLE = {
    "site": {"title": 'A "quoted" \\ title\n\x7f 新闻', "languages": ["de"], "retention": "400d"},
    "paths": {"site": "../public"},
    "hugo": {"site": "../site", "command": "hugo --minify", "every": "1h"},
    "git": {"commit": True},
    "translators": {
        "mine": {"engine": "pseudo", "requests_per_minute": 30, "depth": 2, "ratio": 0.5, "on": True, "nested": {"a key": ["x", 1]}}
    },
    "routes": [{"from": "de", "to": "*", "engines": ["mine", "google"]}],
    "sources": {
        "one": {
            "url": "https://a.example/?page=2&q=a%20b",
            "every": "90s",
            "translate_to": [],
            "tags": ["x"],
            "retention": {"age": "30d", "items": 9},
            "headers": {"Domain-Id": "cn"},
        },
        "two": {"url": "https://a.example/", "kind": "json", "items": "", "fields": {"id": "a.b"}, "profile": "compat"},
        "three": {"url": "https://a.example/", "kind": "gopher", "options": {"depth": 3}},
    },
}


def test_what_is_shown_can_be_loaded_again(tmp_path: Path) -> None:
    settings = config.from_table(TABLE, folder=tmp_path, environ={})
    text = config.show(settings)
    assert config.from_table(tomllib.loads(text), folder=Path("/elsewhere"), environ={}) == settings
    assert 'every = "90s"' in text


def test_the_table_is_ready_for_json(tmp_path: Path) -> None:
    settings = config.from_table(TABLE, folder=tmp_path, environ={})
    assert json.loads(json.dumps(config.table(settings))) == tomllib.loads(config.show(settings))


def test_keys_in_a_source_s_address_are_hidden(tmp_path: Path) -> None:
    table = {"sources": {"a": {"url": "https://a.example/f?page=2&api_key=canary#x"}}}
    settings = config.from_table(table, folder=tmp_path, environ={})
    assert settings.sources[0].url.endswith("api_key=canary#x")
    assert 'url = "https://a.example/f?page=2&api_key=***#x"' in config.show(settings)
