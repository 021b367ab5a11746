"""The services of deep-translator besides Google: what each takes, and what it says when it refuses."""

from __future__ import annotations

import asyncio
import logging
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from aggregator.errors import (
    AuthFailed,
    BadOutput,
    QuotaExhausted,
    RateLimited,
    Retryable,
    TooLong,
    TranslationError,
    Unsupported,
)
from aggregator.translators.deep import DeepTranslator
from tests.loopback.server import Answer, Asked, Loopback, as_json, translated
from tests.loopback.services import service

SECRET = "Confidential merger talks"
WARNING = (
    "MYMEMORY WARNING: YOU USED ALL AVAILABLE FREE TRANSLATIONS FOR TODAY. NEXT AVAILABLE IN  11 HOURS 29 MINUTES 04 SECONDS VISIT"
    " HTTPS://MYMEMORY.TRANSLATED.NET/DOC/USAGELIMITS.PHP TO TRANSLATE MORE"
)


@dataclass
class Service(Loopback):
    """Answers with translations in the form of the service."""

    queries: list[dict[str, str]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        query = urllib.parse.urlsplit(asked.path).query if asked.method == "GET" else asked.raw.decode()
        self.queries.append(dict(urllib.parse.parse_qsl(query)))
        return as_json(200, self.found(asked))

    def found(self, asked: Asked) -> Any:
        raise NotImplementedError


class MyMemory(Service):
    def found(self, asked: Asked) -> Any:
        return {"responseData": {"translatedText": translated(self.queries[-1]["q"])}, "responseStatus": 200, "quotaFinished": False}


class OldLibre(Service):
    def found(self, asked: Asked) -> Any:
        return {"translatedText": translated(self.queries[-1]["q"])}


class Microsoft(Service):
    def found(self, asked: Asked) -> Any:
        return [{"translations": [{"text": translated(asked.body[0]["Text" if "Text" in asked.body[0] else "text"])}]}]


class Baidu(Service):
    def found(self, asked: Asked) -> Any:
        return {"trans_result": [{"dst": translated(line)} for line in self.queries[-1]["q"].split("\n")]}


OPTIONS: dict[str, tuple[type[Service], str, dict[str, str]]] = {
    "mymemory": (MyMemory, "/get", {}),
    "libre": (OldLibre, "", {"api_key": "canary-1"}),
    "microsoft": (Microsoft, "/translate?api-version=3.0", {"api_key": "canary-2"}),
    "baidu": (Baidu, "/api", {"api_key": "canary-3", "app_id": "app"}),
}


def ask(server: Service, provider: str, *texts: str, source: str = "en", target: str = "de") -> Sequence[str]:
    _, path, options = OPTIONS[provider]

    async def run() -> Sequence[str]:
        engine = DeepTranslator("deep", provider=provider, url=server.url + path, **options)  # type: ignore[arg-type]
        try:
            return await engine.translate(texts, source=source, target=target)
        finally:
            await engine.aclose()

    return asyncio.run(run())


@pytest.mark.parametrize(("provider", "requests"), [("mymemory", 3), ("libre", 1), ("microsoft", 1), ("baidu", 1)])
def test_each_service_translates_and_no_key_stands_in_an_address(provider: str, requests: int) -> None:
    with service(OPTIONS[provider][0]) as server:
        texts = ["One {0}two{1}.", "2024", "", "Three.", "Four."]
        assert ask(server, provider, *texts) == tuple(translated(text) for text in texts)
        assert len(server.asked) == requests
        assert not any("canary" in asked.path for asked in server.asked)
        if provider != "mymemory":  # which has no other way to take a text
            assert not any("Three" in asked.path for asked in server.asked)


@pytest.mark.parametrize(
    ("provider", "source", "target", "codes"),
    [
        ("mymemory", "en", "zh-HK", {"langpair": "en-US|zh-HK"}), ("mymemory", "zh", "de", {"langpair": "zh-CN|de-DE"}),
        ("libre", "cn", "en-GB", {"source": "zh", "target": "en"}), ("libre", "und", "de", {"source": "auto", "target": "de"}),
        ("baidu", "zh-TW", "jp", {"from": "cht", "to": "jp"}), ("baidu", "", "ko", {"from": "auto", "to": "kor"}),
    ],
)  # fmt: skip
def test_languages_are_the_services(provider: str, source: str, target: str, codes: dict[str, str]) -> None:
    with service(OPTIONS[provider][0]) as server:
        ask(server, provider, "Text", source=source, target=target)
        assert codes.items() <= server.queries[0].items()


@pytest.mark.parametrize(("provider", "source"), [("mymemory", "und"), ("microsoft", "und"), ("libre", "tlh"), ("baidu", "eo")])
def test_pairs_that_a_service_does_not_have(provider: str, source: str) -> None:
    with service(OPTIONS[provider][0]) as server, pytest.raises(Unsupported):
        ask(server, provider, "Text", source=source)
    assert server.asked == []


@pytest.mark.parametrize(
    ("provider", "answer", "error"),
    [
        ("mymemory", as_json(200, {"responseData": {"translatedText": WARNING}, "responseStatus": 200}), QuotaExhausted),
        ("mymemory", as_json(200, {"responseData": {"translatedText": ""}, "quotaFinished": True}), QuotaExhausted),
        ("mymemory", as_json(200, {"responseData": {"translatedText": "QUERY LENGTH LIMIT EXCEEDED"}, "responseStatus": "403"}), TooLong),
        ("mymemory", as_json(200, {"responseData": {"translatedText": "INVALID LANGUAGE PAIR"}, "responseStatus": "403"}), BadOutput),
        ("mymemory", as_json(200, {"responseData": None}), BadOutput),
        ("mymemory", as_json(200, []), BadOutput),
        ("mymemory", as_json(429, {}), RateLimited),
        ("libre", as_json(403, {"error": "Invalid API key canary-1"}), AuthFailed),
        ("libre", as_json(200, {"error": SECRET}), BadOutput),
        ("libre", as_json(500, {"error": SECRET}), Retryable),
        ("libre", (200, {}, b"<html>new</html>"), BadOutput),
        ("microsoft", as_json(401, {"error": {"message": "canary-2"}}), AuthFailed),
        ("microsoft", as_json(200, {"error": {"message": SECRET}}), BadOutput),
        ("microsoft", as_json(200, []), BadOutput),
        ("baidu", as_json(200, {"error_code": "54003", "error_msg": SECRET}), RateLimited),
        ("baidu", as_json(200, {"error_code": "54004", "error_msg": SECRET}), QuotaExhausted),
        ("baidu", as_json(200, {"error_code": "52003", "error_msg": "canary-3"}), AuthFailed),
        ("baidu", as_json(200, {"error_code": "58001", "error_msg": SECRET}), Unsupported),
        ("baidu", as_json(200, {"error_code": "52002", "error_msg": SECRET}), Retryable),
    ],
)
def test_every_refusal_is_an_error_of_ours_without_text_or_key(
    provider: str, answer: Answer, error: type[TranslationError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with service(OPTIONS[provider][0], says=answer) as server, pytest.raises(TranslationError) as caught:
        ask(server, provider, SECRET)
    assert type(caught.value) is error
    assert server.asked
    assert not any(word in f"{caught.value} {caught.value.__cause__!r} {caplog.text}" for word in ("Confidential", "canary"))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_wait_that_mymemory_names_is_kept() -> None:
    says = as_json(200, {"responseData": {"translatedText": WARNING}, "responseStatus": 200})
    with service(MyMemory, says=says) as server, pytest.raises(QuotaExhausted) as caught:
        ask(server, "mymemory", "Text")
    assert caught.value.after == timedelta(hours=11, minutes=30)


def test_mymemory_gets_no_more_than_five_hundred_bytes_at_once() -> None:
    text = "A sentence of some length. " * 60
    with service(MyMemory) as server:
        assert ask(server, "mymemory", text)[0].split() == translated(text).split()
        assert all(len(query["q"].encode()) < 500 for query in server.queries)


@pytest.mark.parametrize(("provider", "message"), [("libre", "libre needs url"), ("baidu", "baidu needs api_key and app_id")])
def test_what_a_service_needs_is_asked_for(provider: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DeepTranslator(provider=provider)  # type: ignore[arg-type]
