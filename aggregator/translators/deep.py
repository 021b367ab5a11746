"""Google Translate's web page, MyMemory and others, through deep-translator.

The library keeps the request in its object, has no timeouts, answers None or the text itself, and puts texts and keys into its exceptions
and addresses. So: an object for each thread and pair of languages, the modules' `requests` replaced by a wire with limits, every answer
checked, every exception exchanged for one of ours at this door.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, ClassVar

import deep_translator.baidu
import deep_translator.google
import deep_translator.libre
import deep_translator.microsoft
import deep_translator.mymemory
import requests
from deep_translator.base import BaseTranslator
from deep_translator.exceptions import (
    AuthorizationException,
    BaiduAPIerror,
    BaseError,
    MicrosoftAPIerror,
    RequestError,
    ServerException,
    TooManyRequests,
)

from aggregator.errors import BadOutput, RateLimited, Retryable, TranslationError, Unsupported
from aggregator.model import NO_HINTS, Capacity, Codec, Hints
from aggregator.translators.deep_providers import MICROSOFT, PROVIDERS, Account, Name
from aggregator.translators.http import checked, checked_key
from aggregator.translators.lines import line_by_line
from aggregator.translators.tags import closest, is_unknown
from aggregator.translators.wire import Page, Wire

_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,6});")


class _Requests:
    """Stands in for the module `requests` inside deep_translator: leads each call to the wire of the engine that makes it."""

    exceptions = requests.exceptions

    def __init__(self) -> None:
        self.call = threading.local()

    def get(self, url: str, params: Mapping[str, str] | None = None, **_: Any) -> Page:
        if "/languages?" in url:
            return Page(200, _MICROSOFT_LANGUAGES)
        return self._exchange("GET", url, params=params or {})

    def post(self, url: str, params: Mapping[str, str] | None = None, headers: Any = None, **sent: Any) -> Page:
        """Texts and keys that the library would put into the address go into a form."""
        body = {"params": params, "json": sent["json"]} if "json" in sent else {"data": params}
        return self._exchange("POST", url, headers=headers, **body)

    def _exchange(self, method: str, url: str, **sent: Any) -> Page:
        wire: Wire = self.call.wire
        page = wire.exchange(method, url, deadline=self.call.deadline, **sent)
        self.call.check(page)
        return page


_MICROSOFT_LANGUAGES = json.dumps({"translation": {code: {"name": code} for code in MICROSOFT}})
_REQUESTS = _Requests()
for _module in (deep_translator.google, deep_translator.mymemory, deep_translator.libre, deep_translator.microsoft, deep_translator.baidu):
    _module.requests = _REQUESTS


class DeepTranslator:
    """A service of deep-translator as an engine. `timeout` is (connect, read) in seconds, `deadline` bounds one call of `translate`.

    `url` replaces the service's address, `threads` bounds how many requests are under way, `max_bytes` an answer. `api_key`, `app_id` and
    `region` are for the services that have accounts.
    """

    codec: Codec = "plain"
    capacity: ClassVar = Capacity(characters=4999)
    embedded: ClassVar = False  # needs the network
    watched: ClassVar = True  # pages change without notice: see canary.py

    def __init__(
        self,
        name: str = "google",
        *,
        provider: Name = "google",
        url: str = "",
        api_key: str = "",
        app_id: str = "",
        region: str = "",
        timeout: tuple[float, float] = (5.0, 15.0),
        deadline: float = 60.0,
        threads: int = 4,
        max_bytes: int = 2 * 1024 * 1024,
        proxy: str = "",
    ) -> None:
        if min(*timeout, deadline, threads, max_bytes) <= 0:
            raise ValueError("timeout, deadline, threads and max_bytes have to be more than 0")
        self.name = name
        self.deadline = deadline
        self._provider = PROVIDERS[provider]
        self._account = Account(api_key=checked_key(api_key), app_id=app_id, region=region, url=url)
        if missing := [option for option in self._provider.needs if not asdict(self._account)[option]]:
            raise ValueError(f"{provider} needs {' and '.join(missing)}")
        self._codes = self._provider.codes()
        self._wire = Wire(
            name,
            connect=timeout[0],
            read=timeout[1],
            max_bytes=max_bytes,
            keyed=bool(api_key),
            proxy=checked(proxy, "proxy", login=True) if proxy else "",
        )
        self._own = threading.local()
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)

    def supports(self, source: str, target: str) -> bool:
        """Whether the service knows both languages and takes them for different ones."""
        codes = self._pair(source, target)
        return "" not in codes and codes[0] != codes[1]

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """One for one; an empty string where the service gave nothing usable for that text. Raises TranslationError."""
        if not self.supports(source, target):
            raise Unsupported(f"{self.name}: this service has no pair {source} to {target}; route it to another engine")
        loop, until, pair = asyncio.get_running_loop(), time.monotonic() + self.deadline, self._pair(source, target)

        async def ask(text: str) -> str:
            sent = text.strip()  # as the library does
            await hints.meter(len(sent))
            return await loop.run_in_executor(self._pool, self._ask, sent, pair, until)

        return tuple(await line_by_line(texts, ask, engine=self.name, fits=self._provider.fits, together=self._provider.packs))

    async def aclose(self) -> None:
        """End the threads and their sessions; a request still under way ends at its timeout."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._wire.close()

    def _pair(self, source: str, target: str) -> tuple[str, str]:
        known = tuple(self._codes)
        back = self._provider.guess if is_unknown(source) else self._codes.get(closest(source, known), "")
        return back, self._codes.get(closest(target, known), "")

    def _check(self, page: Page) -> None:
        """Find what a service says in place of a translation. Raises TranslationError."""
        if page.text.lstrip().startswith(("{", "[")) and (error := self._provider.refusal(self.name, page.json())):
            raise error

    def _ask(self, text: str, pair: tuple[str, str], until: float) -> str:
        """The service's answer, or an empty string where it gave none. Called in a thread."""
        _REQUESTS.call.wire, _REQUESTS.call.check, _REQUESTS.call.deadline = self._wire, self._check, until
        try:
            answer = self._translator(pair).translate(text)
        except TranslationError:
            raise
        except TooManyRequests:
            raise RateLimited(f"{self.name}: asked to slow down") from None
        except RequestError:
            raise Retryable(f"{self.name}: the server failed; it will be tried again") from None
        except _FOREIGN:
            # their messages hold the text, and one the key
            raise BadOutput(f"{self.name}: the answer holds no translation; the service may have changed") from None
        answer = answer if isinstance(answer, str) else ""
        return html.unescape(answer) if _ENTITY.search(answer) and not _ENTITY.search(text) else answer

    def _translator(self, pair: tuple[str, str]) -> BaseTranslator:
        translators: dict[tuple[str, str], BaseTranslator] = self._own.__dict__.setdefault("translators", {})
        if pair not in translators:
            translator = translators[pair] = self._provider.make(*pair, self._account)
            if self._account.url and not translator._base_url.startswith(self._account.url):
                translator._base_url = self._account.url  # the library has no argument for it
        return translators[pair]


# what the library raises, and what its code does with an answer that is not as it expects
_FOREIGN = (
    BaseError,
    MicrosoftAPIerror,
    ServerException,
    AuthorizationException,
    BaiduAPIerror,
    AttributeError,
    IndexError,
    KeyError,
    StopIteration,
    TypeError,
)
