from __future__ import annotations

import pytest

from aggregator.core.bilingual import alone, blocks, both
from aggregator.core.notes import notes
from aggregator.model import LONG_AGO, Item, Page, Source, Translation


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


def page(html: str, original_body: str, *, untranslated: int = 0, of_digest: str = "d") -> Page:
    made = Translation(
        item_id="i",
        language="de",
        title="",
        summary="",
        body="",
        engine="one",
        of_digest=of_digest,
        made_at=LONG_AGO,
        untranslated=untranslated,
    )
    item = Item(id="i", source="s", guid="g", url="", title="", html="", summary="", published=LONG_AGO, language="en", digest="d")
    return Page(
        item=item, source=Source(name="s", url=""), language="de", title="", summary="", body="", html=html, languages=("de", "en"),
        translation=made, original_body=original_body,
    )  # fmt: skip


def test_both_halves_name_their_language_and_an_untranslated_block_stands_once() -> None:
    assert both(page("<p>Eins</p>\n<p>Two</p>", "One\n\nTwo", untranslated=1)).split("\n") == [
        '<div lang="de"><p>Eins</p></div>', '<div lang="en"><p>One</p></div>', '<div lang="en"><p>Two</p></div>',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "original", "expected"),
    [
        ("<p>Eins</p>\n<p>Two</p>", "One\n\nTwo", '<p>Eins</p>\n<div lang="en"><p>Two</p></div>'),
        ("<p>Eins</p>\n<p>2024</p>", "One\n\n2024", "<p>Eins</p>\n<p>2024</p>"),
        ("<p>Eins</p>\n<pre><code>x\n</code></pre>", "One\n\n    x", "<p>Eins</p>\n<pre><code>x\n</code></pre>"),
        ("<p>Eins</p>", "One\n\nTwo", "<p>Eins</p>"),
    ],
)
def test_a_block_that_stayed_untranslated_names_its_language(html: str, original: str, expected: str) -> None:
    assert alone(page(html, original, untranslated=1)) == expected
    assert alone(page(html, original)) == html


def test_a_reader_is_told_what_is_missing_and_what_is_old() -> None:
    assert list(notes(page("", ""))) == []
    assert list(notes(page("", "", untranslated=2, of_digest="before"))) == [
        "Not translated: 2 parts of this text, left in en.",
        "The original was changed after this translation was made.",
    ]
