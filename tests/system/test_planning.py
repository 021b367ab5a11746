"""What waits is forecast from the real backlog, to the character, and nothing is sent for it."""

from __future__ import annotations

import json

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
    title, body = 2 * len(TITLE.format(id=1)), 2 * len("Report number 1 of the day.") + len(SHARED)
    assert row == {
        "source": "paper", "language": "de", "engine": "pretended", "documents": 2, "segments": 6, "remembered": 1,
        "characters": title + body, "title": title, "summary": 0, "body": body, "requests": 2,
        "money": round(1 + 20 * (title + body) / 1_000_000, 4),
    }  # fmt: skip
    assert "budget.characters_per_day = 100 holds this up: 134 are needed, which takes at least 2 days." in done.stderr
    assert "134 characters to send in at least 2 requests, 1.00 USD." in done.stderr
    site.configure(CONFIG.format(url=origin.url("/paper"), translate="").replace("= 100\n", "= 100000\n"), languages=("de",))
    assert site.run("translate").returncode == 0
    assert site.lines("plan") == []
    (row,) = site.lines("plan", "--again")
    assert (row["segments"], row["remembered"], row["characters"], row["money"]) == (6, 6, 0, 0.0)
    (booked,) = site.lines("status", "--costs")
    assert (booked["characters"], booked["requests"]) == (134, 2)


BATCHES = """
[sources.paper]
url = "{url}"
language = "en"

[sources.pages]
url = "{pages}"
language = "en"
full_text = "article"

[translators.small]
engine = "libretranslate"
base_url = "http://127.0.0.1:9"
max_texts = 2

[[routes]]
engines = ["small"]

[budget.per_engine.small]
price_per_request = 1
"""


def test_requests_are_those_of_the_first_engine_and_what_is_not_known_yet_is_said(site: Site, origin: Origin) -> None:
    origin.route("/paper", plain(200, rss([1, 2], title=TITLE, html=BODY), content_type="application/rss+xml"))
    no_tls = rss([3, 4], host=origin.url("").removeprefix("http://"))
    origin.route("/pages", plain(200, no_tls, content_type="application/rss+xml"))
    site.configure(BATCHES.format(url=origin.url("/paper"), pages=origin.url("/pages")), languages=("de",))
    assert site.run("fetch", "--all").returncode == 3  # neither the pages nor the engine can be reached
    done = site.run("--json", "plan")
    (row,) = map(json.loads, done.stdout.splitlines())
    # title and two paragraphs, then title and the one that is not shared
    assert (row["source"], row["documents"], row["requests"], row["money"]) == ("paper", 2, 3, 3.0)
    assert "2 articles are left out: their own pages are still to be read." in done.stderr
    alone = site.run("plan", "pages")
    assert (alone.stdout, "2 articles are left out" in alone.stderr) == ("", True)


def test_what_is_converted_is_not_forecast_twice(site: Site, origin: Origin) -> None:
    document = rss([1, 2], title=TITLE, html=BODY)
    origin.route("/paper", plain(200, document, content_type="application/rss+xml"))
    site.configure(CONFIG.format(url=origin.url("/paper"), translate="translate_to = []"), languages=("zh-CN", "zh-TW"))
    assert site.run("fetch", "--all").returncode == 0
    site.configure(CONFIG.format(url=origin.url("/paper"), translate=""), languages=("zh-CN", "zh-TW"))
    paid, converted = site.lines("plan")
    assert (paid["language"], paid["characters"] > 0, paid["remembered"]) == ("zh-CN", True, 1)
    assert (converted["language"], converted["characters"], converted["money"], converted["engine"]) == ("zh-TW", 0, 0.0, "pretended")
