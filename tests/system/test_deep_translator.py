"""deep-translator's Google against a page on loopback: packing, limits, and what happens when the page is anything but a translation."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
import requests

from aggregator.errors import BadOutput, Blocked, RateLimited, Retryable, TooLong, TranslationError, Unsupported
from aggregator.translators.deep import DeepTranslator
from tests.unit.translators.google_page import PAGE, GooglePage, google_page, took, upper

SECRET = "Confidential merger talks"


def ask(page: GooglePage, *texts: str, source: str = "en", target: str = "de", **settings: object) -> Sequence[str]:
    async def run() -> Sequence[str]:
        engine = DeepTranslator("google", url=page.url, **settings)  # type: ignore[arg-type]
        try:
            return await engine.translate(texts, source=source, target=target)
        finally:
            await engine.aclose()

    return asyncio.run(run())


def test_many_segments_are_one_request() -> None:
    with google_page() as page:
        assert ask(page, "One {0}two{1}.", "2024", "", "Three.") == ("ENO {0}OWT{1}.", "2024", "", "EERHT.")
        assert [query["q"] for query in page.queries] == ["One {0}two{1}.\nThree."]
        assert (page.queries[0]["sl"], page.queries[0]["tl"]) == ("en", "de")


@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [
        ("zh-Hant", "he", ("zh-TW", "iw")), ("zh-HK", "en-GB", ("zh-TW", "en")), ("cn", "pt-BR", ("zh-CN", "pt")),
        ("nb", "fil", ("no", "tl")),
        ("und", "en", ("auto", "en")), ("", "en", ("auto", "en")),
    ],
)  # fmt: skip
def test_languages_are_googles(source: str, target: str, codes: tuple[str, str]) -> None:
    with google_page() as page:
        ask(page, "Text", source=source, target=target)
        assert (page.queries[0]["sl"], page.queries[0]["tl"]) == codes


@pytest.mark.parametrize(("source", "target"), [("en", "x-nowhere"), ("en", "tlh"), ("zh-HK", "zh-TW"), ("en-US", "en-GB")])
def test_pairs_that_google_does_not_have(source: str, target: str) -> None:
    with google_page() as page:
        assert not DeepTranslator("google", url=page.url).supports(source, target)
        with pytest.raises(Unsupported):
            ask(page, "Text", source=source, target=target)
        assert page.queries == []


def merged(text: str) -> str:
    """Puts the last two lines together, as engines do with short ones."""
    lines = upper(text).split("\n")
    return "\n".join([*lines[:-2], " ".join(lines[-2:])])


def shifted(text: str) -> str:
    """A placeholder slips into the neighbouring line."""
    lines = upper(text).split("\n")
    return "\n".join([lines[0].replace("{0}", ""), *lines[1:-1], lines[-1] + " {0}"]) if len(lines) > 1 else upper(text)


@pytest.mark.parametrize("fault", [merged, shifted])
def test_lines_that_do_not_fit_are_asked_for_again_in_halves(fault: object) -> None:
    with google_page(answer=fault) as page:
        assert ask(page, "One {0}.", "Two.", "Three.", "Four.") == ("ENO {0}.", "OWT.", "EERHT.", "RUOF.")
        assert len(page.queries) > 1


def test_line_breaks_as_elements_are_line_breaks() -> None:
    def page_of(text: str) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, PAGE.format("<br>".join(upper(text).split("\n"))).encode()

    with google_page(answer=page_of) as page:
        assert ask(page, "One.", "Two.") == ("ENO.", "OWT.")
        assert len(page.queries) == 1


def test_requests_stay_below_what_google_takes() -> None:
    texts = [f"这是第{'一二三四五六七八九'[number]}段新闻，" + "股市上涨" * 100 + "。" for number in range(9)]
    with google_page(answer=lambda text: text.replace("股市", "STOCKS")) as page:
        answers = ask(page, *texts, source="zh-CN", target="en")
        assert answers == tuple(text.replace("股市", "STOCKS") for text in texts)
        assert 2 <= len(page.queries) <= 4


def test_a_long_segment_is_cut_between_sentences() -> None:
    chinese = "股市今天上涨了很多。" * 400
    english = "The market rises (again). " * 400
    with google_page(answer=lambda text: text.replace("股市", "文本")) as page:
        assert ask(page, chinese, source="zh-CN", target="ja") == (chinese.replace("股市", "文本"),)
        assert len(page.queries) == 3
    with google_page() as page:
        assert ask(page, english)[0].split() == upper(english).split()


def test_a_sentence_over_the_limit_is_too_long() -> None:
    with google_page() as page, pytest.raises(TooLong):
        ask(page, "endless" * 1000)


def test_entities_that_the_page_holds_twice_are_read() -> None:
    with google_page(answer=lambda text: "Mine &#39;n&#39; yours &amp; ours") as page:
        assert ask(page, "Mein und dein") == ("Mine 'n' yours & ours",)
        assert ask(page, "Mein &amp; dein") == ("Mine &#39;n&#39; yours &amp; ours",)


def test_an_echo_comes_back_as_what_it_is() -> None:
    with google_page(answer=lambda text: text) as page:
        assert ask(page, "Some text") == ("Some text",)


def test_no_answer_is_an_empty_string() -> None:
    with google_page(answer=lambda text: "") as page:
        assert ask(page, "Some text") == ("",)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((429, {"Retry-After": "120"}, b""), RateLimited),
        ((503, {"Retry-After": "120"}, b""), RateLimited),
        ((429, {}, b""), RateLimited),
        ((500, {}, b"oops"), Retryable),
        ((302, {"Location": "https://consent.google.com/m?continue="}, b""), Blocked),
        ((403, {}, b""), Blocked),
        ((200, {}, b"<form action='https://consent.google.com/save'>Before you continue</form>"), Blocked),
        ((200, {}, b"<p>Our systems have detected unusual traffic</p>"), Blocked),
        ((200, {}, b"<html>a new design</html>"), BadOutput),
        ((200, {}, b""), BadOutput),
        ((400, {}, b""), BadOutput),
        ((413, {}, b""), TooLong),
    ],
)
def test_every_fault_is_an_error_of_ours_without_any_text(
    answer: tuple[int, dict[str, str], bytes], error: type[TranslationError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with google_page(answer=lambda text: answer) as page, pytest.raises(error) as caught:
        ask(page, SECRET)
    assert type(caught.value) is error
    assert caught.value.__cause__ is None or SECRET not in repr(caught.value.__cause__)
    assert caught.value.__suppress_context__ or SECRET not in repr(caught.value.__context__)
    assert "google" in str(caught.value)
    assert not any(word in str(caught.value) + caplog.text for word in (SECRET, "Confidential"))
    if "Retry-After" in answer[1]:
        assert caught.value.after == timedelta(minutes=2)


def test_a_server_that_is_not_there() -> None:
    with google_page() as page:
        url = page.url
    with pytest.raises(Retryable) as caught:
        ask(GooglePage(url=url), SECRET)
    assert "Confidential" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_answer_without_end_is_cut_off() -> None:
    with google_page(answer=lambda text: (200, {}, b"x" * 300_000)) as page, pytest.raises(BadOutput, match="larger than 100000 bytes"):
        ask(page, "Text", max_bytes=100_000)


@pytest.mark.parametrize("lost", [1, 40, 10_000])
def test_an_answer_that_breaks_off_is_none(lost: int) -> None:
    with google_page(lost=lost) as page, pytest.raises(Retryable):
        ask(page, "A sentence that is long enough to be cut in the middle. " * 3)


def test_a_dripping_server_costs_no_more_than_the_deadline() -> None:
    start = time.monotonic()
    with google_page(drip=0.05) as page, pytest.raises(Retryable):
        ask(page, "Text", deadline=0.5)
    assert took(start) < 5


def test_a_silent_server_costs_no_more_than_the_timeout() -> None:
    start = time.monotonic()
    with google_page(drip=60) as page, pytest.raises(Retryable):
        ask(page, "Text", timeout=(0.3, 0.3))
    assert took(start) < 5


def test_many_threads_get_their_own_answers() -> None:
    async def run(url: str) -> list[tuple[str, str]]:
        engine = DeepTranslator("google", url=url, threads=16)
        texts = [f"Text {'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number // 26 * 'x'} of many" for number in range(200)]
        try:
            answers = await asyncio.gather(*(engine.translate([text], source="en", target="de") for text in texts))
        finally:
            await engine.aclose()
        return [(text, answer[0]) for text, answer in zip(texts, answers, strict=True)]

    with google_page() as page:
        pairs = asyncio.run(run(page.url))
        assert [answer for text, answer in pairs if answer != upper(text)] == []
        assert len(pairs) == 200


def test_the_rest_of_the_process_keeps_its_own_requests() -> None:
    assert requests.get is requests.api.get
