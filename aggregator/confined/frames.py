"""What goes through the pipes between the pool and its children: frames of a tag, a note whether it is the last, and bytes.

The bytes are JSON, or a body as it was fetched. Nothing that comes out of a child can run code here: no pickle, no marshal.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

CONTENTS, FAILED, BROKEN, READY = b"C", b"F", b"X", b"R"
SOURCE, QUESTION, BODY = b"S", b"Q", b"B"
_HEAD = struct.Struct(">c?I")
HEAD_SIZE = _HEAD.size


class Head(NamedTuple):
    """What stands before the bytes of a frame. After a frame that is the `last`, the child ends."""

    tag: bytes
    last: bool
    size: int


def packed(tag: bytes, data: bytes = b"", *, last: bool = False) -> bytes:
    """A frame."""
    return announced(tag, len(data), last=last) + data


def announced(tag: bytes, size: int, *, last: bool = False) -> bytes:
    """What stands before so many bytes."""
    return _HEAD.pack(tag, last, size)


def head(data: bytes) -> Head:
    """The head of a frame."""
    return Head(*_HEAD.unpack(data))


def take(stream: BinaryIO) -> bytes | None:
    """The bytes of the next frame, or None where the other end is gone."""
    begin = stream.read(HEAD_SIZE)
    if len(begin) < HEAD_SIZE:
        return None
    size = head(begin).size
    data = stream.read(size)
    return data if len(data) == size else None
