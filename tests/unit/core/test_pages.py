from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from aggregator.core import pages
from aggregator.model import Item, Source, Translation

ITEM = Item(
    id="0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31",
    source="news",
    guid="1",
    url="https://example.org/a/1",
    title="Titel",
    html='<p>Ein <b>Satz</b>.</p><p><a href="/b">Link</a></p><script>x</script>',
    summary="Ein Satz.",
    published=datetime(2025, 1, 1, tzinfo=UTC),
    language="de",
)
CLEAN = Source(name="news", url="https://example.org/feed")
COMPAT = replace(CLEAN, profile="compat")
TRANSLATION = Translation(
    item_id=ITEM.id,
    language="en",
    title="Title",
    summary="A sentence.",
    body="A **sentence**.\n\n<script>x</script>",
    engine="pseudo",
    of_digest="d",
    made_at=datetime(2025, 1, 2, tzinfo=UTC),
)


def test_the_original_is_the_item_in_markdown_and_clean_html() -> None:
    page = pages.original(ITEM, CLEAN, languages=("de", "en"))
    assert (page.language, page.title, page.summary, page.languages) == ("de", "Titel", "Ein Satz.", ("de", "en"))
    assert page.body.startswith("Ein **Satz**.\n\n[Link](")
    assert "<script" not in page.html
    assert 'href="https://example.org/b"' in page.html
    assert page.translation is None
    assert page.original_body == ""


def test_the_reference_format_takes_the_html_as_it_came() -> None:
    page = pages.original(ITEM, COMPAT, languages=("de",))
    assert page.body == "Ein **Satz**.\n\n[Link](/b)"
    assert "<script" not in page.html


def test_a_translation_keeps_the_original_beside_it() -> None:
    page = pages.translated(ITEM, CLEAN, TRANSLATION, languages=("de", "en"))
    assert (page.language, page.title, page.summary, page.body) == ("en", "Title", "A sentence.", TRANSLATION.body)
    assert page.html.startswith("<p>A <strong>sentence</strong>.</p>")
    assert "<script" not in page.html
    assert page.original_body == pages.original(ITEM, CLEAN, languages=()).body
    assert page.translation is TRANSLATION
    assert page.item is ITEM
