"""A key in the address of a source stays between the program and its origin: no output and no published file holds it."""

from __future__ import annotations

import json

from tests.system.conftest import HEAD, Site
from tests.system.origin import Origin, Scenario, hang, in_turn, plain, redirect
from tests.system.papers import rss

CANARY = "CANARY123"
PAGE = f"""<!DOCTYPE html><html><head><title>No feed at /page?token={CANARY}</title>
<link rel="alternate" type="application/rss+xml" href="?token={CANARY}">
<link rel="alternate" type="application/rss+xml" href="#feed"></head><body></body></html>""".encode()
RELATIVE = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>
<item><title>软件新闻</title><link>#one</link><guid isPermaLink="false">1</guid>
<description><![CDATA[<p>软件 <a href="#note">注释</a> 软件 <img src="?picture=1"></p>]]></description>
<enclosure url="#sound" type="audio/mpeg" length="1"/></item></channel></rss>""".encode()
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "t",
        "items": [{"id": "2", "url": "#two", "title": "软件", "content_html": '<p><a href="#note">软件</a></p>'}],
    }
)
SCENARIOS: dict[str, Scenario] = {
    "page": plain(200, PAGE, content_type="text/html"),
    "wall": plain(200, PAGE.replace(b"No feed at", b"Access denied to"), content_type="text/html"),
    "broken": plain(500, PAGE),
    "gone": plain(410, PAGE),
    "limited": plain(429, PAGE, retry_after="60"),
    "noise": plain(200, b"\x00\x01 no feed \xff", content_type="application/octet-stream"),
    "list": plain(200, b'<opml version="2.0"><body/></opml>', content_type="text/xml"),
    "blank": plain(200, b"\xef\xbb\xbf \n"),
    "plainjson": plain(200, b'{"a": 1}', content_type="application/json"),
    "cutjson": plain(200, b'{"version": "https://jsonfeed.org/version/1.1", "items": [', content_type="application/json"),
    "moved": redirect(f"/feed?token={CANARY}", 301),
    "strayed": redirect(f"/page?token={CANARY}"),
    "looping": redirect(f"/looping?token={CANARY}"),
    "login": redirect(f"http://user:{CANARY}@127.0.0.1/"),
    "halfport": redirect(f"http://user:half/{CANARY}@127.0.0.1/"),
    "hanging": hang,
    "feed": in_turn(plain(200, rss(range(2))), plain(200, rss(range(3)))),
    "relative": plain(200, RELATIVE, content_type="application/rss+xml"),
    "jsonfeed": plain(200, JSON_FEED.encode(), content_type="application/feed+json"),
}
JSON_SCENARIOS: dict[str, Scenario] = {
    "json_page": SCENARIOS["page"],
    "json_noise": SCENARIOS["noise"],
    "json_cut": SCENARIOS["cutjson"],
    "json_feed": plain(200, rss(range(1)), content_type="application/rss+xml"),
    "json_odd": plain(200, b'{"news": {"list": []}}', content_type="application/json"),
    "json_good": plain(200, json.dumps({"data": [{"id": 1, "title": "软件", "link": "#1", "description": "软件"}]}).encode()),
}
HOSTS = {"limited": ("localhost",)}  # who says no is asked for nothing else
HEALTHY = {"moved", "feed", "relative", "jsonfeed", "json_good"}
SOURCE = '\n[sources.{name}]\nurl = "{url}?token={canary}"\nlanguage = "zh-CN"\nkind = "{kind}"\n'
COMMANDS = (
    ["-v", "fetch", "--all"],
    ["--json", "-v", "fetch", "--all"],
    ["-v", "fetch", "--all", "--dry-run"],
    ["sources"],
    ["--json", "sources"],
    ["--json", "status"],
    ["--json", "items"],
    ["config", "show"],
)


def test_a_key_in_an_address_reaches_no_output_and_no_published_file(site: Site, origin: Origin) -> None:
    scenarios = SCENARIOS | JSON_SCENARIOS
    origin.routes({f"/{name}": scenario for name, scenario in scenarios.items()})
    sources = (
        SOURCE.format(
            name=name, url=origin.url(f"/{name}", *HOSTS.get(name, ())), canary=CANARY, kind="json" if name in JSON_SCENARIOS else "feed"
        )
        for name in scenarios
    )
    site.configure("".join(sources), head=HEAD.replace("[fetch]", "[fetch]\nper_host = 30\nconcurrency = 30"))
    for command in COMMANDS:
        done = site.run(*command)
        assert done.returncode in (0, 3), (command, done.stderr)
        assert "Traceback" not in done.stderr
        leaks = [line for line in (done.stdout + done.stderr).splitlines() if CANARY in line]
        assert leaks == [], command
    health = {str(row["source"]): row["health"] for row in site.lines("sources")}
    assert {name for name, found in health.items() if found == "ok"} == HEALTHY
    assert all(CANARY in asked.path for asked in origin.log)
    nothing_published_holds_it(site)


def nothing_published_holds_it(site: Site) -> None:
    files = site.files()
    assert [path for path, data in files.items() if CANARY in path or CANARY.encode() in data] == []
    for name in HEALTHY - {"moved"}:  # its items are those of "feed"
        assert any(f"/{name}." in path for path in files), name
    relative = next(data for path, data in files.items() if "zh-CN/news/relative/" in path).decode()
    assert "/relative#one" in relative
    assert "/relative?picture=1" in relative


def test_an_address_on_the_command_line_is_treated_alike(site: Site, origin: Origin) -> None:
    urls = [origin.route(f"/{name}", SCENARIOS[name]) + f"?token={CANARY}" for name in ("page", "broken", "relative")]
    done = site.run("-v", "fetch", "--allow-network", "127.0.0.0/8", *urls, "--to", "zh-TW")
    assert done.returncode == 3, done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert "/relative#one" in done.stdout
