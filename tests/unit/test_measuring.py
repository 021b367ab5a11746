"""What the benches measure with: figures and their limits, feeds with news in them, the CPU of a command with all its children."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import feedparser
import pytest

from tests.bench import figures, meter, recorded

RSS = b"""<rss version="2.0"><channel><title>Paper</title><link>https://paper.example/</link>
<item><title>One</title><link>https://paper.example/1?from=rss</link><guid isPermaLink="false">one</guid></item>
<item><title>Two</title><link>https://paper.example/2</link><guid><![CDATA[https://paper.example/2]]></guid></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper</title><id>https://paper.example/</id>
<entry><title>One</title><link rel="alternate" href="https://paper.example/1"/><id>tag:paper.example,2024:1</id></entry></feed>"""
BUSY = "import time\nwhile time.process_time() < 0.3: pass"


def names(body: bytes) -> list[tuple[str, str, str]]:
    return [(entry.title, entry.id, entry.link) for entry in feedparser.parse(body).entries]


@pytest.mark.parametrize("body", [RSS, ATOM], ids=["RSS", "Atom"])
def test_news_comes_first_and_under_names_of_its_own(body: bytes) -> None:
    assert recorded.takes_news(body)
    (second, first), rest = names(recorded.with_news(body, 2))[:2], names(recorded.with_news(body, 2))[2:]
    assert rest == names(body)
    assert [first[0], second[0]] == ["News 1", "News 2"]
    assert not {*first, *second}.intersection(*map(set, rest))
    assert names(recorded.with_news(body, 1))[0] == first


@pytest.mark.parametrize("body", [RSS, ATOM], ids=["RSS", "Atom"])
def test_the_same_feed_on_another_site_has_other_names(body: bytes) -> None:
    here, there = names(body), names(recorded.copied(body, 3))
    assert [title for title, *_ in there] == [title for title, *_ in here]
    assert not {name for _, *each in here for name in each} & {name for _, *each in there for name in each}
    assert all("x3" in name for _, *each in there for name in each)


def test_a_feed_that_already_has_an_id_twice_takes_no_news() -> None:
    assert not recorded.takes_news(RSS.replace(b"https://paper.example/2", b"one"))


def test_a_figure_is_noted_before_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(figures.FLOORS, "speed", 3)
    found: list[figures.Figure] = []
    said: list[str] = []
    record = figures.Record("test_it.py", found, said.append)
    record("speed", 3, "x")
    record("late", 0, most=0)
    with pytest.raises(AssertionError):
        record("speed", 2.9, "x")
    assert said == ["speed: 3.00 x (at least 3)", "late: 0.00 (at most 0)", "speed: 2.90 x (at least 3  MISSED)"]
    assert list(figures.table(found)) == [
        "test_it.py",
        "  speed  3.00 x  at least 3",
        "  late     0.00  at most 0",
        "  speed  2.90 x  at least 3  MISSED",
    ]


def test_the_time_of_all_descendants_counts(tmp_path: Path) -> None:
    child = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY!r}])"  # ends before its child does
    command = [sys.executable, "-S", meter.__file__, str(tmp_path / "said"), sys.executable, "-c", f"{child}; print('done')"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert found["cpu"] >= 0.3
    assert found["status"] == 0
    assert (tmp_path / "said").read_text(encoding="utf-8") == "done\n"
