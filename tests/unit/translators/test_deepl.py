"""DeepL's protocol: XML, context, glossaries, quota."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from aggregator.errors import AuthFailed, QuotaExhausted, Unsupported
from aggregator.model import NO_HINTS, Hints, Term
from aggregator.translators.deepl import DeepLTranslator
from tests.loopback.server import translated
from tests.loopback.services import DeepL, service

TERM, OTHER = Term(source="interest rate", target="Leitzins"), Term(source="Fed", target="Fed")


def ask(
    server: DeepL, *calls: Sequence[str], hints: Sequence[Hints] = (), source: str = "en", target: str = "de", **options: object
) -> list:  # type: ignore[type-arg]
    """The answers to each call of one engine."""

    async def run() -> list[Sequence[str]]:
        engine = DeepLTranslator("deepl", base_url=server.url, **{"api_key": "key:fx", **options})  # type: ignore[arg-type]
        try:
            return [
                await engine.translate(texts, source=source, target=target, hints=(hints[number] if hints else NO_HINTS))
                for number, texts in enumerate(calls)
            ]
        finally:
            await engine.aclose()

    return asyncio.run(run())


def requests(server: DeepL) -> list[dict[str, object]]:
    return [asked.body for asked in server.asked if asked.path == "/v2/translate"]


def test_texts_go_out_as_xml_and_the_key_in_a_header() -> None:
    with service(DeepL) as server:
        text = 'R&amp;D <g id="1">rises</g> by <x id="0"/>.'
        assert ask(server, [text, "2024", '<x id="0"/>']) == [[translated(text), "2024", '<x id="0"/>']]
        (asked,) = server.asked
        assert asked.headers["authorization"] == "DeepL-Auth-Key key:fx"
        assert "key" not in asked.path
        assert asked.body["text"] == [text]
        assert (asked.body["source_lang"], asked.body["target_lang"], asked.body["tag_handling"]) == ("EN", "DE", "xml")
        assert not {"context", "glossary_id"} & asked.body.keys()


@pytest.mark.parametrize(("key", "host"), [("abc:fx", "https://api-free.deepl.com"), ("abc", "https://api.deepl.com")])
def test_the_key_says_which_host(key: str, host: str) -> None:
    assert DeepLTranslator(api_key=key)._client._base == host


@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [
        ("en-GB", "zh-TW", ("EN", "ZH-HANT")), ("zh-CN", "en", ("ZH", "EN-US")), ("zh-HK", "en-AU", ("ZH", "EN-GB")),
        ("jp", "pt", ("JA", "PT-BR")), ("und", "no", (None, "NB")), ("de", "es-MX", ("DE", "ES-419")),
    ],
)  # fmt: skip
def test_languages_are_its_own(source: str, target: str, codes: tuple[str, str]) -> None:
    with service(DeepL) as server:
        ask(server, ["Text"], source=source, target=target)
        assert (requests(server)[0].get("source_lang"), requests(server)[0]["target_lang"]) == codes


@pytest.mark.parametrize(("source", "target"), [("en", "tlh"), ("zh-CN", "zh-TW"), ("en-US", "en-GB"), ("tlh", "de"), ("en", "und")])
def test_other_pairs_are_refused_without_asking(source: str, target: str) -> None:
    with service(DeepL) as server, pytest.raises(Unsupported):
        ask(server, ["Text"], source=source, target=target)
    assert server.asked == []


def test_requests_stay_below_fifty_texts_and_128_kib() -> None:
    with service(DeepL) as server:
        short, long = [f"Text number {number}." for number in range(120)], [f"股市上涨{number}" * 900 for number in range(30)]
        assert ask(server, short, long) == [[translated(text) for text in short], [translated(text) for text in long]]
        assert [len(each["text"]) for each in requests(server)][:3] == [50, 50, 20]  # type: ignore[arg-type]
        assert len(requests(server)) <= 7


def test_hints_become_context_that_is_not_billed() -> None:
    with service(DeepL) as server:
        ask(server, ["Text"], hints=[Hints(title="A title", before=("First.", "Second."))])
        assert requests(server)[0]["context"] == "A title First. Second."
        assert requests(server)[0]["text"] == ["Text"]


def test_a_used_up_month_is_over_at_its_end() -> None:
    with service(DeepL, fault="456") as server, pytest.raises(QuotaExhausted) as caught:
        ask(server, ["Text"])
    assert caught.value.after is not None
    assert timedelta(0) < caught.value.after <= timedelta(days=31)


def test_terms_become_a_glossary_that_is_made_once() -> None:
    with service(DeepL) as server:
        ask(server, ["Text"], ["Text"], ["Text"], hints=[Hints(terms=(TERM,)), Hints(terms=(TERM,)), NO_HINTS])
        (glossary,) = server.glossaries.values()
        assert glossary["dictionaries"] == [
            {"source_lang": "en", "target_lang": "de", "entries": "interest rate\tLeitzins", "entries_format": "tsv"}
        ]
        assert [each.get("glossary_id") for each in requests(server)] == ["id-1", "id-1", None]


def test_a_new_term_makes_a_new_glossary_and_the_old_one_goes() -> None:
    with service(DeepL) as server:
        ask(server, ["Text"], ["Text"], ["Text"], hints=[Hints(terms=(TERM,)), Hints(terms=(OTHER,)), Hints(terms=(TERM,))])
        assert [each["glossary_id"] for each in requests(server)] == ["id-1", "id-2", "id-2"]
        assert list(server.glossaries) == ["id-2"]


def test_the_next_process_finds_the_glossary_again() -> None:
    with service(DeepL) as server:
        ask(server, ["Text"], hints=[Hints(terms=(TERM,))])
        ask(server, ["Text"], hints=[Hints(terms=(TERM,))])
        assert server.made == 1


def test_a_plan_with_room_for_one_glossary_is_enough_for_a_pair() -> None:
    with service(DeepL, room=1) as server:
        ask(server, ["Text"], ["Text"], hints=[Hints(terms=(TERM,)), Hints(terms=(OTHER,))])
        assert [each["glossary_id"] for each in requests(server)] == ["id-1", "id-2"]


def test_without_room_texts_are_translated_without_a_glossary() -> None:
    with service(DeepL, room=0) as server:
        assert ask(server, ["Text"], ["Text"], hints=[Hints(terms=(TERM,))] * 2) == [[translated("Text")]] * 2
        assert sum(asked.method == "POST" and "glossaries" in asked.path for asked in server.asked) == 1


def test_a_glossary_that_somebody_deleted_is_done_without() -> None:
    with service(DeepL) as server:

        async def run() -> list[Sequence[str]]:
            engine = DeepLTranslator("deepl", base_url=server.url, api_key="k")
            answers = []
            for _ in range(3):
                answers.append(await engine.translate(["Text"], source="en", target="de", hints=Hints(terms=(TERM,))))
                if server.made == 1:
                    server.glossaries.clear()
            await engine.aclose()
            return answers

        assert asyncio.run(run()) == [[translated("Text")]] * 3
        assert requests(server)[-1]["glossary_id"] == "id-2"


def test_glossaries_can_be_left_alone() -> None:
    with service(DeepL) as server:
        ask(server, ["Text"], hints=[Hints(terms=(TERM,))], glossary=False)
        assert [asked.path for asked in server.asked] == ["/v2/translate"]


def test_a_key_that_no_header_carries_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="api_key holds characters") as caught:
        DeepLTranslator(api_key="sec\nret")
    assert "sec" not in str(caught.value).replace("api_key", "")
    with service(DeepL, fault="403") as server, pytest.raises(AuthFailed):
        ask(server, ["Text"])
