from __future__ import annotations

import pytest

from aggregator.core.bilingual import blocks


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("<p>a</p>\n<p>b</p>", ["<p>a</p>", "<p>b</p>"]),
        ("<ul><li><p>a</p></li><li>b</li></ul><hr><p>c<br>d</p>", ["<ul><li><p>a</p></li><li>b</li></ul>", "<hr>", "<p>c<br>d</p>"]),
        ('<p><img src="https://e.org/?a>b" alt="<p>"></p> rest', ['<p><img src="https://e.org/?a>b" alt="<p>"></p>', "rest"]),
        ("text <b>bold</b>", ["text <b>bold</b>"]),
        (
            "<table><thead><tr><th>1</th></tr></thead></table><h2>x</h2>",
            ["<table><thead><tr><th>1</th></tr></thead></table>", "<h2>x</h2>"],
        ),
    ],
)
def test_blocks_of_clean_html(html: str, expected: list[str]) -> None:
    assert list(blocks(html)) == expected
