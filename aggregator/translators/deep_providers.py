"""The services of deep-translator that still answer: how each is made, what it takes, and what it says when it refuses.

Left out: Yandex (its API is closed), DeepL (its way to send the key is), Papago and ChatGPT (their page and library changed), QCRI (asks
for a domain), Linguee and PONS (dictionaries of single words).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from deep_translator import BaiduTranslator, GoogleTranslator, LibreTranslator, MicrosoftTranslator, MyMemoryTranslator
from deep_translator import constants as known
from deep_translator.base import BaseTranslator

from aggregator.core.language import canonical
from aggregator.errors import AuthFailed, BadOutput, QuotaExhausted, RateLimited, Retryable, TooLong, TranslationError, Unsupported
from aggregator.translators import packing
from aggregator.translators.refusals import until_tomorrow

Name = Literal["google", "mymemory", "libre", "microsoft", "baidu"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a service may want to know of its user: a key, an application's number, a region, an address of the server."""

    api_key: str = ""
    app_id: str = ""
    region: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One service. `codes` gives its codes by BCP 47 tag, `guess` the one for a source that isn't known, or "".

    `fits` says whether a text can go into one request, `packs` whether several can as lines of one text; `needs` are options that have to
    be given. `refusal` reads the JSON of an answer that is none.
    """

    make: Callable[[str, str, Account], BaseTranslator]
    codes: Callable[[], Mapping[str, str]]
    guess: str = "auto"
    fits: Callable[[str], bool] = packing.fits
    packs: bool = True
    needs: tuple[str, ...] = ()
    refusal: Callable[[str, Any], TranslationError | None] = field(default=lambda engine, answer: None)


def _own_codes(codes: Mapping[str, str]) -> dict[str, str]:
    """A library's codes that are BCP 47 themselves."""
    return {tag: code for code in codes.values() if (tag := canonical(code))}


def _mymemory_refusal(engine: str, answer: Any) -> TranslationError | None:
    """MyMemory answers 200 to everything; the translation may be a warning (its API's technical specifications)."""
    found = answer if isinstance(answer, dict) else {}
    data = found.get("responseData")
    text, status = str(data.get("translatedText") if isinstance(data, dict) else ""), str(found.get("responseStatus"))
    if found.get("quotaFinished") is True or "MYMEMORY WARNING" in text.upper() or status == "429":
        return QuotaExhausted(f"{engine}: this day's free translations are used up", after=_next_available(text) or until_tomorrow())
    if status == "200" or not status.isdigit():
        return None if isinstance(data, dict) else BadOutput(f"{engine}: the answer holds no translation")
    if "LIMIT EXCEEDED" in text.upper():
        return TooLong(f"{engine}: the text is over MyMemory's limit of 500 characters")
    return BadOutput(f"{engine}: MyMemory refused the text (status {status})")


def _next_available(text: str) -> timedelta | None:
    found = re.search(r"(\d+) HOURS? (\d+) MINUTES?", text.upper())
    return timedelta(hours=int(found[1]), minutes=int(found[2]) + 1) if found else None


def _baidu_refusal(engine: str, answer: Any) -> TranslationError | None:
    """Baidu's error codes come with status 200 (its general translation API)."""
    code = str(answer.get("error_code", "")) if isinstance(answer, dict) else ""
    if code in {"", "52000"}:
        return None
    said = f"{engine}: Baidu refused (code {code[:6]})"
    if code in {"52001", "52002"}:
        return Retryable(f"{said}; it will be tried again")
    if code in {"54003", "54005"}:
        return RateLimited(f"{said}: asked to slow down")
    if code == "54004":
        return QuotaExhausted(f"{said}: nothing is left of what was paid for", after=until_tomorrow())
    return Unsupported(f"{said}: no such pair") if code == "58001" else AuthFailed(f"{said}; check app_id and api_key")


def _microsoft(source: str, target: str, account: Account) -> BaseTranslator:
    return MicrosoftTranslator(source=source, target=target, api_key=account.api_key, region=account.region or None)


def _libre(source: str, target: str, account: Account) -> BaseTranslator:
    url = account.url if account.url.endswith("/") else f"{account.url}/"
    return LibreTranslator(source=source, target=target, api_key=account.api_key or "none", custom_url=url)  # it wants some key


_BAIDU = {
    "ar": "ara", "bg": "bul", "zh-Hans": "zh", "zh-Hant": "cht", "cs": "cs", "da": "dan", "nl": "nl", "en": "en", "et": "est", "fr": "fra",
    "de": "de", "el": "el", "hu": "hu", "it": "it", "ja": "jp", "ko": "kor", "pl": "pl", "pt": "pt", "ru": "ru", "sl": "slo", "es": "spa",
    "sv": "swe", "th": "th", "vi": "vie",
}  # fmt: skip
# the library would ask the service for these whenever it makes an object
MICROSOFT = (
    "af", "ar", "az", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fil", "fr", "fr-CA",
    "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv",
    "mk", "ml", "mr", "ms", "mt", "my", "nb", "ne", "nl", "pa", "pl", "ps", "pt", "pt-PT", "ro", "ru", "sk", "sl", "sq", "sr-Cyrl",
    "sr-Latn", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zh-Hans", "zh-Hant", "zu",
)  # fmt: skip

PROVIDERS: Mapping[Name, Provider] = {
    "google": Provider(
        make=lambda source, target, _: GoogleTranslator(source=source, target=target),
        codes=lambda: _own_codes(known.GOOGLE_LANGUAGES_TO_CODES),
    ),
    "mymemory": Provider(
        make=lambda source, target, _: MyMemoryTranslator(source=source, target=target),
        codes=lambda: _own_codes(known.MY_MEMORY_LANGUAGES_TO_CODES),
        guess="",
        fits=lambda text: len(text.encode()) < 500,  # characters, says the library; bytes, says the service
        packs=False,  # a memory of single segments
        refusal=_mymemory_refusal,
    ),
    "libre": Provider(
        make=_libre, codes=lambda: _own_codes(known.LIBRE_LANGUAGES_TO_CODES), fits=lambda text: len(text) <= 2000, needs=("url",)
    ),
    "microsoft": Provider(
        make=_microsoft,
        codes=lambda: {code: code.lower() for code in MICROSOFT},  # the library puts them in small letters
        guess="",
        needs=("api_key",),
    ),
    "baidu": Provider(
        make=lambda source, target, account: BaiduTranslator(source=source, target=target, appid=account.app_id, appkey=account.api_key),
        codes=lambda: _BAIDU,
        fits=lambda text: len(text.encode()) < 6000,
        needs=("api_key", "app_id"),
        refusal=_baidu_refusal,
    ),
}
