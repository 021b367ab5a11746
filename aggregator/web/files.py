"""Published files over HTTP: the right media types, validators, codings, parts (RFC 9110), and what is new alone (RFC 3229).

    path, query -> the file's stamp -> VERSION that is kept, or READ and narrowed -> 200, 206, 226, 304

A request whose version is kept costs one look at the file's stamp. All else is done in a thread, once for all who ask.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple, cast
from urllib.parse import parse_qs

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from aggregator.core import feedquery
from aggregator.core.feedquery import Listed, Wanted
from aggregator.core.negotiation import coding
from aggregator.publishers.narrowing import marks, narrowed
from aggregator.publishers.places import Format
from aggregator.web import answers
from aggregator.web.answers import Answer, Asked
from aggregator.web.versions import WORTH_COMPRESSING, Version, Versions, version

MEDIA_TYPES = {
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".json": "application/feed+json",
    ".css": "text/css; charset=utf-8",
}
BROWSER_XML = "text/xml; charset=utf-8"  # a browser offers application/rss+xml for download, and without a charset shows mojibake
FEEDS = "/feeds/"
REMEMBERED = 500  # versions whose entries are known, for clients that want only what is new since
TAKES_NO_NEWS = ("feedparser/", "rss2email/")  # feedparser asks for news by itself; rss2email, which takes 226 for an error, uses its name
NO_SUCH_FEED = "There is no such feed, or not in this variant."
OPERATOR = "aggregator.operator"  # in a request's scope: it has the operator's token


class Refused(Exception):
    """There is nothing to serve: the status, and a sentence about it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.answer = PlainTextResponse(f"{text}\n", status_code=status, headers={"Allow": "GET, HEAD"} if status == 405 else None)


class Document(PathConvertor):
    """The part of an address below /feeds/ that can be a file, or a slash too many: what ends otherwise is somebody else's."""

    regex = rf".*(?:{'|'.join(map(re.escape, MEDIA_TYPES))})/*"


register_url_convertor("document", Document())


class FeedTokens(NamedTuple):
    """Tokens of single feeds: the one of a path, and whether a text is it."""

    token: Callable[[str], str]
    opens: Callable[[str, str], bool]


