"""What is saved over recorded lists by not sending summaries that their texts begin with, and that nothing is lost by it."""

from __future__ import annotations

import html
import os
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from aggregator.core import beginnings, memory, pages
from aggregator.core.normalize import normalize
from aggregator.core.segment import cut
from aggregator.model import Fetched, Page, Profile, Segment, Source
from aggregator.sources.json import JsonKind
from aggregator.translators.items import segments_of, sent_of

LISTS = Path(__file__).parents[3] / "shared" / "corpus" / "lists"
pytestmark = pytest.mark.skipif(not LISTS.is_dir(), reason="the recorded lists in ../shared/corpus are not here")
PROFILES: tuple[Profile, ...] = ("clean", "compat")


@cache
def recorded(profile: Profile) -> tuple[Page, ...]:
    """The recorded items, each in its own language: all with WHOLE=1, else every fourth."""
    return tuple(_recorded(profile, every=1 if os.environ.get("WHOLE") else 4))


def _recorded(profile: Profile, *, every: int) -> Iterator[Page]:
    for path in sorted(LISTS.glob("*/*.json")):
        source = Source(name=path.stem, kind="json", url=f"https://{path.parent.name}.example/{path.name}", profile=profile)
        feed = JsonKind().parse(source, Fetched(url=source.url, body=path.read_bytes()))
        for raw in feed.entries[::every]:
            item = normalize(raw, source, feed=feed, now=datetime(2026, 12, 1, tzinfo=UTC))
            yield pages.original(item, source, languages=(item.language,))


def characters(segments: list[Segment]) -> int:
    """What a request for an item's segments is billed for: each distinct one once."""
    return sum(len(segment.text) for segment in {memory.unit(segment) for segment in segments})


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_not_paid_twice(profile: Profile) -> None:
    whole = sent = spared = with_summary = 0
    for page in recorded(profile):
        draft = cut(page.body)
        with_summary += bool(page.item.summary)
        spared += beginnings.is_beginning(page.item, profile)
        whole += characters(segments_of(page.item, draft))
        sent += characters(sent_of(page.item, draft, profile))
    share = (whole - sent) / whole
    print(f"{profile}: {spared} of {with_summary} summaries not sent, {whole - sent} of {whole} characters saved, {share:.1%}")  # noqa: T201
    assert spared >= 0.9 * with_summary > 50
    assert share >= 0.05


@pytest.mark.parametrize(("profile", "most"), [("clean", 0.0), ("compat", 0.01)])
def test_an_engine_that_changes_nothing_leaves_every_summary_as_it_reads(profile: Profile, most: float) -> None:
    """But for links that no browser may follow: compat keeps them, and they are text in what is shown."""
    others = [page.item.url for page in recorded(profile) if not is_alike(page, profile)]
    assert len(others) <= most * len(recorded(profile)), others


def is_alike(page: Page, profile: Profile) -> bool:
    made, own = letters(beginnings.of_translation(page.body, page.item.language, profile)), letters(page.item.summary)
    if profile == "compat":  # which counts the white space between tags
        made, own = made[: len(own)], own[: len(made)]
    return made == own


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", html.unescape(text)))
