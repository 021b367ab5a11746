"""Good configurations: what they mean, where they are read from, what is filled in."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import config
from aggregator.config import Secret
from aggregator.errors import ConfigError
from aggregator.model import Source

EVERYTHING = """
[site]
title = "Märkte"
base_url = "https://news.example/site/"
timezone = "Europe/Berlin"
languages = ["de", "ZH-hant-hk", "de"]
[paths]
data = "/var/lib/news"
content = "site/content"
[store]
url = { env = "STORE" }
[fetch]
concurrency = 5
per_host = 2
spacing = "0s"
timeout = "1m"
max_bytes = "2MB"
user_agent = "news/1 (+https://news.example/contact)"
allow_networks = ["127.0.0.1", "fd00::/8"]
[feeds]
limit = 7
formats = ["atom"]
bilingual = false
[translators.local]
engine = "openai"
model = "m"
api_key = { file = "key.txt" }
headers = { X = { env = "TOKEN" }, Y = "plain" }
temperature = 0.5
[[routes]]
from = "zh"
to = "de"
engines = ["local", "google"]
[sources.api]
kind = "json"
url = "https://a.example/list?page=1"
title = "A"
headers = { Domain-Id = "cn", Authorization = "Bearer x", X-Plain = { env = "TOKEN" }, X-Within = "Key {env:TOKEN}; {file:key.txt}" }
items = "data.list"
fields = { id = "nr", title = "headline" }
link_base = "https://a.example"
folder = "shared"
language = "zh-cn"
timezone = "Asia/Shanghai"
every = "10m"
min_every = "1m"
max_every = "1d"
profile = "compat"
translate_to = []
tags = ["科技", "markets"]
include = "a|b"
exclude = "c"
max_items = 9
identity = "link-number"
update_translations = true
allow_networks = ["10.0.0.0/8"]
user_agent = "x"
proxy = { env = "PROXY" }
[sources.gopher]
kind = "gopher"
url = "http://g.example/"
options = { depth = 3, password = { env = "TOKEN" } }
"""
ENVIRON = {"STORE": "postgresql://u:canary@h/d", "TOKEN": "canary", "PROXY": "http://u:canary@p.example:3128"}


@pytest.fixture
def everything(tmp_path: Path) -> config.Settings:
    (tmp_path / "key.txt").write_text("canary\n")
    file = tmp_path / "aggregator.toml"
    file.write_text(EVERYTHING, encoding="utf-8")
    return config.load(file, environ=ENVIRON)


def test_every_key_of_a_source_arrives(everything: config.Settings) -> None:
    assert everything.sources[0] == Source(
        name="api",
        url="https://a.example/list?page=1",
        kind="json",
        title="A",
        folder="shared",
        language="zh-CN",
        timezone="Asia/Shanghai",
        link_base="https://a.example",
        every=timedelta(minutes=10),
        min_every=timedelta(minutes=1),
        max_every=timedelta(days=1),
        profile="compat",
        identity="link-number",
        languages=("de", "zh-Hant-HK"),
        translate_to=(),
        tags=("科技", "markets"),
        include={"anywhere": "a|b"},
        exclude={"anywhere": "c"},
        max_items=9,
        update_translations=True,
        headers={"Domain-Id": "cn", "Authorization": "Bearer x", "X-Plain": "canary", "X-Within": "Key canary; canary"},
        user_agent="x",
        proxy="http://u:canary@p.example:3128",
        allow_networks=("10.0.0.0/8",),
        options={"items": "data.list", "fields": {"id": "nr", "title": "headline"}},
    )
    assert everything.sources[1] == Source(
        name="gopher",
        url="http://g.example/",
        kind="gopher",
        folder="gopher",
        languages=("de", "zh-Hant-HK"),
        translate_to=("de", "zh-Hant-HK"),
        options={"depth": 3, "password": "canary"},
    )


def test_an_engine_s_memory_is_its_own(tmp_path: Path) -> None:
    """Its name, and all that makes its translations different ones."""
    (tmp_path / "aggregator.toml").write_text(ENGINES, encoding="utf-8")
    assert config.load(tmp_path / "aggregator.toml", environ={}).profiles == {
        "opencc": ("opencc:opencc", "opencc"),
        "google": ("google:deep", "google"),
        "web": ("web:deep/mymemory", "web"),
        "local": ("local:openai/qwen/qwen3", "local/qwen/qwen3"),
    }


ENGINES = """
[translators.web]
engine = "deep"
provider = "mymemory"
[translators.local]
engine = "openai"
base_url = "http://127.0.0.1:11434/v1"
model = "qwen/qwen3"
"""


def test_every_other_key_arrives(everything: config.Settings, tmp_path: Path) -> None:
    site, fetch, feeds, local = everything.site, everything.fetch, everything.feeds, everything.translators["local"]
    assert (site.title, site.base_url, site.timezone) == ("Märkte", "https://news.example/site", "Europe/Berlin")
    assert site.languages == ("de", "zh-Hant-HK")
    assert everything.paths == config.Paths(
        data=Path("/var/lib/news"), content=tmp_path.resolve() / "site/content", feeds=Path("/var/lib/news/feeds")
    )
    assert everything.store.url == "postgresql://u:canary@h/d"
    assert fetch.spacing == timedelta(0)
    assert (fetch.concurrency, fetch.per_host, fetch.timeout, fetch.max_bytes) == (5, 2, timedelta(minutes=1), 2 * 1024 * 1024)
    assert (fetch.user_agent, fetch.allow_networks) == ("news/1 (+https://news.example/contact)", ("127.0.0.1/32", "fd00::/8"))
    assert (feeds.limit, feeds.formats, feeds.bilingual) == (7, ("atom",), False)
    assert local.engine == "openai"
    assert local.options == {"model": "m", "api_key": "canary", "headers": {"X": "canary", "Y": "plain"}, "temperature": 0.5}


def test_routes_end_with_the_built_in_ones(everything: config.Settings) -> None:
    assert [(route.source, route.target, route.engines) for route in everything.routes] == [
        ("zh", "de", ("local", "google")),
        ("zh", "zh", ("opencc",)),
        ("*", "*", ("google",)),
    ]
    assert {name: each.engine for name, each in everything.translators.items()} == {"opencc": "opencc", "google": "deep", "local": "openai"}


def test_a_built_in_translator_can_be_another_engine(tmp_path: Path) -> None:
    settings = config.from_table({"translators": {"google": {"engine": "pseudo", "style": "cjk"}}}, folder=tmp_path, environ={})
    assert settings.translators["google"].engine == "pseudo"
    assert settings.translators["google"].options == {"style": "cjk"}


def test_an_empty_file_has_the_contract_s_defaults(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "aggregator.toml").write_text("")
    settings = config.load(folder / "aggregator.toml", environ={})
    root = tmp_path.resolve()
    assert settings == config.defaults(folder)
    assert (settings.site.title, settings.site.base_url, settings.site.timezone) == ("News", "http://127.0.0.1:8080", "Asia/Shanghai")
    assert settings.site.languages == ("zh-CN", "en")
    assert settings.paths == config.Paths(data=root / "data", content=root / "data/content", feeds=root / "data/feeds")
    assert settings.store.url == f"sqlite:///{root}/data/store.db"
    assert (settings.fetch.concurrency, settings.fetch.per_host, settings.fetch.timeout) == (20, 1, timedelta(seconds=30))
    assert (settings.fetch.max_bytes, settings.fetch.allow_networks) == (10_485_760, ())
    assert settings.fetch.spacing == timedelta(seconds=1)
    assert settings.fetch.user_agent == "aggregator/0.1.0 (+http://127.0.0.1:8080)"
    assert (settings.feeds.limit, settings.feeds.formats, settings.feeds.bilingual) == (50, ("rss", "atom", "json"), True)
    assert settings.sources == ()


def test_a_source_s_defaults_are_the_noun_s(tmp_path: Path) -> None:
    settings = config.from_table({"sources": {"a": {"url": "https://a.example/"}}}, folder=tmp_path, environ={})
    assert settings.sources == (
        Source(name="a", url="https://a.example/", folder="a", languages=("zh-CN", "en"), translate_to=("zh-CN", "en")),
    )


@pytest.mark.parametrize("full_text", [False, True, "article .body"])
def test_full_text_is_a_switch_or_a_selector(tmp_path: Path, full_text: bool | str) -> None:
    table = {"sources": {"a": {"url": "https://a.example/", "full_text": full_text}}}
    assert [source.full_text for source in config.from_table(table, folder=tmp_path, environ={}).sources] == [full_text]


def test_files_of_sources_are_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "main.toml").write_text("[sources.z]\nurl = 'https://z.example/'\n")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "b.toml").write_text("[sources.one]\nurl = 'https://1.example/'\n")
    (tmp_path / "sources" / "a.toml").write_bytes(b"\xef\xbb\xbf[sources.two]\nurl = 'https://2.example/'\n")
    (tmp_path / "sources" / ".#a.toml").symlink_to("nobody@nowhere.1")
    (tmp_path / "sources" / "notes.txt").write_text("[")
    settings = config.load(tmp_path / "main.toml", environ={})
    assert [source.name for source in settings.sources] == ["z", "two", "one"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///news.db", "sqlite:///{folder}/news.db"),
        ("sqlite:////var/news.db", "sqlite:////var/news.db"),
        ("sqlite://", "sqlite://"),
        ("sqlite:///:memory:", "sqlite://"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
    ],
)
def test_sqlite_files_are_looked_up_from_the_configuration(tmp_path: Path, url: str, expected: str) -> None:
    settings = config.from_table({"store": {"url": url}}, folder=tmp_path, environ={})
    assert settings.store.url == expected.format(folder=tmp_path.resolve())


@pytest.mark.parametrize(
    ("written", "count"), [(1, 1), ("7", 7), ("3KB", 3072), ("3 KiB", 3072), ("10MB", 10_485_760), ("1GiB", 1_073_741_824)]
)
def test_sizes(tmp_path: Path, written: object, count: int) -> None:
    assert config.from_table({"fetch": {"max_bytes": written}}, folder=tmp_path, environ={}).fetch.max_bytes == count


@pytest.mark.parametrize(
    ("written", "proper"),
    [
        ("EN", "en"),
        ("zh-cn", "zh-CN"),
        ("zh-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("yue", "yue"),
        ("sl-ROZAJ", "sl-rozaj"),
        ("", ""),
    ],
)
def test_languages_are_put_into_their_proper_case(tmp_path: Path, written: str, proper: str) -> None:
    table = {"sources": {"a": {"url": "https://a.example/", "language": written}}}
    assert config.from_table(table, folder=tmp_path, environ={}).sources[0].language == proper


def test_secrets_are_hidden_where_settings_are_printed(everything: config.Settings) -> None:
    shown = f"{everything!r} {everything} {everything.sources[0]} {everything.translators!r}"
    shown += f"{config.show(everything)} {config.table(everything)}"
    assert "canary" not in shown
    assert "Bearer" not in shown
    assert 'url = "postgresql://***@h/d"' in config.show(everything)


def test_an_engine_s_version_changes_with_whatever_is_set_of_it_and_tells_nothing(tmp_path: Path) -> None:
    def version(key: str, **options: object) -> str:
        table = {"translators": {"mine": {"engine": "deepl", "api_key": {"env": "KEY"}, **options}}}
        return config.from_table(table, folder=tmp_path, environ={"KEY": key}).versions["mine"]

    assert version("canary") == version("canary")
    found = {version("canary"), version("another"), version("canary", engine="openai"), version("canary", glossary={"a": ["b"]})}
    assert len(found) == 4
    assert all(len(each) == 16 for each in found)


def test_a_secret_is_the_text_it_hides() -> None:
    secret = Secret("canary")
    assert (secret, f"Bearer {secret}", repr(secret)) == ("canary", "Bearer canary", "Secret('***')")
    assert repr(pickle.loads(pickle.dumps(secret))) == "Secret('***')"


def test_no_traceback_holds_a_secret(tmp_path: Path) -> None:
    table = {"sources": {"a": {"url": "nowhere", "headers": {"A": {"env": "TOKEN"}}}}}
    with pytest.raises(ConfigError) as caught:
        config.from_table(table, folder=tmp_path, environ={"TOKEN": "canary"})
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_importing_it_imports_nothing_heavy() -> None:
    heavy = "httpx sqlalchemy feedparser langcodes markdownify lxml starlette typer rich jinja2 opencc deep_translator alembic"
    code = f"import sys, aggregator.config; print(*(name for name in {heavy.split()!r} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