class Published:
    """An ASGI application over the files below one folder, and nothing outside of it.

    `is_gone` says of a path whether the source of that feed was removed. With `tokens` a feed is for those who have its own, or the
    operator's. `shared` allows caches that serve several people to keep what is served.
    """

    def __init__(
        self,
        root: Path,
        *,
        is_gone: Callable[[str], bool] = lambda path: False,
        tokens: FeedTokens | None = None,
        shared: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._root = root.resolve()
        self._is_gone = is_gone
        self._tokens = tokens
        self._shared = shared
        self._clock = clock
        self._versions = Versions()
        self._entries: OrderedDict[str, frozenset[str]] = OrderedDict()  # their marks, by the digest of a version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD for one file."""
        try:
            status, fields, body = await self._answer(scope)
        except Refused as refused:
            return await refused.answer(scope, receive, send)
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    # -- what is asked for ---------------------------------------------------------------------------------------------------

    async def _found(self, scope: Scope) -> Version:
        """The version of a path, or of the part of it that a query asks for. Raises Refused."""
        path, query = scope["path_params"]["path"], scope["query_string"].decode("latin-1")
        if path.endswith(".css"):
            return await self._file(path)
        token = self._token(scope, path, query) if self._tokens else ""
        if not query:
            return await self._file(path)
        wanted = _wanted(query)
        file = await self._file(_bilingual(path) if wanted.bilingual else path)
        return await self._part(file, path, wanted, token) if wanted.query or token else file

    def _token(self, scope: Scope, path: str, query: str) -> str:
        """What every address of the feed has to have, as far as this one has it. Raises Refused for one that needs it and does not."""
        given = parse_qs(query).get("token", [""])[0]
        if self._tokens and self._tokens.opens(path, given):
            return f"token={given}"
        if scope.get(OPERATOR):
            return ""
        raise Refused(403, "This address lacks the feed's token, or it is not valid any more. `aggregator feeds` prints those that are.")

    async def _file(self, path: str) -> Version:
        try:
            stamp = _stamp(os.stat(f"{self._root}/{path}"))  # noqa: PTH116  a Path would take longer than all the rest
        except (OSError, ValueError):
            raise Refused(404, NO_SUCH_FEED) from None
        found = self._versions.kept(path, stamp) or await self._versions.made(path, stamp, partial(_read, self._root, path))
        if self._is_gone(path):  # told only of what may be served
            raise Refused(410, "This feed is no more: its source was removed. Please unsubscribe.")
        return found

    async def _part(self, file: Version, path: str, wanted: Wanted, token: str) -> Version:
        key = (path, wanted.bilingual, wanted.query, token)
        made = partial(_narrowed, file, _form(path), wanted, token)
        return self._versions.kept(key, file.digest) or await self._versions.made(key, file.digest, made)

    # -- what is answered ----------------------------------------------------------------------------------------------------

    async def _answer(self, scope: Scope) -> Answer:
        if scope["method"] not in ("GET", "HEAD"):
            raise Refused(405, "Only GET and HEAD are possible here.")
        found, asked, now, shared = await self._found(scope), dict(scope["headers"]), self._clock(), self._shared
        path = scope["path_params"]["path"]
        kind = media_type(path, asked)
        known = await self._marks(found, path) if _wants_news(asked) and not path.endswith(".css") else None
        if held := answers.held_tag(found, asked):
            return answers.not_modified(found, held, shared=shared, now=now)
        if known and (news := await self._news(found, path, kind, asked)):
            return news
        if scope["method"] == "GET" and (part := answers.part(found, kind, asked, shared=shared, now=now)):
            return part
        wanted = coding(answers.field(asked, b"accept-encoding")) if len(found.data) >= WORTH_COMPRESSING else ""
        if wanted:
            await self._versions.coded(found, wanted)
        return answers.whole(found, wanted, kind, shared=shared, now=now)

    async def _marks(self, found: Version, path: str) -> frozenset[str]:
        """The marks of a version's entries, which are remembered: the client will ask what is new since."""
        known = self._entries.get(found.digest)
        if known is None:
            known = self._entries[found.digest] = frozenset(await asyncio.to_thread(marks, found.data, _form(path)))
        self._entries.move_to_end(found.digest)
        if len(self._entries) > REMEMBERED:
            self._entries.popitem(last=False)
        return known

    async def _news(self, found: Version, path: str, kind: str, asked: Asked) -> Answer | None:
        """The entries that came or changed since the version that the client holds, if that is remembered."""
        held = answers.field(asked, b"if-none-match")
        since = next((digest for digest in reversed(self._entries) if f'"{digest}' in held), "")
        if not since:
            return None
        body = await asyncio.to_thread(_without, found.data, _form(path), self._entries[since])
        return answers.news(found, body, kind, since=since)


def media_type(path: str, asked: Asked) -> str:
    """The feed's own type, or one that a browser shows when a person opens the address."""
    suffix = path[path.rfind(".") :]
    if suffix in (".rss", ".atom") and asked.get(b"sec-fetch-dest") == b"document":
        return BROWSER_XML
    return MEDIA_TYPES[suffix]


def _wants_news(asked: Asked) -> bool:
    """Whether only new entries would do (RFC 3229 section 10.5.3, with the manipulation that feed readers call "feed")."""
    if answers.field(asked, b"user-agent").startswith(TAKES_NO_NEWS):
        return False
    wanted = answers.field(asked, b"a-im").lower().split(",")
    return any(manipulation.partition(";")[0].strip() == "feed" for manipulation in wanted)


def _wanted(query: str) -> Wanted:
    try:
        return feedquery.wanted(query)
    except ValueError as error:
        raise Refused(400, str(error)) from None


def _bilingual(path: str) -> str:
    stem, dot, suffix = path.rpartition(".")
    return path if stem.endswith(".bilingual") else f"{stem}.bilingual{dot}{suffix}"


def _form(path: str) -> Format:
    return cast(Format, path[path.rfind(".") + 1 :])


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(root: Path, path: str) -> Version:
    """A file of the folder, and when it was last written: the end of that second, before which another version may follow."""
    place = (root / path).resolve()
    if place.suffix not in MEDIA_TYPES or str(PurePosixPath(path)) != path or not place.is_relative_to(root):
        raise Refused(404, NO_SUCH_FEED)
    try:
        with place.open("rb") as file:
            status = os.fstat(file.fileno())
            return version(file.read(), _stamp(status), modified=int(status.st_mtime) + 1)
    except OSError:
        raise Refused(404, NO_SUCH_FEED) from None


def _narrowed(file: Version, form: Format, wanted: Wanted, token: str) -> Version:
    """The part of a feed that is wanted, its tokens in its addresses."""
    data = narrowed(file.data, form, wanted.of, query=wanted.query, token=token)
    return version(data, file.digest, modified=file.modified)


def _without(data: bytes, form: Format, known: frozenset[str]) -> bytes:
    """A feed without the entries that are known."""
    fresh = [place for place, mark in enumerate(marks(data, form)) if mark not in known]

    def choose(entries: Sequence[Listed]) -> list[int]:
        return fresh

    return narrowed(data, form, choose)
