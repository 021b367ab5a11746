"""Language models behind any server that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp, OpenAI itself.

Servers differ in what they take. What one refuses is left out from then on: first a JSON schema is asked for, then any JSON object, then
lines between marks; and temperature 0 and "no thinking" only where they are known.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from aggregator.core.language import UNKNOWN, canonical
from aggregator.errors import BadOutput, QuotaExhausted, TooLong, TranslationError, Unsupported
from aggregator.model import NO_HINTS, Capacity, Codec, Hints
from aggregator.translators.batches import one_for_one
from aggregator.translators.http import JsonClient, Reply, checked_key
from aggregator.translators.openai_prompt import FORMS, Form, messages, parse, response_format
from aggregator.translators.refusals import refused, until_tomorrow
from aggregator.translators.tags import closest, is_unknown, language

NOTHING: Mapping[str, Any] = MappingProxyType({})
_REFUSED = frozenset({400, 422, 500, 501})  # what servers answer to a field that they don't know
_FINISHED = frozenset({"stop", "eos", None})  # anything else cut the answer short: length, content_filter, tool_calls


class _NotTaken(Exception):
    """The server does not take the form or a field; the next request is without."""


class OpenAITranslator:
    """A model on a server. `base_url` ends with the version, as in http://127.0.0.1:11434/v1; `timeout` bounds a call, in seconds.

    `languages` are those that the model is trusted with, by default all. `max_texts` and `max_characters` go into one request; `extra`
    is put into each, for what a server alone knows.
    """

    codec: Codec = "tags"
    embedded: ClassVar = False  # needs the network

    def __init__(
        self,
        name: str = "openai",
        *,
        base_url: str,
        model: str,
        api_key: str = "",
        languages: tuple[str, ...] = (),
        timeout: float = 60.0,
        proxy: str = "",
        max_texts: int = 20,
        max_characters: int = 4000,
        extra: Mapping[str, Any] = NOTHING,
    ) -> None:
        if min(max_texts, max_characters) <= 0 or not model:
            raise ValueError("model must not be empty, max_texts and max_characters have to be more than 0")
        self.name = name
        self.deadline = timeout
        self.capacity = Capacity(texts=max_texts, characters=max_characters)
        self._languages = tuple(languages)
        self._model = model
        self._extra = dict(extra)
        key = checked_key(api_key)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = JsonClient(name, base_url, headers=headers, timeout=timeout, proxy=proxy)
        self._optional: dict[str, Any] = {"temperature": 0, "reasoning_effort": "none"}
        self._form: Form = FORMS[0]
        self._proven = False  # whether the form has brought an answer yet

    def supports(self, source: str, target: str) -> bool:
        """Whether these are two languages, both among those that the model is trusted with."""
        if is_unknown(target) or language(source) == language(target):
            return False
        return self._is_trusted(target) and (is_unknown(source) or self._is_trusted(source))

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """One for one; an empty string where the model gave nothing usable for that text. Raises TranslationError."""
        if not self.supports(source, target):
            raise Unsupported(f"{self.name}: not for {source} to {target}; route it to another engine")

        async def ask(batch: Sequence[str]) -> Sequence[str]:
            return await self._ask(batch, hints, source=canonical(source).replace(UNKNOWN, ""), target=canonical(target))

        async with self._client.in_time():
            return await one_for_one(texts, ask, capacity=self.capacity)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _is_trusted(self, tag: str) -> bool:
        return not self._languages or language(tag) in self._languages or bool(closest(tag, self._languages))

    async def _ask(self, batch: Sequence[str], hints: Hints, *, source: str, target: str) -> Sequence[str]:
        while True:
            form, optional = self._form, dict(self._optional)
            texts = {secrets.token_hex(4): text for text in batch}
            body = {
                "model": self._model,
                "messages": messages(texts, hints, source=source, target=target, form=form),
                "stream": False,
                **optional,
                **response_format(list(texts), form),
                **self._extra,
            }
            await hints.meter(sum(map(len, batch)))
            try:
                return await self._exchange(body, list(texts), form, optional)
            except _NotTaken:
                continue  # with one field or form less each time

    async def _exchange(self, body: Mapping[str, Any], ids: Sequence[str], form: Form, optional: Mapping[str, Any]) -> Sequence[str]:
        reply = await self._client.post("/chat/completions", body)
        if reply.status in _REFUSED and not _is_over_limit(reply) and self._is_simpler(reply, form, optional):
            raise _NotTaken
        error = self._refusal(reply)
        if error is not None:
            raise error
        content = _content(reply)
        answers = parse(content, ids, form)
        if answers is not None:
            self._proven = self._proven or form == self._form
            return answers
        if content and not self._proven and self._next_form(form):
            raise _NotTaken  # some servers take a schema and don't heed it
        raise BadOutput(f"{self.name}: the model did not answer with exactly the {len(ids)} texts that it was asked for")

    def _is_simpler(self, reply: Reply, form: Form, optional: Mapping[str, Any]) -> bool:
        """Leave out what the server says it does not take, or else the form, or else all that can be left out. False: nothing is left."""
        said = str(reply.at("error") or reply.data).lower()
        named = [field for field in optional if field in said]
        if named or reply.status == 500:
            return self._without(named) or ("response_format" in said and self._next_form(form))
        return self._next_form(form) or self._without(list(optional))

    def _without(self, fields: Sequence[str]) -> bool:
        found = [field for field in fields if field in self._optional]
        for field in found:
            del self._optional[field]
        return bool(fields)

    def _next_form(self, form: Form) -> bool:
        """Go on with the form after this one, unless somebody has done so meanwhile. False: it is the last."""
        if form == FORMS[-1]:
            return False
        if self._form == form:
            self._form, self._proven = FORMS[FORMS.index(form) + 1], False
        return True

    def _refusal(self, reply: Reply) -> TranslationError | None:
        if reply.status == 429 and reply.at("error", "code") == "insufficient_quota":
            return QuotaExhausted(f"{self.name}: the account's quota is used up (status 429)", after=until_tomorrow())
        if reply.status in _REFUSED and _is_over_limit(reply):
            return TooLong(f"{self.name}: more than the model reads at once; lower max_characters")
        return refused(self.name, reply.status, reply.headers)


def _content(reply: Reply) -> str:
    """What the model said, if it said all that it wanted to and did not decline."""
    content, finish = reply.at("choices", 0, "message", "content"), reply.at("choices", 0, "finish_reason")
    is_whole = finish in _FINISHED and not reply.at("choices", 0, "message", "refusal")
    return content if isinstance(content, str) and is_whole else ""


def _is_over_limit(reply: Reply) -> bool:
    said = str(reply.at("error")).lower()
    return "context" in said and ("length" in said or "exceed" in said)
