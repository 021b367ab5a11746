"""The table [web]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aggregator import config
from aggregator.errors import ConfigError

TOKEN = "correct-horse-battery-staple"
REFERENCE = {"env": "TOKEN"}


def load(folder: Path, web: dict[str, Any], **more: Any) -> config.Settings:
    return config.from_table({"web": web, **more}, folder=folder, environ={"TOKEN": TOKEN, "SHORT": "x" * 19, "WIDE": "ü" * 30})


def test_by_default_nothing_is_open_to_others_and_there_is_no_token(tmp_path: Path) -> None:
    web = load(tmp_path, {}).web
    assert (web.token, web.hosts, web.private, web.feed_tokens) == (None, (), False, False)


def test_the_token_is_a_secret(tmp_path: Path) -> None:
    settings = load(tmp_path, {"token": REFERENCE, "hosts": ["News.Example.org"], "private": True, "feed_tokens": True})
    assert (settings.web.token, settings.web.hosts) == (TOKEN, ("news.example.org",))
    assert TOKEN not in repr(settings)
    assert TOKEN not in config.show(settings)


@pytest.mark.parametrize(
    ("web", "key", "says"),
    [
        ({"token": TOKEN}, "web.token", "does not belong into this file"),
        ({"token": {"env": "NOT_SET"}}, "web.token", "is not set"),
        ({"token": {"env": "SHORT"}}, "web.token", "at least 20"),
        ({"token": {"env": "WIDE"}}, "web.token", "ASCII"),
        ({"private": True}, "web", "without a token"),
        ({"token": REFERENCE, "feed_tokens": True}, "web", "private = true"),
        ({"hosts": ["http://news.example.org"]}, "web.hosts.0", "no host's name"),
        ({"hosts": ["news.example.org:80"]}, "web.hosts.0", "without a port"),
        ({"password": "x"}, "web.password", ""),
    ],
)
def test_what_would_protect_nothing_is_refused(tmp_path: Path, web: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, web)
    (problem,) = caught.value.problems
    assert problem.key.startswith(key.rpartition(".0")[0] or key)
    assert says in problem.message
    assert TOKEN not in str(caught.value)


def test_a_hub_is_not_told_of_what_it_can_t_fetch(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"feeds\.websub: a hub can't fetch"):
        load(tmp_path, {"token": REFERENCE, "private": True}, feeds={"websub": "https://hub.example/"})
