"""LibreTranslate, hosted or one's own: `POST /translate` with a list of plain texts.

Its html mode turns escaped text into live markup, so it is never used. The protocol knows no header for the key: it stands in the body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from aggregator.errors import AuthFailed, BadOutput, TooLong, TranslationError, Unsupported
from aggregator.model import NO_HINTS, Capacity, Codec, Hints
from aggregator.translators.batches import one_for_one
from aggregator.translators.http import JsonClient, Reply, checked_key
from aggregator.translators.refusals import refused
from aggregator.translators.tags import closest, is_unknown, language

LANGUAGES = (
    "ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "he", "hi",
    "hu", "id",
    "it", "ja", "ko", "ky", "lt", "lv", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tl", "tr",
    "uk", "ur",
    "vi", "zh", "zt",
)  # fmt: skip
_TAGS = {"zh": "zh-Hans", "zt": "zh-Hant", "pb": "pt-BR"}  # its own codes; newer servers take both
_OVER_LIMIT = re.compile(r"\bexceeds\b.*\blimit\b", re.IGNORECASE)
_NO_PAIR = re.compile(r"not (?:supported|available)", re.IGNORECASE)
_KEY_WANTED = re.compile(r"API key", re.IGNORECASE)


class LibreTranslateTranslator:
    """A LibreTranslate server. `languages` are those it has, as its /languages lists them; by default those of a full installation.

    `timeout` bounds a call, in seconds; `max_texts` and `max_characters` are what the server takes at once.
    """

    codec: Codec = "plain"
    embedded: ClassVar = False  # needs the network

    def __init__(
        self,
        name: str = "libretranslate",
        *,
        base_url: str,
        api_key: str = "",
        languages: tuple[str, ...] = LANGUAGES,
        timeout: float = 30.0,
        proxy: str = "",
        max_texts: int = 50,
        max_characters: int = 5000,
    ) -> None:
        if min(max_texts, max_characters) <= 0 or not languages:
            raise ValueError("max_texts and max_characters have to be more than 0, and languages must not be empty")
        self.name = name
        self.deadline = timeout
        self.capacity = Capacity(texts=max_texts, characters=max_characters)
        self._codes = {_TAGS.get(code, code): code for code in languages}
        self._key = checked_key(api_key)
        self._client = JsonClient(name, base_url, timeout=timeout, proxy=proxy)

    def supports(self, source: str, target: str) -> bool:
        """Whether the server has both languages and they are not one."""
        return self._pair(source, target) is not None

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """One for one; an empty string where the server failed on that text. Raises TranslationError."""
        pair = self._pair(source, target)
        if pair is None:
            raise Unsupported(f"{self.name}: this server does not translate {source} to {target}; route it to another engine")

        async def ask(batch: Sequence[str]) -> Sequence[str]:
            await hints.meter(sum(map(len, batch)))
            return await self._ask(batch, *pair)

        async with self._client.in_time():
            return await one_for_one(texts, ask, capacity=self.capacity)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _pair(self, source: str, target: str) -> tuple[str, str] | None:
        known = tuple(self._codes)
        there = self._codes.get(closest(target, known), "")
        back = "auto" if is_unknown(source) else self._codes.get(closest(source, known), "")
        return (back, there) if back and there and (back != there and language(source) != language(target)) else None

    async def _ask(self, batch: Sequence[str], source: str, target: str) -> Sequence[str]:
        body: dict[str, Any] = {"q": list(batch), "source": source, "target": target, "format": "text"}
        reply = await self._client.post("/translate", body | ({"api_key": self._key} if self._key else {}))
        error = self._refusal(reply)
        if error is not None:
            raise error
        answers = reply.at("translatedText")
        if not isinstance(answers, list) or len(answers) != len(batch) or not all(isinstance(answer, str) for answer in answers):
            raise BadOutput(f"{self.name}: not one answer for each of {len(batch)} texts")
        return answers

    def _refusal(self, reply: Reply) -> TranslationError | None:
        said = reply.at("error") if reply.status == 400 else None
        if not isinstance(said, str):
            return refused(self.name, reply.status, reply.headers)
        if _OVER_LIMIT.search(said):
            return TooLong(f"{self.name}: more than the server takes at once; lower max_texts or max_characters")
        if _NO_PAIR.search(said):
            return Unsupported(f"{self.name}: the server does not have one of the languages; list those that it has in languages")
        if _KEY_WANTED.search(said):
            return AuthFailed(f"{self.name}: the server wants a key; set api_key")
        return BadOutput(f"{self.name}: the server refused the request (status 400)")
