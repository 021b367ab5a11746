"""The configuration as the program checks it: what only kinds and engines know is told together with all the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config, wiring
from aggregator.errors import ConfigError
from aggregator.translators.limits import Rate

MAIN = """
[site]
timezone = "Mars/Olympus"
[sources.good]
url = "https://a.example/"
[sources.wrong_kind]
url = "https://a.example/"
kind = "jsn"
[sources.wrong_twice]
url = "ftp://a.example/"
kind = "json"
min_every = "6h"
fields = { titel = "headline" }
[translators.mine]
engine = "deeep"
[translators.hosted]
engine = "deep"
api_key = { env = "NOT_SET" }
theads = 2
timeout = "30s"
max_bytes = 1.5
"""
MORE = """
[sources.news]
url = "https://a.example/"
kind = "json"
items = 3
fields = { id = 4 }
[sources.other]
kind = "atom"
"""
LIBRE = "the engine libretranslate does not take these options"
DEEP = "the engine deep has no such option; it has provider, url, api_key, app_id, region, timeout, deadline, threads, max_bytes, proxy"


def problems(folder: Path, text: str, **environ: str) -> list[tuple[str, str, str]]:
    """(file, key, message) of all that is wrong."""
    (folder / "main.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(folder / "main.toml", environ=environ, ask=wiring.ADAPTERS)
    return [(Path(problem.file).name, problem.key, problem.message) for problem in caught.value.problems]


def test_what_was_left_half_written_goes_from_everything_that_is_published(tmp_path: Path) -> None:
    table = {"paths": {"site": "../public", "content": "../content"}}
    settings = config.from_table(table, folder=tmp_path / "config", environ={})
    left = [tmp_path / "content" / "en" / ".1.md.0123456789abcdef.tmp", tmp_path / "public" / ".index.html.0123456789abcdef.tmp"]
    left.append(tmp_path / "public" / "feeds" / ".style.css.0123456789abcdef.tmp")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    with wiring.open_house(settings) as house, house.at_work():
        assert [path for path in left if path.exists()] == []
    left[0].write_bytes(b"not from a process that died: all ended as they should")
    with wiring.open_house(settings) as house, house.at_work():
        assert left[0].exists()  # as nobody looked for it


def test_all_problems_of_both_sorts_come_at_once_each_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "more.toml").write_text(MORE, encoding="utf-8")
    found = problems(tmp_path, MAIN)
    assert sorted((file, key) for file, key, _ in found) == [
        ("main.toml", "site.timezone"),
        ("main.toml", "sources.wrong_kind.kind"),
        ("main.toml", "sources.wrong_twice.fields"),
        ("main.toml", "sources.wrong_twice.fields.titel"),
        ("main.toml", "sources.wrong_twice.url"),
        ("main.toml", "translators.hosted.api_key"),
        ("main.toml", "translators.hosted.max_bytes"),
        ("main.toml", "translators.hosted.theads"),
        ("main.toml", "translators.hosted.timeout"),
        ("main.toml", "translators.mine.engine"),
        ("more.toml", "sources.news.fields.id"),
        ("more.toml", "sources.news.items"),
        ("more.toml", "sources.other.kind"),
        ("more.toml", "sources.other.url"),
    ]
    said = {key: message for _, key, message in found}
    assert said["sources.wrong_kind.kind"] == "'jsn' is not installed; there are: feed, html, json; did you mean 'json'?"
    assert (
        said["translators.mine.engine"]
        == "'deeep' is not installed; there are: deep, deepl, fault, libretranslate, openai, opencc, pseudo; did you mean 'deep'?"
    )
    assert said["translators.hosted.theads"] == f"{DEEP}; did you mean 'threads'?"
    assert "NOT_SET" in said["translators.hosted.api_key"]
    assert "text in quotes" in said["sources.news.items"]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("secret = { env = 'KEY' }", DEEP),
        ("provider = 'yandex'", "must be one of google, mymemory, libre, microsoft, baidu, not text"),
        ("name = 'x'", DEEP),
        ("timeout = { env = 'KEY' }", "must be a list of 2 values, each a number, not text"),
        ("timeout = [1]", "must be a list of 2 values, each a number, not a list"),
        ("timeout = [1, true]", "must be a list of 2 values, each a number, not a list"),
        ("deadline = '60s'", "must be a number, not text"),
        ("threads = true", "must be a whole number, not true or false"),
        ("threads = 2.5", "must be a whole number, not a number"),
        ("url = 1979-05-27", "must be text, not a date or time"),
    ],
)
def test_an_option_that_an_engine_does_not_take_is_told_in_words(tmp_path: Path, option: str, message: str) -> None:
    found = problems(tmp_path, f"[translators.hosted]\nengine = 'deep'\n{option}\n", KEY="canary")
    assert found == [("main.toml", f"translators.hosted.{option.partition(' ')[0]}", message)]


@pytest.mark.parametrize(
    ("table", "key", "message"),
    [
        ("engine = 'pseudo'\nmode = 'cjkk'", ".mode", "must be one of accents, identity, cjk, rtl, not text"),
        ("engine = 'opencc'\nmode = 'x'", ".mode", "the engine opencc has no such option; it has none"),
        ("engine = 'deep'\nthreads = 0", "", "the engine deep does not take these options: timeout, deadline, threads and max_bytes"),
        ("engine = 'deep'\nprovider = 'baidu'", "", "the engine deep does not take these options: baidu needs api_key and app_id"),
        ("engine = 'libretranslate'", ".base_url", "is missing; the engine libretranslate needs it"),
        ("engine = 'libretranslate'\nbase_url = 'localhost:5000'", "", f"{LIBRE}: base_url is no complete address; write one such as http"),
        (
            "engine = 'libretranslate'\nbase_url = 'http://u:p@a.example'",
            "",
            f"{LIBRE}: base_url holds a password; keys belong into api_key",
        ),
        ("engine = 'libretranslate'\nbase_url = 'http://a.example'\nlanguages = 'en'", ".languages", "must be a list of values, each text"),
        ("engine = 'libretranslate'\nbase_url = 'http://a.example'\nlanguages = [1]", ".languages", "must be a list of values, each text"),
        ("engine = 'libretranslate'\nbase_url = 'http://a.example'\nproxy = 'socks5://x'", "", f"{LIBRE}: proxy is no complete address"),
        ("engine = 'deepl'", ".api_key", "is missing; the engine deepl needs it"),
        ("engine = 'deepl'\napi_key = 'k'", ".api_key", "a key does not belong into this file"),
        ("engine = 'deepl'\napi_key = { env = 'KEY' }\nglossary = 'yes'", ".glossary", "must be true or false, not text"),
        ("engine = 'deepl'\napi_key = { env = 'KEY' }\ntimeout = 0", "", "the engine deepl does not take these options: timeout has to be"),
        ("engine = 'deepl'\napi_key = { env = 'SPLIT' }", "", "the engine deepl does not take these options: api_key holds characters"),
        ("engine = 'openai'\nbase_url = 'http://a.example/v1'", ".model", "is missing; the engine openai needs it"),
        ("engine = 'openai'\nbase_url = 'http://a.example/v1'\nmodel = 'm'\nextra = 3", ".extra", "must be a table, not a whole number"),
        ("engine = 'fault'\nfault = 'dorp'", ".fault", "must be one of drop, renumber"),
        ("engine = 'fault'\nfault = 'drop'\nwraps = 'x'", "", "the engine fault does not take these options: wraps: 'x' is not installed"),
    ],
)
def test_every_engine_s_options_are_checked(tmp_path: Path, table: str, key: str, message: str) -> None:
    ((_, found, said), *others) = problems(tmp_path, f"[translators.t]\n{table}\n", KEY="canary", SPLIT="can\nary")
    assert found == f"translators.t{key}"
    assert said.startswith(message)
    assert others == []
    assert "ary" not in said


def test_options_that_an_engine_takes_are_right(tmp_path: Path) -> None:
    text = """
        [translators.google]
        engine = "deep"
        timeout = [5, 2.5]
        deadline = 30
        url = { env = "KEY" }
        [translators.t]
        engine = "pseudo"
        mode = "cjk"
        [translators.own]
        engine = "libretranslate"
        base_url = "http://192.168.1.5:5000"
        languages = ["en", "zh"]
        [translators.paid]
        engine = "deepl"
        api_key = { env = "KEY_OF_DEEPL" }
        [translators.local]
        engine = "openai"
        base_url = "http://127.0.0.1:11434/v1"
        model = "some-model:12b"
        timeout = 120
        extra = { chat_template_kwargs = { enable_thinking = false } }
        [translators.broken]
        engine = "fault"
        fault = "drop"
        wraps = "deepl"
        given = { api_key = { env = "KEY_OF_DEEPL" } }
        [translators.memory]
        engine = "deep"
        provider = "mymemory"
        [sources.a]
        kind = "json"
        url = "https://a.example/"
        fields = { title = "a.b" }
    """
    (tmp_path / "main.toml").write_text(text, encoding="utf-8")
    settings = config.load(tmp_path / "main.toml", environ={"KEY": "https://a.example/", "KEY_OF_DEEPL": "k:fx"}, ask=wiring.ADAPTERS)
    assert settings.translators["google"].options["timeout"] == [5, 2.5]


def test_an_engines_limits_are_the_routers_and_not_the_engines(tmp_path: Path) -> None:
    table = {"translators": {"mine": {"engine": "pseudo", "mode": "cjk", "requests_per_minute": 3, "characters_per_minute": 400}}}
    settings = config.from_table(table, folder=tmp_path, environ={})
    assert wiring.ADAPTERS.translator("mine", settings.translators["mine"]) == []
    assert wiring.rates(settings)["mine"] == Rate(requests=3, characters=400)
    assert wiring.rates(settings)["google"] == Rate()
    assert (
        problems(tmp_path, "[translators.mine]\nengine = 'pseudo'\nrequests_per_minute = -1")[0][1]
        == "translators.mine.requests_per_minute"
    )
