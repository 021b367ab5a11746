"""The real daemon over HTTP: who is let in, acts, and feeds that end."""

from __future__ import annotations

import http.client
import signal
from urllib.parse import urlencode, urlsplit

import pytest

from tests.system.conftest import HEAD, Answer, Running, Site, ask
from tests.system.origin import Origin, plain

TOKEN = "correct-horse-battery-staple"
WEB = '[web]\ntoken = { env = "WEB_TOKEN" }\n'
PRIVATE = f"{WEB}private = true\nfeed_tokens = true\n"


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_TOKEN", TOKEN)


def source(origin: Origin, name: str = "news") -> str:
    return f'[sources.{name}]\nurl = "{origin.url("/feed")}"\nlanguage = "en"\ntranslate_to = []\n'


def act(port: int, name: str, /, **fields: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", f"/acts/{name}", urlencode(fields), headers)
        response = connection.getresponse()
        return Answer(response.status, {}, response.read())
    finally:
        connection.close()


def test_a_daemon_with_a_token_listens_anywhere_and_polls_when_it_is_asked_to(site: Site, origin: Origin) -> None:
    origin.route("/feed", plain())
    origin.route("/other", plain())
    site.configure(source(origin) + WEB)
    with Running(site.start("-v", "run", "--host", "0.0.0.0", "--port", "0")) as daemon:
        port = int(daemon.hear(r"Serving on http://0\.0\.0\.0:(\d+)/")[1])
        daemon.hear("published feed en news")
        assert ask(port, "/acts/refresh", method="POST").status == 401
        assert ask(port, "/", host="evil.example").status == 421
        before = len(origin.log)
        assert act(port, "refresh", source="news").status == 200
        daemon.hear("polled news")
        assert len(origin.log) > before
        assert act(port, "pause", source="news").status == 200
        assert act(port, "add", url=origin.url("/other"), name="other", confirm="yes").status == 200
        daemon.hear("published feed en other")
        site.configure(source(origin))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.hear("the configuration stays as it was: to take the token")
        assert ask(port, "/acts/refresh", method="POST").status == 401
        assert daemon.end() == 0
    row, other = site.lines("sources")
    assert (row["health"], row["due"], other["source"]) == ("paused", "", "other")
    assert site.lines("resume", "news")[0]["paused"] is False
    assert TOKEN not in "\n".join(daemon.said)


def test_every_feed_has_an_address_that_a_command_prints_and_a_removed_source_s_is_gone(site: Site, origin: Origin) -> None:
    origin.route("/feed", plain())
    site.configure(source(origin) + PRIVATE)
    assert site.run("fetch", "--all").returncode == 0
    addresses = {str(row["feed"]): urlsplit(str(row["rss"])) for row in site.lines("feeds")}
    assert set(addresses) == {"all", "news"}
    with Running(site.start("serve", "--port", "0")) as program:
        port = program.port()
        for address in addresses.values():
            assert ask(port, f"{address.path}?{address.query}").status == 200
            assert ask(port, address.path).status == 403
        assert ask(port, "/").status == 401
        listed = ask(port, "/opml.xml", authorization=f"Bearer {TOKEN}").body.decode()
        assert addresses["news"].query in listed
        assert program.end() == 0
    site.configure(source(origin, "other") + WEB, head=HEAD)
    with Running(site.start("serve", "--port", "0")) as program:
        port = program.port()
        assert (ask(port, "/feeds/en/news.rss").status, ask(port, "/feeds/en/all.rss").status) == (410, 200)
        assert "news.rss" not in ask(port, "/").body.decode()
        assert program.end() == 0
    assert [row["feed"] for row in site.lines("feeds")] == ["all"]


def test_a_paused_source_is_polled_by_name_only(site: Site, origin: Origin) -> None:
    site.configure(source(origin) + WEB)
    origin.route("/feed", plain())
    done = site.run("pause", "nws")
    assert (done.returncode, "Did you mean news?" in done.stderr) == (2, True)
    assert site.lines("pause", "news")[0]["paused"] is True
    done = site.run("fetch", "--all")
    assert (done.returncode, origin.log, "another process" in done.stderr) == (0, [], False)
    assert site.run("fetch", "news").returncode == 0
    assert len(origin.log) == 1
