"""The heads of messages in the form that nearly all of them have; what has another one is h11's to read, or to refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import h11

Headers = list[tuple[bytes, bytes]]

BODILESS = (204, 304)

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # RFC 9110 section 5.6.2
_END = b"\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.[01] ([2-9][0-9]{2})(?: [\t -~\x80-\xff]*)?\r\n")
_LINE = re.compile(rb"(%b):([\t -~\x80-\xff]*)\r\n" % _TOKEN)
_LENGTH = re.compile(rb"[0-9]{1,18}")
_NAME, _VALUE, _PLACE = re.compile(_TOKEN), re.compile(rb"(?:[^\0\s](?:[^\0\r\n\v\f]*[^\0\s])?)?"), re.compile(rb"[!-~]+")


class Head(NamedTuple):
    """What stands before a body: names in lower case; `length` in bytes is what the body has, `size` what the head itself takes."""

    status: int
    headers: Headers
    length: int
    size: int


def request(method: bytes, place: bytes, headers: Iterable[tuple[bytes, bytes]], content: bytes = b"") -> bytes:
    """A whole request. Raises h11.LocalProtocolError for what can't be sent (RFC 9112 section 3, RFC 9110 section 5.5)."""
    lines = [b"%b %b HTTP/1.1" % (method, place)]
    for name, value in headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise _refused("a header that can't be sent")
        lines.append(b"%b: %b" % (name, value))
    if not _PLACE.fullmatch(place):
        raise _refused("an address that can't be sent")
    return b"\r\n".join(lines) + _END + content


def plain(data: bytes) -> Head | None:
    """The head that the data begin with, where its body has an announced length or none; None where it is not so plain, or not whole."""
    end = data.find(_END)
    first = _STATUS.match(data) if end >= 0 else None
    if first is None:
        return None
    block = data[first.end() : end + 2]
    lines: Headers = _LINE.findall(block)
    if sum(len(name) + len(value) + 3 for name, value in lines) != len(block):
        return None
    headers = [(name.lower(), value.strip(b" \t")) for name, value in lines]
    status = int(first[1])
    length = _length(status, headers)
    return None if length is None else Head(status, headers, length, end + len(_END))


def _length(status: int, headers: Headers) -> int | None:
    """RFC 9112 section 6.3, but for chunks and for what ends with the connection."""
    said = [value for name, value in headers if name == b"content-length"]
    if len(said) > 1 or any(name == b"transfer-encoding" for name, _ in headers) or not all(map(_LENGTH.fullmatch, said)):
        return None
    return 0 if status in BODILESS else int(said[0]) if said else None


def broken(why: str) -> h11.RemoteProtocolError:
    """What h11 raises for an answer that is not HTTP; h11 is loaded with the first thing that it has to say."""
    from h11 import RemoteProtocolError

    return RemoteProtocolError(why)


def _refused(why: str) -> h11.LocalProtocolError:
    from h11 import LocalProtocolError

    return LocalProtocolError(why)
