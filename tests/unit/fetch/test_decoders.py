import gzip
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.decoders import BadCoding, TooLarge, decode
from tests.system.origin import PACK, zstd_bomb

ALL = sorted(PACK)
TEXT = b"<rss>" + bytes(range(256)) * 400


@pytest.mark.parametrize("coding", ALL)
@given(body=st.binary(max_size=5000))
def test_what_was_packed_comes_out(coding: str, body: bytes) -> None:
    assert decode(PACK[coding](body), coding, limit=5000) == body


@pytest.mark.parametrize("coding", [*ALL, "identity"])
def test_the_bound_is_exact(coding: str) -> None:
    packed = PACK.get(coding, bytes)(TEXT)
    assert decode(packed, coding, limit=len(TEXT)) == TEXT
    with pytest.raises(TooLarge):
        decode(packed, coding, limit=len(TEXT) - 1)


@pytest.mark.parametrize("coding", ALL)
def test_what_was_cut_short_is_refused(coding: str) -> None:
    packed = PACK[coding](TEXT)
    for length in (0, 1, len(packed) // 2, len(packed) - 1):
        with pytest.raises(BadCoding):
            decode(packed[:length], coding, limit=10**6)


@pytest.mark.parametrize("coding", ALL)
def test_what_is_something_else_is_refused(coding: str) -> None:
    with pytest.raises(BadCoding):
        decode(b"<rss>not packed at all</rss>", coding, limit=10**6)


@pytest.mark.parametrize("coding", ALL)
@given(noise=st.binary(max_size=300), at=st.integers(0, 300))
def test_noise_is_refused_or_read_and_nothing_else(coding: str, noise: bytes, at: int) -> None:
    packed = PACK[coding](TEXT)
    try:
        content = decode(packed[:at] + noise + packed[at:], coding, limit=10**6)
    except (BadCoding, TooLarge):
        return
    assert len(content) <= 10**6


def test_several_gzip_members_and_zstd_frames_are_one_body() -> None:
    assert decode(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", limit=100) == b"one two"
    pack = zstandard.ZstdCompressor().compress
    assert decode(pack(b"one ") + pack(b"two"), "zstd", limit=100) == b"one two"


def test_padding_after_gzip_is_left_out() -> None:
    assert decode(gzip.compress(b"feed") + b"\0" * 100, "gzip", limit=100) == b"feed"


@pytest.mark.parametrize(
    ("coding", "empty"), [("gzip", gzip.compress(b"", mtime=0)), ("zstd", zstandard.ZstdCompressor().compress(b""))], ids=["gzip", "zstd"]
)
def test_a_flood_of_empty_parts_is_refused(coding: str, empty: bytes) -> None:
    with pytest.raises(BadCoding):
        decode(empty * 1000, coding, limit=100)


def test_a_zstd_window_larger_than_the_web_allows_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    with pytest.raises(BadCoding):
        decode(packer.compress(TEXT) + packer.flush(), "zstd", limit=10**7)


def test_raw_deflate_is_not_taken_for_gzip() -> None:
    with pytest.raises(BadCoding):
        decode(zlib.compress(TEXT), "gzip", limit=10**6)


def test_the_bombs_of_these_tests_are_real() -> None:
    assert zstandard.ZstdDecompressor().decompressobj().decompress(zstd_bomb(1 << 20)) == b"x" * (1 << 20)
    assert len(zstd_bomb(1 << 30)) < 33 * 1024
    assert len(brotli.compress(bytes(1 << 26), quality=5)) < 1024
