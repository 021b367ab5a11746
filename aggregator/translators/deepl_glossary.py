"""Glossaries of a DeepL account: for each pair of languages one, which holds the terms that have occurred so far (API version 3)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import blake2b

from aggregator.errors import TranslationError
from aggregator.model import Term
from aggregator.translators.http import JsonClient, Reply

OURS = "aggregator"  # how the names of our glossaries begin
MOST_BYTES = 1024  # of a term

Pair = tuple[str, str]


class Glossaries:
    """Keeps a glossary for each pair; it is made anew when a term is added, under a name that is a digest of what it holds.

    Where the account takes no glossary (none for this pair, none left in its plan), texts are translated without: what a glossary asks for
    is checked afterwards all the same.
    """

    def __init__(self, engine: str, client: JsonClient) -> None:
        self._engine = engine
        self._client = client
        self._terms: dict[Pair, dict[str, str]] = {}
        self._made: dict[str, str] = {}  # id by name
        self._current: dict[Pair, str] = {}  # name by pair
        self._refused: set[Pair] = set()
        self._lock = asyncio.Lock()

    async def glossary(self, pair: Pair, terms: Sequence[Term]) -> str:
        """The id of a glossary that holds these terms and may hold others, or "" where there can't be one. Raises nothing."""
        wanted = {term.source: term.target for term in terms if _fits(term.source) and _fits(term.target)}
        async with self._lock:
            if not wanted or pair in self._refused:
                return ""
            held = self._terms.get(pair, {})
            if wanted.items() <= held.items():
                return self._made.get(self._current.get(pair, ""), "")
            self._terms[pair] = held | wanted
            try:
                return await self._made_for(pair)
            except TranslationError:
                return ""

    def forget(self, identity: str) -> None:
        """Make a glossary anew the next time, for the account does not have it."""
        for pair, name in list(self._current.items()):
            if self._made.get(name) == identity:
                del self._current[pair], self._made[name]
                self._terms.pop(pair, None)

    async def _made_for(self, pair: Pair) -> str:
        name = _name(pair, self._terms[pair])
        if not self._made:
            self._made = _by_name(await self._client.get("/v3/glossaries"))
        if name not in self._made:
            identity = await self._create(name, pair)
            if not identity and await self._drop_others(name, pair):  # a plan may have room for one only
                identity = await self._create(name, pair)
            if not identity:
                self._refused.add(pair)
                return ""
            self._made[name] = identity
        await self._drop_others(name, pair)
        self._current[pair] = name
        return self._made[name]

    async def _drop_others(self, name: str, pair: Pair) -> int:
        """Delete what this or an earlier process made for the pair. Returns how many."""
        others = [other for other in self._made if other.startswith(_prefix(pair)) and other != name]
        for other in others:
            await self._client.delete(f"/v3/glossaries/{self._made.pop(other)}")
        return len(others)

    async def _create(self, name: str, pair: Pair) -> str:
        lines = "\n".join(f"{source}\t{target}" for source, target in sorted(self._terms[pair].items()))
        source, target = (code.partition("-")[0].lower() for code in pair)
        dictionary = {"source_lang": source, "target_lang": target, "entries": lines, "entries_format": "tsv"}
        reply = await self._client.post("/v3/glossaries", {"name": name, "dictionaries": [dictionary]})
        return str(reply.at("glossary_id") or "") if reply.status < 300 else ""


def _name(pair: Pair, terms: dict[str, str]) -> str:
    held = "\x00".join((*pair, *(part for entry in sorted(terms.items()) for part in entry)))
    return _prefix(pair) + blake2b(held.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _prefix(pair: Pair) -> str:
    return f"{OURS} {pair[0]} {pair[1]} "


def _by_name(reply: Reply) -> dict[str, str]:
    found = reply.at("glossaries")
    listed = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    return {str(each.get("name")): str(each.get("glossary_id")) for each in listed if str(each.get("name")).startswith(f"{OURS} ")}


def _fits(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text.encode("utf-8", "surrogatepass")) <= MOST_BYTES
