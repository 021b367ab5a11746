from __future__ import annotations

import pytest

from aggregator.core import markup, remembered

TEXTS = ["", "<p>a *b* <b>c</b></p>", "<p>" + "word " * 10_000 + "</p>"]


@pytest.mark.parametrize("text", TEXTS, ids=["empty", "short", "long"])
def test_what_is_remembered_is_what_would_be_made(text: str) -> None:
    for _ in range(2):
        assert remembered.to_html(text) == markup.to_html(text)
        assert remembered.clean(text, "https://a.example/") == markup.clean(text, "https://a.example/")
        assert [remembered.to_markdown(text, profile) for profile in ("compat", "clean")] == [
            markup.to_markdown(text, profile) for profile in ("compat", "clean")
        ]


def test_base_and_profile_make_a_difference() -> None:
    assert remembered.clean('<a href="/x">x</a>', "https://a.example/") != remembered.clean('<a href="/x">x</a>', "https://b.example/")
    assert remembered.to_markdown("<ul><li>x</li></ul>", "compat") != remembered.to_markdown("<ul><li>x</li></ul>", "clean")
