"""The guard on real connections: what is connected to is what was checked, and TLS is judged by the name."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.fetch.client import HttpFetcher
from aggregator.fetch.guard import Resolver
from aggregator.model import Failed, Fetched, Outcome, Request
from tests.system.origin import Origin, plain, redirect

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as running:
        running.route("/feed", plain())
        yield running


class Names:
    """A name server: for each name the answers it gives one after the other; the last one stays."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        found = self.answers[host]
        return found.pop(0) if len(found) > 1 else found[0]


def fetch(url: str, resolve: Resolver, *, allow: tuple[str, ...] = (), tls: ssl.SSLContext | None = None) -> Outcome:
    async def run() -> Outcome:
        fetcher = HttpFetcher(spacing=timedelta(0), resolve=resolve, tls=tls)
        try:
            return await fetcher.fetch(Request(url=url, timeout=timedelta(seconds=5), allow_networks=allow))
        finally:
            await fetcher.aclose()

    return asyncio.run(run())


def kind_of(outcome: Outcome) -> str:
    return outcome.kind if isinstance(outcome, Failed) else "fetched"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "017700000001", "[::ffff:127.0.0.1]", "１２７.0.0.1", "127。0。0。1", "127.0.0.1."],
)
def test_loopback_is_refused_in_every_spelling_unless_it_is_opened(origin: Origin, host: str) -> None:
    assert kind_of(fetch(origin.url("/feed", host=host), Names())) == "blocked_address"
    assert origin.log == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "017700000001", "１２７.0.0.1", "127.0.0.1."])
def test_an_opened_network_is_reached_in_every_spelling(origin: Origin, host: str) -> None:
    assert kind_of(fetch(origin.url("/feed", host=host), Names(), allow=LOOPBACK)) == "fetched"
    assert origin.log[0].header("host") == f"127.0.0.1:{origin.port}"


def test_a_name_that_turns_to_loopback_after_the_check_is_asked_only_once(origin: Origin) -> None:
    names = Names(feed_test=[["127.0.0.2"], ["127.0.0.1"]])  # the first one is checked: opened, but nobody listens there
    outcome = fetch(origin.url("/feed", host="feed.test"), names, allow=("127.0.0.2/32",))
    assert kind_of(outcome) == "connect"
    assert names.asked == ["feed.test"]
    assert origin.log == []


def test_a_name_is_checked_again_at_every_hop(origin: Origin) -> None:
    names = Names(feed_test=[["127.0.0.1"], ["10.0.0.1"]])
    origin.route("/start", redirect("/feed"))
    outcome = fetch(origin.url("/start", host="feed.test"), names, allow=LOOPBACK)
    assert kind_of(outcome) == "blocked_address"
    assert [asked.path for asked in origin.log] == ["/start"]


def test_a_mixed_answer_is_refused_as_a_whole(origin: Origin) -> None:
    names = Names(feed_test=[["8.8.8.8", "127.0.0.1"]])
    assert kind_of(fetch(origin.url("/feed", host="feed.test"), names)) == "blocked_address"
    assert origin.log == []


def test_the_next_address_is_tried_when_one_does_not_answer(origin: Origin) -> None:
    names = Names(feed_test=[["127.0.0.2", "127.0.0.1"]])
    assert kind_of(fetch(origin.url("/feed", host="feed.test"), names, allow=LOOPBACK)) == "fetched"
    assert origin.log[0].header("host") == f"feed.test:{origin.port}"


@pytest.mark.parametrize("host", ["127.2", "[::ffff:127.0.0.2]", "inside.test", "localhost", "2130706434"])
def test_a_redirect_leads_nowhere_else(origin: Origin, host: str) -> None:
    origin.route("/start", redirect(origin.url("/feed", host=host)))
    names = Names(inside_test=[["127.0.0.2"]], localhost=[["::1", "127.0.0.1"]])
    assert kind_of(fetch(origin.url("/start"), names, allow=("127.0.0.1/32",))) == "blocked_address"
    assert [asked.path for asked in origin.log] == ["/start"]


# -- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for feed.test and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate to test with")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=feed.test", "-addext", "subjectAltName=DNS:feed.test", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[tuple[Origin, list[str]]]:
    """An https origin, and the server names that clients asked it for."""
    context, seen = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda connection, name, _: seen.append(name)
    with Origin(tls=context) as running:
        running.route("/feed", plain())
        yield running, seen


def test_tls_is_with_the_name_at_the_checked_address(secure: tuple[Origin, list[str]], certificate: tuple[Path, Path]) -> None:
    origin, seen = secure
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    outcome = fetch(origin.url("/feed", host="feed.test"), Names(feed_test=[["127.0.0.1"]]), allow=LOOPBACK, tls=trusting)
    assert isinstance(outcome, Fetched)
    assert seen == ["feed.test"]


def test_a_certificate_for_another_name_is_refused(secure: tuple[Origin, list[str]], certificate: tuple[Path, Path]) -> None:
    origin, _ = secure
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    outcome = fetch(origin.url("/feed", host="other.test"), Names(other_test=[["127.0.0.1"]]), allow=LOOPBACK, tls=trusting)
    assert isinstance(outcome, Failed)
    assert outcome.kind == "tls"
    assert "other.test" in outcome.message
    assert origin.log == []


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[Origin, list[str]]) -> None:
    origin, _ = secure
    outcome = fetch(origin.url("/feed", host="feed.test"), Names(feed_test=[["127.0.0.1"]]), allow=LOOPBACK)
    assert kind_of(outcome) == "tls"


def test_https_to_a_server_without_it_is_a_failure_of_tls(origin: Origin) -> None:
    url = origin.url("/feed").replace("http:", "https:")
    assert kind_of(fetch(url, Names(), allow=LOOPBACK)) in ("tls", "connect")  # as the end of the connection is taken
