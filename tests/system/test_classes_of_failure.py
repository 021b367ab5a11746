"""Every class of failure, out of a real exchange: how it is called, what is said, and what to do."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import config, wiring
from aggregator.fetch.client import HttpFetcher
from aggregator.model import FailureKind, Polled, PollState
from aggregator.pipeline import Pipeline
from aggregator.runners import once
from tests.system.conftest import HEAD, Site
from tests.system.hostile_documents import DOCUMENTS
from tests.system.origin import CHALLENGE, HUGE, Origin, Scenario, hang, plain

PAGE = b"""<!DOCTYPE html><html><head><title>The Paper</title><link rel="alternate" type="application/rss+xml" href="/real.rss">
<link rel="alternate" type="application/atom+xml" href="https://feeds.example/real.atom"></head><body>News</body></html>"""
BARE_PAGE = b"<!DOCTYPE html><html><head><title>The Paper</title></head><body>News</body></html>"
WALL = b"<!DOCTYPE html><html><head><title>Verify you are human</title></head><body></body></html>"
SOURCE = '[sources.{name}]\nurl = "{url}"\ntranslate_to = []\n'
ENDLESS = DOCUMENTS["namespaces one in another"]()
CLASSES: dict[str, tuple[Scenario, FailureKind, int, str, str]] = {  # scenario, kind, status, words of the message, of the advice
    "too-slow": (hang, "timeout", 0, "within 5 seconds", "fetch.timeout"),
    "too-large": (HUGE, "too_large", 200, "larger than 5 MiB on the wire", "fetch.max_bytes"),
    "too-costly": (plain(200, ENDLESS), "too_large", 200, "could not be read within 2 seconds", "max_items"),
    "wall": (plain(403, CHALLENGE), "bot_wall", 403, "only lets browsers through", "another address"),
    "captcha": (plain(200, WALL), "bot_wall", 200, "Verify you are human", "Ask the publisher for access"),
    "page": (plain(200, PAGE), "not_a_feed", 200, "is an HTML page, not a feed: “The Paper”", "https://feeds.example/real.atom"),
    "bare-page": (plain(200, BARE_PAGE), "not_a_feed", 200, "is an HTML page", "links to no feed"),
    "no-xml": (plain(200, b"\x89PNG\r\n\x1a\n" + bytes(500)), "not_a_feed", 200, "is something else", "browser"),
    "broken-json": (plain(200, b'{"version": "https://jsonfeed.org/version/1", '), "not_a_feed", 200, "broken JSON", "cut off"),
    "other-json": (plain(200, b'{"articles": []}'), "not_a_feed", 200, "no JSON Feed", 'kind = "json"'),
    "sitemap": (plain(200, b"<urlset><url/></urlset>"), "not_a_feed", 200, "a sitemap", "look for the site's feed"),
    "nothing": (plain(200, b""), "empty", 200, "the answer is empty", "goes on by itself"),
    "gone": (plain(410), "gone", 410, "410 Gone", "new address"),
    "missing": (plain(404), "status", 404, "404 Not Found", "look on the site"),
    "login": (plain(401), "status", 401, "401 Unauthorized", "Authorization"),
    "wait": (plain(429), "status", 429, "429 Too Many Requests", "less often"),
    "fault": (plain(502), "status", 502, "502 Bad Gateway", "fault of its own"),
}


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Origin]:
    """An origin whose certificate nobody has signed but itself."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("openssl is not installed: no certificate can be made")
    made = [tmp_path / "key.pem", tmp_path / "cert.pem"]
    command = [tool, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=feed.test"]
    subprocess.run([*command, "-keyout", str(made[0]), "-out", str(made[1])], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made[1], made[0])
    with Origin(tls=context) as running:
        yield running


def polled(site: Site) -> tuple[dict[str, Polled], dict[str, PollState]]:
    """Poll everything once: what it came to, and what is remembered of it. Every name leads to loopback, but for two."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        if host == "nowhere.test":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        if host == "silent.test":
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return ["127.0.0.1"]

    settings = config.load(site.config, environ={})
    with wiring.open_house(settings, write=wiring.no_writer) as house:
        fetcher = HttpFetcher(concurrency=8, per_host=8, spacing=timedelta(0), resolve=resolve)
        house = replace(house, fetcher=fetcher, pipeline=replace(house.pipeline, fetcher=fetcher))

        async def job(pipeline: Pipeline) -> list[Polled]:
            return (await once.fetch(pipeline, lambda event: None, places=8)).polled

        rows = house.run(job)
        return {row.source: row for row in rows}, dict(house.store.states())


def test_every_class_of_failure_is_named_explained_and_advised_on(site: Site, origin: Origin, secure: Origin) -> None:
    with Origin() as closed:
        nobody = closed.url("/feed", "feed.test")
    elsewhere: dict[str, tuple[str, FailureKind, str, str]] = {
        "no-name": ("http://nowhere.test/feed", "dns", "nowhere.test: there is no such host", "spelling"),
        "no-name-server": ("http://silent.test/feed", "dns", "silent.test: the name servers did not answer", "name server is down"),
        "nobody": (nobody, "connect", "accepts no connection", "down"),
        "self-signed": (secure.url("/feed", "feed.test"), "tls", "no secure connection: self", "mend its certificate"),
        "private": ("http://10.0.0.1/feed", "blocked_address", "10.0.0.1", "allow_networks"),
    }
    origin.routes({f"/{name}": scenario for name, (scenario, *_) in CLASSES.items()})
    expected = {name: rest for name, (_, *rest) in CLASSES.items()} | {
        name: [kind, 0, message, advice] for name, (_, kind, message, advice) in elsewhere.items()
    }
    urls = {name: origin.url(f"/{name}", "feed.test") for name in CLASSES} | {name: url for name, (url, *_) in elsewhere.items()}
    urls["wait"] = origin.url("/wait")  # a host of its own: it is left alone from then on
    head = HEAD.replace('timeout = "5s"', 'timeout = "5s"\nparse_timeout = "2s"')
    site.configure("".join(SOURCE.format(name=name, url=url) for name, url in urls.items()), head=head)
    rows, states = polled(site)
    assert rows.keys() == expected.keys()
    for name, (kind, status, message, advice) in expected.items():
        row, state = rows[name], states[name]
        assert (row.outcome, row.error_kind, row.status) == ("failed", kind, status), (name, row)
        assert str(message) in row.error, (name, row)
        assert str(advice) in row.advice, (name, row)
        assert (state.error_kind, state.error, state.advice, state.failures) == (kind, row.error, row.advice, 1), name
    assert [name for name, state in states.items() if state.gone] == ["gone"]
    assert origin.url("/real.rss", "feed.test") in rows["page"].advice
