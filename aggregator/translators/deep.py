"""Google Translate's web page, through deep-translator.

The library keeps the request in its object, has no timeouts, answers None or the text itself, and puts texts into its exceptions. So: an
object for each thread and pair of languages, the module's `requests` replaced by a wire with limits, every answer checked, every
exception exchanged for one of ours at this door.
"""

from __future__ import annotations

import asyncio
import html
import re
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, ClassVar

import deep_translator.google
from deep_translator import GoogleTranslator
from deep_translator.constants import GOOGLE_LANGUAGES_TO_CODES
from deep_translator.exceptions import BaseError, RequestError, TooManyRequests
from langcodes import closest_match

from aggregator.core.codes import has_letters
from aggregator.core.language import canonical
from aggregator.errors import BadOutput, RateLimited, Retryable, TooLong, TranslationError, Unsupported
from aggregator.model import NO_HINTS, Capacity, Codec, Hints
from aggregator.translators.packing import between, fits, packs, sentences, unpack
from aggregator.translators.wire import Page, Wire

_CODES = tuple(GOOGLE_LANGUAGES_TO_CODES.values())
_ALIASES = {"nn": "no", "yue": "zh-TW"}  # what langcodes finds too far and Google's readers don't
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,6});")


class _Requests:
    """Stands in for the module `requests` inside deep_translator.google: leads each call to the wire of the engine that makes it."""

    def __init__(self) -> None:
        self.call = threading.local()

    def get(self, url: str, params: Mapping[str, str] | None = None, **_: Any) -> Page:
        wire: Wire = self.call.wire
        return wire.get(url, params or {}, deadline=self.call.deadline)


_REQUESTS = _Requests()
deep_translator.google.requests = _REQUESTS


class DeepTranslator:
    """Google's page as an engine. `timeout` is (connect, read) in seconds, `deadline` bounds one call of `translate`, in seconds.

    `url` replaces Google's address, `threads` bounds how many requests are under way, `max_bytes` a page.
    """

    codec: Codec = "plain"
    capacity: ClassVar = Capacity(characters=4999)
    embedded: ClassVar = False  # needs the network

    def __init__(
        self,
        name: str = "google",
        *,
        url: str = "",
        timeout: tuple[float, float] = (5.0, 15.0),
        deadline: float = 60.0,
        threads: int = 4,
        max_bytes: int = 2 * 1024 * 1024,
    ) -> None:
        if min(*timeout, deadline, threads, max_bytes) <= 0:
            raise ValueError("timeout, deadline, threads and max_bytes have to be more than 0")
        self.name = name
        self._url = url
        self._deadline = deadline
        self._wire = Wire(name, connect=timeout[0], read=timeout[1], max_bytes=max_bytes)
        self._own = threading.local()
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)

    def supports(self, source: str, target: str) -> bool:
        """Whether Google knows both languages and takes them for different ones."""
        codes = _pair(source, target)
        return "" not in codes and codes[0] != codes[1]

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """One for one; an empty string where Google gave nothing usable for that text. Raises TranslationError."""
        if not self.supports(source, target):
            raise Unsupported(f"{self.name}: Google has no pair {source} to {target}; route it to another engine")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._translate_all, tuple(texts), _pair(source, target))

    async def aclose(self) -> None:
        """End the threads and their sessions; a request still under way ends at its timeout."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._wire.close()

    def _translate_all(self, texts: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
        _REQUESTS.call.wire = self._wire
        _REQUESTS.call.deadline = time.monotonic() + self._deadline
        asked = [text for text in texts if has_letters(text)]  # without a letter in it the library answers None
        answers = iter([answer for pack in packs(asked) for answer in self._translate_pack(pack, pair)])
        return tuple(next(answers) if has_letters(text) else text for text in texts)

    def _translate_pack(self, pack: list[str], pair: tuple[str, str]) -> list[str]:
        if len(pack) == 1:
            return [self._translate_alone(pack[0], pair)]
        lines = unpack(self._ask("\n".join(pack), pair), pack) if all("\n" not in text for text in pack) else None
        if lines is not None:
            return lines
        middle = len(pack) // 2
        return self._translate_pack(pack[:middle], pair) + self._translate_pack(pack[middle:], pair)

    def _translate_alone(self, text: str, pair: tuple[str, str]) -> str:
        pieces = [text] if fits(text) else sentences(text)
        if not pieces:
            raise TooLong(f"{self.name}: a sentence of {len(text)} characters is over Google's limit")
        translated = ""
        for piece in pieces:
            answer = self._ask(piece, pair) if has_letters(piece) else piece
            if not answer:
                return ""
            translated += (between(translated, answer) if translated else "") + answer
        return translated

    def _ask(self, text: str, pair: tuple[str, str]) -> str:
        """Google's answer, or an empty string where it gave none."""
        try:
            answer = self._translator(pair).translate(text)
        except TranslationError:
            raise
        except TooManyRequests:
            raise RateLimited(f"{self.name}: asked to slow down") from None
        except RequestError:
            raise Retryable(f"{self.name}: the server failed; it will be tried again") from None
        except BaseError:
            # their messages hold the text
            raise BadOutput(f"{self.name}: the page holds no translation; Google may have changed it") from None
        answer = answer or ""
        return html.unescape(answer) if _ENTITY.search(answer) and not _ENTITY.search(text) else answer

    def _translator(self, pair: tuple[str, str]) -> GoogleTranslator:
        translators: dict[tuple[str, str], GoogleTranslator] = self._own.__dict__.setdefault("translators", {})
        if pair not in translators:
            translator = translators[pair] = GoogleTranslator(source=pair[0], target=pair[1])
            if self._url:
                translator._base_url = self._url  # the library has no argument for it
        return translators[pair]


def _pair(source: str, target: str) -> tuple[str, str]:
    """Google's codes for two BCP 47 tags; it guesses a source that isn't known."""
    return ("auto" if canonical(source) in {"", "und"} else _code(source)), _code(target)


@lru_cache(maxsize=1024)
def _code(tag: str) -> str:
    known = canonical(tag)
    found = closest_match(_ALIASES.get(known, known), _CODES, max_distance=10)[0] if known else "und"
    return "" if found == "und" else found
