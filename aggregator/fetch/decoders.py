"""Undoes one content coding, and never holds more than the caller's bound of what comes out (RFC 9110 section 8.4.1)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import TypeVar

import brotli  # type: ignore[import-untyped]  # it ships no types
import zstandard

Content = TypeVar("Content", bytes, bytearray)

GZIP = 16 + zlib.MAX_WBITS
GZIP_MARK = b"\x1f\x8b"
PARTS = 64  # gzip members or zstd frames may follow one another; a million empty ones are an attack
BROTLI_STEP = 64 * 1024  # bytes out
ZSTD_STEP = 256  # bytes in: a block of 4 bytes can stand for 128 KiB, so that a step yields 8 MiB at most
ZSTD_WINDOW = 8 * 1024 * 1024  # as much as RFC 9659 allows on the web
WRONG = (zlib.error, brotli.error, zstandard.ZstdError)


class BadCoding(Exception):
    """The bytes are not in this coding, or they end too early."""


class TooLarge(Exception):
    """More comes out than the bound allows."""


def decode(raw: bytes, coding: str, *, limit: int) -> bytes:
    """The content of `raw`, at most `limit` bytes. `coding` is a key of CODINGS. Raises BadCoding or TooLarge."""
    try:
        return CODINGS[coding](raw, limit)
    except WRONG as error:
        raise BadCoding(coding) from error


def _identity(raw: bytes, limit: int) -> bytes:
    return _within(raw, limit)


def _gzip(raw: bytes, limit: int) -> bytes:
    content = b""
    for _ in range(PARTS):
        member = zlib.decompressobj(GZIP)
        content = _within(content + member.decompress(raw, limit + 1 - len(content)), limit)
        raw = member.unused_data
        if not member.eof:
            raise BadCoding("gzip")
        if not raw.startswith(GZIP_MARK):  # the end, or padding after it
            return content
    raise BadCoding("gzip")


def _brotli(raw: bytes, limit: int) -> bytes:
    decoder, content = brotli.Decompressor(), bytearray()
    piece = decoder.process(raw, output_buffer_limit=BROTLI_STEP)
    while piece:
        content += piece
        _within(content, limit)
        piece = decoder.process(b"", output_buffer_limit=BROTLI_STEP) if not decoder.is_finished() else b""
    if not decoder.is_finished():
        raise BadCoding("br")
    return bytes(content)


def _zstd(raw: bytes, limit: int) -> bytes:
    frames, content = [_zstd_frame()], bytearray()
    for start in range(0, len(raw), ZSTD_STEP):
        piece = raw[start : start + ZSTD_STEP]
        while piece:
            if frames[-1].eof:
                frames.append(_zstd_frame())
            if len(frames) > PARTS:
                raise BadCoding("zstd")
            content += frames[-1].decompress(piece)
            _within(content, limit)
            piece = frames[-1].unused_data
    if not frames[-1].eof:
        raise BadCoding("zstd")
    return bytes(content)


def _zstd_frame() -> zstandard.ZstdDecompressionObj:
    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()


def _within(content: Content, limit: int) -> Content:
    if len(content) > limit:
        raise TooLarge(limit)
    return content


CODINGS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "identity": _identity,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "br": _brotli,
    "zstd": _zstd,
}
