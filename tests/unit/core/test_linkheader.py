"""The Link field (RFC 8288)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.linkheader import related

BASE = "https://example.org/a/feed"


@pytest.mark.parametrize(
    ("field", "hub"),
    [
        ('<https://hub.example/>; rel="hub"', "https://hub.example/"),
        ("<https://hub.example/>;rel=hub", "https://hub.example/"),
        ('<https://x.example/>; rel="self", <https://hub.example/>; rel="hub"', "https://hub.example/"),
        ('<https://hub.example/?a=1,2>; title="a, b; rel=self"; rel="HUB alternate"', "https://hub.example/?a=1,2"),
        ('</hub>; rel="hub"', "https://example.org/hub"),
        ('<https://one.example/>; rel="hub", <https://two.example/>; rel="hub"', "https://one.example/"),
        ('<https://hub.example/>; rel="next"; rel="hub"', ""),
        ('<https://hub.example/>; rel="hub"; anchor="/other"', ""),
        ('<https://hub.example/>; rel="github"', ""),
        ("https://hub.example/; rel=hub", ""),
        ("", ""),
    ],
)
def test_the_first_link_of_a_relation(field: str, hub: str) -> None:
    assert related(field, "hub", base=BASE) == hub


@given(st.text(alphabet='<>;,="\\ relhub/', max_size=200))
def test_anything_can_stand_there(field: str) -> None:
    related(field, "hub", base=BASE)
