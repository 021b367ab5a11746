"""What a client is answered that asks for a version: 200, 206, 226, 304 or 416, with the header fields of each (RFC 9110, RFC 3229)."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from typing import NamedTuple

from aggregator.core import conditions
from aggregator.web.versions import Version

MAX_AGE = 300  # seconds a reader may keep a feed without asking
VARY = b"Accept-Encoding, Sec-Fetch-Dest"

Fields = list[tuple[bytes, bytes]]
Asked = Mapping[bytes, bytes]  # header fields of a request by name


class Answer(NamedTuple):
    """A status, header fields and a body."""

    status: int
    fields: Fields
    body: bytes = b""


def field(asked: Asked, name: bytes) -> str:
    """A field of a request, empty where there is none."""
    return asked.get(name, b"").decode("latin-1")


def held_tag(version: Version, asked: Asked) -> str:
    """The entity tag of the form that a client holds, where what it holds is current; else empty.

    If-None-Match goes before If-Modified-Since (RFC 9110 section 13.2.2).
    """
    if b"if-none-match" in asked:
        return conditions.held_tag(field(asked, b"if-none-match"), version.tags)
    is_held = b"if-modified-since" in asked and conditions.is_unmodified(field(asked, b"if-modified-since"), version.modified)
    return version.tag("") if is_held else ""


def not_modified(version: Version, tag: str, *, shared: bool, now: float) -> Answer:
    """What the client holds is current. The tag is that of the very form it holds, whichever it would be sent today."""
    return Answer(304, _fields(version, tag, shared, now))


def whole(version: Version, coding: str, kind: str, *, shared: bool, now: float) -> Answer:
    """All of a version in a coding that is there."""
    body = version.body(coding)
    return Answer(200, [*_fields(version, version.tag(coding), shared, now), *_described(kind, len(body), coding)], body)


def part(version: Version, kind: str, asked: Asked, *, shared: bool, now: float) -> Answer | None:
    """The bytes that a Range field asks for, never in a coding; None where all are to be sent."""
    if b"range" not in asked:
        return None
    tag, length = version.tag(""), len(version.data)
    wanted = conditions.byte_range(field(asked, b"range"), length)
    if wanted is None or not conditions.is_same(field(asked, b"if-range"), tag=tag, last_modified=_last_modified(version, now)):
        return None
    if not wanted:
        return Answer(416, [*_fields(version, tag, shared, now), (b"content-range", b"bytes */%d" % length), (b"content-length", b"0")])
    body = version.data[wanted.start : wanted.stop]
    place = (b"content-range", b"bytes %d-%d/%d" % (wanted.start, wanted.stop - 1, length))
    return Answer(206, [*_fields(version, tag, shared, now), *_described(kind, len(body), ""), place], body)


def news(version: Version, body: bytes, kind: str, *, since: str) -> Answer:
    """The entries that a client with the version of digest `since` does not have; caches are to keep out (RFC 3229 section 10.8)."""
    fields = [
        (b"etag", version.tag("").encode()),
        (b"im", b"feed"),
        (b"delta-base", f'"{since}"'.encode()),
        (b"cache-control", b"no-store, im"),
        (b"vary", VARY + b", A-IM, If-None-Match"),
    ]
    return Answer(226, [*fields, *_described(kind, len(body), "")], body)


def _fields(version: Version, tag: str, shared: bool, now: float) -> Fields:
    """What every answer about a version says; kept with it, once the date in it stands."""
    if now >= version.modified and (kept := version.fields.get((tag, shared))):
        return kept
    made = [
        (b"etag", tag.encode()),
        (b"last-modified", _last_modified(version, now).encode()),
        (b"cache-control", b"%s, max-age=%d" % (b"public" if shared else b"private", MAX_AGE)),
        (b"vary", VARY),
        (b"accept-ranges", b"bytes"),
    ]
    if now >= version.modified:
        version.fields[tag, shared] = made
    return made


def _last_modified(version: Version, now: float) -> str:
    """When the version can no longer be followed by another one in the same second, or now (section 8.8.2.1 wants none in the future)."""
    return formatdate(min(version.modified, int(now)), usegmt=True)


def _described(kind: str, length: int, coding: str) -> Fields:
    fields = [(b"content-type", kind.encode()), (b"content-length", b"%d" % length)]
    return [*fields, (b"content-encoding", coding.encode())] if coding else fields
