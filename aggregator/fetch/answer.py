"""Reads what came back from one request, within bounds, and says what it comes to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.fetch.decoders import CODINGS, GZIP_MARK, BadCoding, TooLarge, decode
from aggregator.fetch.failures import FetchError, refused_status
from aggregator.fetch.head import broken
from aggregator.fetch.target import Target
from aggregator.fetch.walls import is_wall
from aggregator.fetch.wire import Response
from aggregator.model import Fetched, NotModified, Outcome, Request

if TYPE_CHECKING:
    import httpcore

MIB = 1024 * 1024
RAW_FLOOR = 5 * MIB  # bytes on the wire that half of max_bytes does not bound
ERROR_PAGE = 64 * 1024  # bytes looked at of an answer that is a failure anyway
REDIRECTS, PERMANENT = (301, 302, 303, 307, 308), (301, 308)  # RFC 9110 section 15.4
SAME_METHOD = (307, 308)  # redirects that a form follows: the others would turn it into a GET
NOT_MODIFIED = 304
IM_USED = 226  # RFC 3229 section 10.4.1: only what is new, for those who said that they can put it together
WHOLE = (200, 203)  # a complete representation; a 206 was never asked for
ACCEPTED = range(200, 300)  # all that matters of the answer to a form
CONDITIONS = frozenset(["if-none-match", "if-modified-since"])
MOST_PIECES = 50_000  # of a body: its chunks, which cost more than their bytes
PIECES_AT_ONCE = 256  # read in one go, for meanwhile nothing else goes on
QUICK = 64 * 1024  # bytes of a body that are looked through within a millisecond
KEPT_BACK = frozenset(["set-cookie", "set-cookie2"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back from one request: `headers` with lower-case names and without cookies, `raw` as it was on the wire."""

    status: int
    headers: Mapping[str, str]
    raw: bytes = b""

    @property
    def location(self) -> str:
        """Where it redirects to, or empty. Servers write UTF-8 there, whatever RFC 9110 says."""
        return self.headers.get("location", "").encode("latin-1").decode("utf-8", "replace") if self.status in REDIRECTS else ""


async def receive(response: Response | httpcore.Response, target: Target, *, max_bytes: int) -> Answer:
    """Read a response as far as it is of use. Raises FetchError for a body that is too large, and the transport's exceptions."""
    headers = _named(response.headers)
    if response.status in (*REDIRECTS, NOT_MODIFIED):
        return Answer(status=response.status, headers=headers)
    if response.status not in (*WHOLE, IM_USED):
        return Answer(status=response.status, headers=headers, raw=(await _read(response, ERROR_PAGE))[:ERROR_PAGE])
    limit, announced = raw_limit(max_bytes), int(headers.get("content-length", "0")[:20])
    raw = b"" if announced > limit else await _read(response, limit)
    if max(announced, len(raw)) > limit:
        size = f" ({_size(announced)})" if announced > limit else ""
        raise _too_large(f"{target.shown}: larger than {_size(limit)} on the wire{size}", max_bytes, headers)
    return Answer(status=response.status, headers=headers, raw=raw)


