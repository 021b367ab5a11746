from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from aggregator.core import feeding, frontmatter, markup
from aggregator.core.rereading import Reread, matched, reread
from aggregator.core.volatile import text_digest
from aggregator.errors import ParseError
from aggregator.model import Item, Media, Source, Translation

ZONE = ZoneInfo("Asia/Shanghai")
SOURCE = Source(name="paper", url="https://paper.example/feed", title="The Paper", folder="paper", translate_to=("en",))
HTML = '<p>软件的<strong>第一条</strong>新闻，*无星号*。</p><ul><li>一</li><li>二</li></ul><p><a href="https://a.example/b">链接</a></p>'
TITLE = '第 1 条 "新闻"'
ITEM = Item(
    id="5f0a8a43-5b0e-5c0d-9a55-0d4b6f7c3e21", source="paper", guid="one", url="https://paper.example/1", title=TITLE, html=HTML,
    summary="摘要_有_标记", published=datetime(2026, 5, 1, 4, 5, 6, tzinfo=UTC), language="zh-CN", declared="zh-CN", detected="zh-Hans",
    image="https://paper.example/1.jpg", tags=("市场", "tech"), label="The Paper", digest=text_digest(TITLE, markup.visible_text(HTML)),
)  # fmt: skip
MADE = Translation(
    item_id=ITEM.id, language="en", title="News: one", summary="A *summary*", body="Some **text**.\n\n- of two\n- points", engine="paid",
    of_digest=ITEM.digest, made_at=datetime(2026, 5, 2, tzinfo=UTC), verified=True,
)  # fmt: skip
ENCLOSED = replace(ITEM, media=(Media(url="https://paper.example/1.mp3", title="Ton"),))


def again(item: Item, language: str = "zh-CN", *, made: Translation = MADE) -> Reread:
    """What is read back of the document of an item in a language."""
    page = feeding.page_of(item, language, {"en": made}, {"paper": SOURCE})
    return reread(frontmatter.render(page, zone=ZONE), name="one", source="paper")


def test_an_original_comes_back_but_for_what_documents_do_not_hold() -> None:
    found = again(ITEM)
    assert found.item
    assert replace(found.item, html=HTML) == ITEM
    assert markup.visible_text(found.item.html) == markup.visible_text(HTML)


def test_its_document_is_the_same_to_the_byte() -> None:
    for item in (ITEM, ENCLOSED, replace(ITEM, html="", flags=("empty",), digest=text_digest(ITEM.title, ""))):
        back = again(item).item
        assert back
        pages = (feeding.page_of(each, "zh-CN", {"en": MADE}, {"paper": SOURCE}) for each in (item, replace(back, media=item.media)))
        before, after = (frontmatter.render(page, zone=ZONE) for page in pages)
        assert after == before
        assert [media.url for media in back.media] == [media.url for media in item.media]


@pytest.mark.parametrize(
    "made",
    [
        MADE,
        replace(MADE, untranslated=2, flags=("budget",)),
        replace(MADE, of_digest="another"),
        replace(MADE, untranslated=1, of_digest="another", verified=False),
    ],
)
def test_a_translation_comes_back_with_its_provenance_and_without_its_notes(made: Translation) -> None:
    found = again(ENCLOSED, "en", made=made)
    assert found.translation
    back = matched(found.translation, ITEM)
    assert replace(back, of_digest=made.of_digest) == made
    assert (back.of_digest == ITEM.digest) == (made.of_digest == ITEM.digest)


@pytest.mark.parametrize(
    "document",
    ["My own page\n", "---\ntitle: mine\n---\n\nText\n", "---\n- a\n---\n\nText\n", '---\ntranslationKey: "x"\nlang: en\n---\n\nText\n'],
)
def test_a_page_of_somebody_else_is_refused(document: str) -> None:
    with pytest.raises(ParseError):
        reread(document, name="mine", source="paper")
