"""DeepL's API, version 2: texts as XML, so that markup moves with the words it belongs to.

Texts come escaped, with `<x id="0"/>` and `<g id="1">`. Keys that end in ":fx" belong to the free plan, which has a host of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from aggregator.errors import BadOutput, QuotaExhausted, TranslationError, Unsupported
from aggregator.model import NO_HINTS, Capacity, Codec, Hints, Meter
from aggregator.translators.batches import one_for_one
from aggregator.translators.deepl_glossary import Glossaries
from aggregator.translators.http import JsonClient, Reply, checked_key
from aggregator.translators.refusals import refused, until_next_month
from aggregator.translators.tags import closest, is_unknown, language

PRO, FREE = "https://api.deepl.com", "https://api-free.deepl.com"
MOST_TEXTS = 50
MOST_BYTES = 120 * 1024  # of texts: a request may have 128 KiB, with context and all
MOST_CONTEXT = 1000  # characters; they are free but not read without end

_COMMON = (
    "ar", "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "he", "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl",
    "ro", "ru",
    "sk", "sl", "sv", "th", "tr", "uk", "vi",
)  # fmt: skip
_SOURCES = {code: code for code in (*_COMMON, "en", "pt")} | {"zh-Hans": "zh", "zh-Hant": "zh"}
_TARGETS = (*_COMMON, "en-GB", "en-US", "es-419", "pt-BR", "pt-PT", "zh-Hans", "zh-Hant")


class DeepLTranslator:
    """DeepL with an account. `base_url` replaces its host; `timeout` bounds a call, in seconds.

    With `glossary` the terms that occur are kept as a glossary of the account, one for each pair of languages; without, they are ignored.
    """

    codec: Codec = "xml"
    capacity: ClassVar = Capacity(texts=MOST_TEXTS, characters=30_000)
    embedded: ClassVar = False  # needs the network

    def __init__(
        self, name: str = "deepl", *, api_key: str, base_url: str = "", timeout: float = 30.0, proxy: str = "", glossary: bool = True
    ) -> None:
        self.name = name
        self.deadline = timeout
        key = checked_key(api_key)
        if not key:
            raise ValueError('api_key is empty; write { env = "NAME_OF_VARIABLE" } or { file = "PATH" }')
        host = base_url or (FREE if key.endswith(":fx") else PRO)
        self._client = JsonClient(name, host, headers={"Authorization": f"DeepL-Auth-Key {key}"}, timeout=timeout, proxy=proxy)
        self._glossaries = Glossaries(name, self._client) if glossary else None

    def supports(self, source: str, target: str) -> bool:
        """Whether DeepL has both languages and they are not variants of one."""
        return self._pair(source, target) is not None

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """One for one; an empty string where DeepL failed on that text. Raises TranslationError."""
        pair = self._pair(source, target)
        if pair is None:
            raise Unsupported(f"{self.name}: DeepL does not translate {source} to {target}; route it to another engine")
        async with self._client.in_time():
            common = await self._common(pair, hints)

            async def ask(batch: Sequence[str]) -> Sequence[str]:
                return await self._ask(batch, common, hints.meter)

            return await one_for_one(texts, ask, capacity=Capacity(MOST_TEXTS, MOST_BYTES), size=_bytes)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _pair(self, source: str, target: str) -> tuple[str, str] | None:
        """DeepL's codes; it guesses a source that isn't known."""
        back, there = _SOURCES.get(closest(source, tuple(_SOURCES)), ""), closest(target, _TARGETS)
        if not there or (not back and not is_unknown(source)) or language(source) == language(target):
            return None
        return back.upper(), there.upper()

    async def _common(self, pair: tuple[str, str], hints: Hints) -> dict[str, Any]:
        """What every request of a call says besides its texts."""
        context = " ".join(part for part in (hints.title, *hints.before) if part)[-MOST_CONTEXT:]
        glossary = await self._glossaries.glossary(pair, hints.terms) if self._glossaries and pair[0] and hints.terms else ""
        return {
            "target_lang": pair[1],
            "tag_handling": "xml",
            "outline_detection": False,
            "non_splitting_tags": ["g", "x"],
            "preserve_formatting": True,
            **({"source_lang": pair[0]} if pair[0] else {}),
            **({"context": context} if context else {}),
            **({"glossary_id": glossary} if glossary else {}),
        }

    async def _ask(self, batch: Sequence[str], common: dict[str, Any], meter: Meter) -> Sequence[str]:
        await meter(sum(map(len, batch)))
        reply = await self._client.post("/v2/translate", {"text": list(batch), **common})
        if self._glossaries and "glossary_id" in common and _lacks_glossary(reply):
            self._glossaries.forget(common.pop("glossary_id"))  # deleted behind our back, or not for this pair after all
            return await self._ask(batch, common, meter)
        error = self._refusal(reply)
        if error is not None:
            raise error
        found = reply.at("translations")
        texts = [each.get("text") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        answers = [text for text in texts if isinstance(text, str)]
        if len(answers) != len(batch):
            raise BadOutput(f"{self.name}: not one answer for each of {len(batch)} texts")
        return answers

    def _refusal(self, reply: Reply) -> TranslationError | None:
        if reply.status == 456:
            return QuotaExhausted(f"{self.name}: this month's characters are used up (status 456)", after=until_next_month())
        return refused(self.name, reply.status, reply.headers)


def _lacks_glossary(reply: Reply) -> bool:
    return reply.status == 404 or (reply.status == 400 and "glossary" in str(reply.at("message")).lower())


def _bytes(text: str) -> int:
    """What a text takes in a request, as httpx writes JSON."""
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")) + 1
