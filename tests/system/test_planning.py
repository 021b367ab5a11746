"""What waits is forecast from the real backlog, to the character, and nothing is sent for it."""

from __future__ import annotations

from tests.system.conftest import Site
from tests.system.origin import Origin, plain
from tests.system.papers import rss

CONFIG = """
[sources.paper]
url = "{url}"
language = "en"
{translate}

[translators.pretended]
engine = "pseudo"

[translators.opencc]
engine = "opencc"

[[routes]]
from = "zh"
to = "zh"
engines = ["opencc"]

[[routes]]
engines = ["pretended"]

[budget]
characters_per_day = 100
[budget.per_engine.pretended]
price = 20
price_per_request = 0.5
"""
SHARED = "Read the whole story on our own pages."
BODY = f"<p>Report number {{id}} of the day.</p><p>{SHARED}</p>"
TITLE = "The title of report {id}"


def test_the_forecast_is_what_is_sent(site: Site, origin: Origin) -> None:
    document = rss([1, 2], title=TITLE, html=BODY)
    origin.route("/paper", plain(200, document, content_type="application/rss+xml"))
    config = CONFIG.format(url=origin.url("/paper"), translate="translate_to = []")
    site.configure(config, languages=("de",))
    assert site.run("fetch", "--all").returncode == 0
    assert site.lines("plan") == []
    site.configure(CONFIG.format(url=origin.url("/paper"), translate=""), languages=("de",))
    done = site.run("--json", "plan")
    (row,) = site.lines("translate", "--plan")
    summary = f"Report number 1 of the day. {SHARED}"
    title, body = 2 * len(TITLE.format(id=1)), 2 * len("Report number 1 of the day.") + len(SHARED)
    assert row == {
        "source": "paper", "language": "de", "engine": "pretended", "documents": 2, "segments": 8, "remembered": 1,
        "characters": title + 2 * len(summary) + body, "title": title, "summary": 2 * len(summary), "body": body,
        "money": round(1 + 20 * (title + 2 * len(summary) + body) / 1_000_000, 4),
    }  # fmt: skip
    assert "budget.characters_per_day = 100 holds this up: 266 are needed, which takes at least 3 days." in done.stderr
    site.configure(CONFIG.format(url=origin.url("/paper"), translate="").replace("= 100\n", "= 100000\n"), languages=("de",))
    assert site.run("translate").returncode == 0
    assert site.lines("plan") == []
    (row,) = site.lines("plan", "--again")
    assert (row["segments"], row["remembered"], row["characters"], row["money"]) == (8, 8, 0, 0.0)


def test_what_is_converted_is_not_forecast_twice(site: Site, origin: Origin) -> None:
    document = rss([1, 2], title=TITLE, html=BODY)
    origin.route("/paper", plain(200, document, content_type="application/rss+xml"))
    site.configure(CONFIG.format(url=origin.url("/paper"), translate="translate_to = []"), languages=("zh-CN", "zh-TW"))
    assert site.run("fetch", "--all").returncode == 0
    site.configure(CONFIG.format(url=origin.url("/paper"), translate=""), languages=("zh-CN", "zh-TW"))
    paid, converted = site.lines("plan")
    assert (paid["language"], paid["characters"] > 0, paid["remembered"]) == ("zh-CN", True, 1)
    assert (converted["language"], converted["characters"], converted["money"], converted["engine"]) == ("zh-TW", 0, 0.0, "pretended")
