"""What every publisher promises: see ports.Publisher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pytest

from aggregator.model import Document, Feed, Item, Page, Source, Translation
from aggregator.ports import Publisher
from aggregator.publishers.feeds import FeedPublisher
from aggregator.publishers.files import write
from aggregator.publishers.markdown import MarkdownPublisher

HOSTILE = "../<b>\x00\ud800&amp;\u2028]]>{{< x >}}\n---\n"
ITEM = Item(
    id="0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31",
    source="news",
    guid="100",
    url="https://example.org/100",
    title="Title",
    html="<p>Text</p>",
    summary="Summary",
    published=datetime(2025, 1, 1, 8, tzinfo=UTC),
    language="en",
)
HOSTILE_ITEM = replace(
    ITEM,
    guid=HOSTILE,
    url=HOSTILE,
    title=HOSTILE,
    summary=HOSTILE,
    language=HOSTILE,
    image=HOSTILE,
    tags=(HOSTILE, ""),
    authors=(HOSTILE,),
    label=HOSTILE,
)


def page(item: Item, source: Source, *, translated: bool = False) -> Page:
    made = Translation(
        item_id=item.id,
        language="fr",
        title="Titre",
        summary="",
        body=HOSTILE,
        engine=HOSTILE,
        of_digest="",
        made_at=item.published,
        untranslated=2,
    )
    original = Page(
        item=item,
        source=source,
        language=item.language,
        title=item.title,
        summary=item.summary,
        body=item.html,
        html=item.html,
        languages=("en", "fr"),
    )
    return (
        replace(original, language="fr", title=made.title, body=made.body, translation=made, original_body="x") if translated else original
    )


PAGES = [
    page(item, replace(source, profile=profile), translated=translated)
    for item in (ITEM, HOSTILE_ITEM)
    for source in (Source(name="news", url="https://example.org/"), Source(name=HOSTILE, url=HOSTILE, folder=HOSTILE, title=HOSTILE))
    for profile in ("compat", "clean")
    for translated in (False, True)
]
FEEDS = [
    Feed(name=name, language="en", title=name, link=name, pages=tuple(PAGES), variant=variant, siblings=("en", HOSTILE))
    for name in ("all", "news", "tag/markets", f"tag/{HOSTILE}", HOSTILE)
    for variant in ("translation", "bilingual")
]
PUBLISHERS = [
    MarkdownPublisher(zone=ZoneInfo("Asia/Shanghai")),
    FeedPublisher(base_url="https://me.example"),
    FeedPublisher(formats=("json",)),
]


def documents_of(publisher: Publisher) -> Sequence[Document]:
    return [
        *(document for one in PAGES for document in publisher.page(one)),
        *(document for one in FEEDS for document in publisher.feed(one)),
    ]


@pytest.mark.parametrize("publisher", PUBLISHERS, ids=["markdown", "feeds", "feeds in one format"])
class TestPublisher:
    def test_it_publishes_something(self, publisher: Publisher) -> None:
        assert documents_of(publisher)

    def test_the_same_input_gives_the_same_documents(self, publisher: Publisher) -> None:
        assert documents_of(publisher) == documents_of(publisher)

    def test_paths_are_relative_and_stay_below_their_root(self, publisher: Publisher) -> None:
        for document in documents_of(publisher):
            for path in filter(None, (document.path, document.alternative)):
                assert path == str(PurePosixPath(path))
                assert not PurePosixPath(path).is_absolute()
                assert ".." not in PurePosixPath(path).parts
                assert path.isprintable()

    def test_every_document_is_utf_8_with_one_final_newline(self, publisher: Publisher) -> None:
        for document in documents_of(publisher):
            text = document.data.decode()
            assert text.endswith("\n")
            assert not text.endswith("\n\n")

    def test_every_document_can_be_written_and_then_is_up_to_date(self, publisher: Publisher, tmp_path: Path) -> None:
        roots = {"content": tmp_path / "content", "feeds": tmp_path / "feeds"}
        for document in documents_of(publisher):
            assert write(document, roots).outcome in ("written", "unchanged", "kept")
            assert write(document, roots).outcome in ("unchanged", "kept")
        assert all(path.is_relative_to(tmp_path) for path in tmp_path.rglob("*"))
        assert not list(tmp_path.rglob("*.tmp"))
