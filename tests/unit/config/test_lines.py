"""The line that a problem is on."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config
from aggregator.config.lines import line_of
from aggregator.errors import ConfigError, Problem

FILE = '''\
# A comment with title = "x" in it.
[site]
title = """
[fetch]
timeout = 3
"""
languages = [
  "en",  # the first
]

[sources.a]
url = "https://a.example/"
headers."X Y" = "1"
fields = { id = "a",  titel = "b" }

[[routes]]
engines = ["one"]
[[routes]]
engines = [
  "two",
  "three",
]
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("site", 2),
        ("site.title", 3),
        ("site.languages", 7),
        ("site.languages[0]", 7),
        ("sources.a", 11),
        ("sources.a.headers.'X Y'", 13),
        ('sources.a.headers."X Y"', 13),
        ("sources.a.fields.titel", 14),
        ("sources.a.every", 11),  # is missing: the table that lacks it
        ("routes[1]", 18),
        ("routes[1].engines[1]", 19),
        ("fetch.timeout", 0),  # stands in a text
        ("budget", 0),
    ],
)
def test_the_line_on_which_a_key_begins(tmp_path: Path, key: str, line: int) -> None:
    (tmp_path / "a.toml").write_text(FILE, encoding="utf-8")
    assert line_of(tmp_path / "a.toml", key) == line


def test_a_problem_says_its_line_where_that_can_be_told(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("[fetch]\nspacing = 1\n[sources.a]\nurl = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(file, environ={})
    said = [config.located(problem) for problem in caught.value.problems]
    assert [words.split(": ")[0] for words in said] == [f"{file}, line 2", f"{file}, line 4"]
    assert said[1].startswith(f"{file}, line 4: sources.a.url: ")
    assert config.located(Problem("nowhere.toml", "a.b", "is wrong")) == "nowhere.toml: a.b: is wrong"
    file.write_text("[fetch\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(file, environ={})
    assert config.located(caught.value.problems[0]).startswith(f"{file}: line 1, column ")
