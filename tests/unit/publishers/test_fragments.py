"""What was written of an entry is used again for the same entry only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from aggregator.core.templates import PLAIN
from aggregator.model import Feed, Media, Page, Source
from aggregator.publishers.channel import channel
from aggregator.publishers.feeds import FeedPublisher
from aggregator.publishers.fragments import Fragments
from aggregator.publishers.rss_atom import atom, rss

SOUND = Media(url="https://e.example/1.mp3", type="audio/mpeg", role="enclosure", duration=5)


@pytest.mark.parametrize("variant", ["translation", "bilingual"])
def test_an_edit_is_in_the_feed(feed: Callable[..., Feed], translated: Callable[..., Page], variant: str) -> None:
    publisher, page = FeedPublisher(base_url="https://me.example"), translated()
    assert page.translation is not None
    edits = [
        page,
        replace(page, title="Another"),
        replace(page, html="<p>another</p>"),
        replace(page, item=replace(page.item, authors=("Li",))),
        replace(page, source=Source(name="news", url="", title="Other News")),
        replace(page, translation=replace(page.translation, engine="other")),
        page,
    ]
    made = [publisher.feed(feed(edit, variant=variant)) for edit in edits]
    assert made == [FeedPublisher(base_url="https://me.example").feed(feed(edit, variant=variant)) for edit in edits]
    assert len({documents[0].data for documents in made}) == len(edits) - 1


def test_variants_do_not_take_each_other_s(feed: Callable[..., Feed]) -> None:
    publisher = FeedPublisher()
    made = [publisher.feed(feed(variant=variant))[0].data for variant in ("translation", "bilingual") * 2]
    assert made[:2] == made[2:]
    assert made[0] != made[1]


def test_the_root_declares_what_known_entries_use(feed: Callable[..., Feed], original: Callable[..., Page]) -> None:
    fragments = Fragments()
    plain, played = original(id="11111111-2222-5333-8444-555555555555"), original(media=(SOUND,), image="https://e.example/1.png")
    for pages in ([plain], [played], [plain, played], [played, plain], [plain]):
        ready = channel(feed(*pages), base_url="", templates=PLAIN)
        assert fragments.document(ready, "rss") == rss(ready)
        assert fragments.document(ready, "atom") == atom(ready)
        assert (b"xmlns:itunes" in rss(ready)) == (played in pages)
