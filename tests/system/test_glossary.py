"""The glossary through the real command line: mined, taken into use, and only what holds a term translated again."""

from __future__ import annotations

from tests.system.conftest import Site
from tests.system.origin import Origin, plain
from tests.system.papers import rss

CONFIG = """
[sources.paper]
url = "{url}"
language = "zh-CN"

[translators.pretended]
engine = "pseudo"

[[routes]]
engines = ["pretended"]
"""
BODY = "<p>第{id}条消息说，蔡崇信(Joe Tsai)今天很忙。</p><p>其他的事情明天再说。</p>"


def test_a_mined_term_is_kept_to_and_nothing_else_is_sent_again(site: Site, origin: Origin) -> None:
    origin.route("/paper", plain(200, rss([1], title="今天的消息", html=BODY), content_type="application/rss+xml"))
    site.configure(CONFIG.format(url=origin.url("/paper")), languages=("en",))
    assert site.run("fetch", "--all").returncode == 0
    (path,) = (site.content / "en" / "news" / "paper").glob("*.md")
    before = path.read_text(encoding="utf-8")
    mined = site.run("glossary", "mine")
    assert mined.stdout.splitlines() == ["source,target,pair,do-not-translate,note", '蔡崇信,Joe Tsai,zh>*,,"name, found 1 times"']
    folder = site.config.parent / "glossary"
    folder.mkdir()
    (folder / "names.csv").write_text(mined.stdout, encoding="utf-8")
    assert [row["target"] for row in site.lines("glossary", "list")] == ["Joe Tsai"]
    (row,) = site.lines("plan", "--again")
    assert (row["segments"], row["remembered"]) == (3, 2)  # title and the other sentence
    assert site.run("translate", "--again").returncode == 0
    after = path.read_text(encoding="utf-8")
    assert after.count("Joe Tsai") > before.count("Joe Tsai")
    assert site.run("glossary", "mine").stdout.splitlines()[1:] == []


def test_a_wrong_line_is_a_problem_of_the_configuration(site: Site) -> None:
    site.configure("")
    (site.config.parent / "glossary").mkdir()
    (site.config.parent / "glossary" / "names.csv").write_text("source,target\nx,\n", encoding="utf-8")
    done = site.run("config", "check")
    assert done.returncode == 2
    assert "names.csv: line 2: 'x' has no target" in done.stderr
