"""LibreTranslate's protocol, its limits and its refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from aggregator.errors import AuthFailed, TooLong, Unsupported
from aggregator.translators.libretranslate import LibreTranslateTranslator
from tests.loopback.server import translated
from tests.loopback.services import Libre, service


def ask(url: str, *texts: str, source: str = "en", target: str = "de", **options: object) -> Sequence[str]:
    async def run() -> Sequence[str]:
        engine = LibreTranslateTranslator("libre", base_url=url, **options)  # type: ignore[arg-type]
        try:
            return await engine.translate(texts, source=source, target=target)
        finally:
            await engine.aclose()

    return asyncio.run(run())


def test_texts_go_out_as_a_list_of_plain_text_with_the_key_in_the_body() -> None:
    with service(Libre, keys=("k",)) as server:
        assert ask(f"{server.url}/", "One {0}.", "2024", "Two.", api_key="k") == [translated("One {0}."), "2024", translated("Two.")]
        (asked,) = server.asked
        assert asked.body == {"q": ["One {0}.", "Two."], "source": "en", "target": "de", "format": "text", "api_key": "k"}
        assert asked.path == "/translate"


@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [
        ("zh-CN", "en-US", ("zh", "en")), ("tw", "de", ("zt", "de")), ("zh-HK", "jp", ("zt", "ja")), ("und", "en", ("auto", "en")),
        ("pt-BR", "nn", ("pt", "nb")),
    ],
)  # fmt: skip
def test_languages_are_its_own(source: str, target: str, codes: tuple[str, str]) -> None:
    with service(Libre, languages=("en", "de", "zh", "zt", "ja", "pt", "nb")) as server:
        ask(server.url, "Text", source=source, target=target)
        assert (server.asked[0].body["source"], server.asked[0].body["target"]) == codes


@pytest.mark.parametrize(("source", "target"), [("en", "x-nowhere"), ("en", "tlh"), ("zh-CN", "zh-TW"), ("en-US", "en-GB"), ("en", "ja")])
def test_other_pairs_are_refused_without_asking(source: str, target: str) -> None:
    with service(Libre) as server, pytest.raises(Unsupported):
        ask(server.url, "Text", source=source, target=target, languages=("en", "de", "zh", "zt"))
    assert server.asked == []


def test_a_language_that_the_server_does_not_have_is_told_so() -> None:
    with service(Libre, languages=("en", "fr")) as server, pytest.raises(Unsupported, match="list those that it has in languages"):
        ask(server.url, "Text")


def test_texts_over_the_servers_limit_are_asked_for_in_halves() -> None:
    texts = [f"Sentence {word}." for word in ("one", "two", "three", "four")]
    with service(Libre, limit=40) as server:
        assert ask(server.url, *texts) == [translated(text) for text in texts]
        assert len(server.asked) == 3
    with service(Libre, limit=10) as server, pytest.raises(TooLong, match="more than the server takes"):
        ask(server.url, "A text that is too long.")


def test_merged_answers_are_not_believed() -> None:
    with service(Libre, fault="merged") as server:
        assert ask(server.url, "One.", "Two.", "Three.") == [translated(text) for text in ("One.", "Two.", "Three.")]


@pytest.mark.parametrize("options", [{}, {"api_key": "wrong"}])
def test_a_key_that_is_missing_or_wrong(options: dict[str, str]) -> None:
    with service(Libre, keys=("right",)) as server, pytest.raises(AuthFailed) as caught:
        ask(server.url, "Text", **options)
    assert "wrong" not in str(caught.value)


def test_batches_keep_within_the_capacity() -> None:
    with service(Libre) as server:
        ask(server.url, *(f"Text {'x' * 100} {number}" for number in range(30)), max_texts=8, max_characters=500)
        assert all(len(asked.body["q"]) <= 8 and sum(map(len, asked.body["q"])) <= 500 for asked in server.asked)
        assert len(server.asked) == 8
