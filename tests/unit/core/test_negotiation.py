"""Which content coding an answer gets."""

from __future__ import annotations

import pytest

from aggregator.core.negotiation import coding


@pytest.mark.parametrize(
    ("field", "chosen"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("GZIP ; Q=0.3", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("gzip;q=x", ""),
        ("gzip;level=9", "gzip"),
        ("identity", ""),
        ("gzip;q=nan", ""),
    ],
)
def test_the_coding_that_a_client_wants_most(field: str, chosen: str) -> None:
    assert coding(field) == chosen