def raw_limit(max_bytes: int) -> int:
    """How many bytes may come on the wire, where a document may have `max_bytes`: half as many, or 5 MiB, but no more than it may have."""
    return min(max_bytes, max(RAW_FLOOR, max_bytes // 2))


def is_quick(answer: Answer) -> bool:
    """Whether `outcome_of` is too quick for anybody to notice. What is compressed may become ten megabytes, however little came."""
    return len(answer.raw) <= QUICK and "content-encoding" not in answer.headers and not answer.raw.startswith(GZIP_MARK)


def outcome_of(answer: Answer, target: Target, request: Request, *, permanent_url: str) -> Outcome:
    """What the last answer of an exchange comes to. Raises FetchError for everything that brought neither a body nor a 304."""
    if request.form and answer.status in ACCEPTED:
        return Fetched(url=target.url, body=b"", status=answer.status, headers=answer.headers)
    names = {name.lower() for name in request.headers}
    if answer.status == NOT_MODIFIED:
        if CONDITIONS.isdisjoint(names):
            raise FetchError(
                "protocol", f"{target.shown}: the site answered 304 though nothing was held", status=304, headers=answer.headers
            )
        return NotModified(url=target.url, headers=answer.headers, permanent_url=permanent_url)
    if answer.status not in WHOLE and not (answer.status == IM_USED and "a-im" in names):
        raise _failure(answer, target)
    body = _decoded(answer, target, limit=request.max_bytes)
    if is_wall(answer.headers, body):
        raise _wall(answer, target)
    if not body.strip():
        raise FetchError("empty", f"{target.shown}: the answer is empty", status=answer.status, headers=answer.headers)
    return Fetched(url=target.url, body=body, status=answer.status, headers=answer.headers, permanent_url=permanent_url)


def _named(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Field lines as text, byte for byte; those of one name are joined (RFC 9110 section 5.3)."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name not in KEPT_BACK:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


async def _read(response: Response | httpcore.Response, enough: int) -> bytes:
    """The raw body, up to the piece that goes over `enough` bytes. Raises h11.RemoteProtocolError for too many pieces."""
    raw, pieces = bytearray(), 0
    async for piece in response.aiter_stream():
        raw += piece
        pieces += 1
        if len(raw) > enough:
            break
        if pieces > MOST_PIECES:
            raise broken("a body in crumbs")
        if pieces % PIECES_AT_ONCE == 0:
            await asyncio.sleep(0)
    return bytes(raw)


def _decoded(answer: Answer, target: Target, *, limit: int) -> bytes:
    codings = [name for part in answer.headers.get("content-encoding", "").split(",") if (name := part.strip().lower())]
    coding = codings[0] if codings else "identity"
    if len(codings) > 1 or coding not in CODINGS:
        text = f"{target.shown}: compressed as {', '.join(codings)!r}, which was not asked for"
        raise FetchError("encoding", text, status=answer.status, headers=answer.headers)
    try:
        content = decode(answer.raw, coding, limit=limit)
        return decode(content, "gzip", limit=limit) if content.startswith(GZIP_MARK) else content  # a file that was compressed before
    except BadCoding as error:
        text = f"{target.shown}: said to be compressed with {coding}, but it is not, or not whole"
        raise FetchError("encoding", text, status=answer.status, headers=answer.headers) from error
    except TooLarge as error:
        text = f"{target.shown}: larger than {_size(limit)} when decoded ({_size(len(answer.raw))} on the wire)"
        raise _too_large(text, limit, answer.headers) from error


def _failure(answer: Answer, target: Target) -> FetchError:
    try:
        page = _decoded(answer, target, limit=MIB)
    except FetchError:
        page = b""
    return _wall(answer, target) if is_wall(answer.headers, page) else refused_status(target.shown, answer.status, answer.headers)


def _wall(answer: Answer, target: Target) -> FetchError:
    text = f"{target.shown}: the site answered {answer.status} with a page that only lets browsers through"
    return FetchError("bot_wall", text, status=answer.status, headers=answer.headers)


def _too_large(text: str, max_bytes: int, headers: Mapping[str, str]) -> FetchError:
    raw = raw_limit(max_bytes)
    of_raw = f", and half of it on the wire, {_size(RAW_FLOOR)} at least" if raw < max_bytes else ""
    advice = f"If the document is really that large, raise fetch.max_bytes: it allows {_size(max_bytes)}{of_raw}."
    return FetchError("too_large", text, advice=advice, status=200, headers=headers)


def _size(count: int) -> str:
    unit, name = (MIB, "MiB") if count >= MIB else (1024, "KiB")
    return f"{f'{count / unit:.1f}'.removesuffix('.0')} {name}"
