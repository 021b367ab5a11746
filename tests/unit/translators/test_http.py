"""What the HTTP translators share: every fault of a server is an error of ours, in time, and nothing of text or key gets out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from aggregator.errors import AuthFailed, BadOutput, Blocked, RateLimited, Retryable, TranslationError
from aggregator.ports import Translator
from aggregator.translators.deepl import DeepLTranslator
from aggregator.translators.http import JsonClient, checked, checked_key
from aggregator.translators.libretranslate import LibreTranslateTranslator
from aggregator.translators.openai import OpenAITranslator
from aggregator.translators.refusals import refused, retry_after
from tests.loopback.server import Loopback
from tests.loopback.services import Chat, DeepL, Libre, service

SECRET, KEY = "Confidential merger talks", "canary-key"
SERVICES: dict[str, type[Loopback]] = {"libre": Libre, "deepl": DeepL, "openai": Chat}


def engine(name: str, url: str, *, timeout: float = 10, proxy: str = "") -> Translator:
    common = {"base_url": url, "api_key": KEY, "timeout": timeout, "proxy": proxy}
    if name == "libre":
        return LibreTranslateTranslator(name, **common)  # type: ignore[arg-type]
    return DeepLTranslator(name, **common) if name == "deepl" else OpenAITranslator(name, model="m", **common)  # type: ignore[arg-type]


def ask(made: Translator, *texts: str) -> Sequence[str]:
    async def run() -> Sequence[str]:
        try:
            return await made.translate(texts or (SECRET,), source="en", target="de")
        finally:
            await made.aclose()

    return asyncio.run(run())


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("429", RateLimited), ("500", Retryable), ("503", Retryable), ("401", AuthFailed), ("403", AuthFailed), ("404", Blocked),
        ("redirect", Blocked), ("consent page", BadOutput), ("no json", BadOutput), ("nothing", BadOutput), ("large", BadOutput),
        ("compressed", BadOutput), ("truncated", Retryable),
    ],
)  # fmt: skip
def test_every_fault_is_an_error_of_ours_without_text_or_key(
    name: str, fault: str, error: type[TranslationError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with service(SERVICES[name], fault=fault) as server, pytest.raises(TranslationError) as caught:
        ask(engine(name, server.url))
    assert type(caught.value) is error
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert str(caught.value).startswith(f"{name}: ")
    assert not any(word in f"{caught.value} {caplog.text}" for word in ("Confidential", KEY))
    assert not isinstance(caught.value, RateLimited) or caught.value.after == timedelta(minutes=2)


@pytest.mark.parametrize("name", SERVICES)
def test_a_server_that_hangs_costs_the_timeout_and_no_more(name: str) -> None:
    start = time.monotonic()
    with service(SERVICES[name], fault="hang") as server, pytest.raises(Retryable, match=r"no answer in 0\.3 s"):
        ask(engine(name, server.url, timeout=0.3))
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("name", SERVICES)
def test_a_server_that_is_not_there(name: str) -> None:
    with service(SERVICES[name]) as server:
        url = server.url
    with pytest.raises(Retryable, match="no answer from the server") as caught:
        ask(engine(name, url))
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("name", SERVICES)
def test_keys_travel_in_headers_or_bodies_and_redirects_are_not_followed(name: str) -> None:
    with service(SERVICES[name]) as other, service(SERVICES[name]) as server:
        server.says = (307, {"Location": f"{other.url}/"}, b"")
        with pytest.raises(Blocked, match="write the address that it leads to"):
            ask(engine(name, server.url))
        (asked,) = server.asked
        assert KEY not in asked.path
        assert KEY in f"{asked.headers} {asked.body}"
        assert other.asked == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_proxy_is_used_where_there_is_one(name: str) -> None:
    with service(SERVICES[name], says=(200, {}, b"{}")) as proxy, pytest.raises(BadOutput):
        ask(engine(name, "http://nowhere.invalid", proxy=proxy.url))
    assert proxy.asked[0].path.startswith("http://nowhere.invalid/")


@pytest.mark.parametrize("name", SERVICES)
def test_the_environment_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with service(SERVICES[name]) as proxy, service(SERVICES[name]) as server:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy.url)
        assert ask(engine(name, server.url), "Text.")[0]
        assert proxy.asked == []


@pytest.mark.parametrize(
    "url", ["", "a.example", "ftp://a.example", "http://", "http://a.example:99999", "http://a b", "http://a.example/?q=1", "http://a/\n", "http://[x"]
)  # fmt: skip
def test_addresses_that_can_not_be_used(url: str) -> None:
    with pytest.raises(ValueError, match="base_url is no"):
        checked(url, "base_url")


@pytest.mark.parametrize("key", ["xyz\n", " xyz", "xyzü", "xyz\x00"])
def test_keys_that_no_header_carries(key: str) -> None:
    with pytest.raises(ValueError, match="api_key holds characters") as caught:
        checked_key(key)
    assert "xyz" not in str(caught.value)


def test_waits_are_seconds_or_dates_and_a_day_at_most() -> None:
    assert retry_after("120") == timedelta(minutes=2)
    assert retry_after("99999999999999999999") == timedelta(days=1)
    assert retry_after("Mon, 01 Jan 2001 00:00:00 GMT") == timedelta(0)
    assert retry_after("Mon, 01 Jan 2300 00:00:00 GMT") == timedelta(days=1)
    assert [retry_after(value) for value in ("", "soon", "-1", "²")] == [None] * 4


@pytest.mark.parametrize("status", [*range(200, 206), 300, 301, 400, 402, 408, 409, 413, 418, 422, 451, 456, 529, 599, 999])
def test_every_status_is_a_success_or_an_error(status: int) -> None:
    assert (refused("e", status, {}) is None) == (200 <= status < 300)


def test_a_timeout_has_to_be_some_time() -> None:
    with pytest.raises(ValueError, match="timeout"):
        JsonClient("e", "http://a.example", timeout=0)
