"""The reference format's real documents, byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.core import frontmatter, markup, pages
from aggregator.model import Item, Source

GOLDEN = Path(__file__).parents[2].parent / "shared" / "golden" / "compat"
ZONE = ZoneInfo("Asia/Shanghai")

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="the recorded documents in ../shared/golden are not here")


def recorded_items() -> list[Path]:
    return sorted(path for path in GOLDEN.glob("*.json") if path.with_suffix(".md").exists())


def item_from(recorded: dict[str, str]) -> Item:
    published = datetime.strptime(recorded["pub_date"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZONE)
    return Item(
        id="0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31",
        source=recorded["source"],
        guid=str(recorded.get("id", "")),
        url=recorded["link"],
        title=recorded["title"],
        html=recorded["description"],
        summary=markup.compat_summary(recorded["description"], recorded["language"]),
        published=published.astimezone(UTC),
        language=recorded["language"],
        image=recorded.get("image", ""),
        label=recorded["source"],
    )


@pytest.mark.parametrize("path", recorded_items(), ids=lambda path: path.stem)
def test_an_item_becomes_the_recorded_document(path: Path) -> None:
    (recorded,) = json.loads(path.read_text(encoding="utf-8"))["data"]
    item = item_from(recorded)
    page = pages.original(item, Source(name=item.source, url="https://example.org/", profile="compat"), languages=(item.language,))

    expected = path.with_suffix(".md").read_bytes()
    assert frontmatter.render(page, zone=ZONE).encode() == expected
    place = frontmatter.path(page, zone=ZONE)
    assert place == f"{item.language}/news/{item.source}/{path.stem.removeprefix('reference-').removeprefix(item.source + '-')}" + (
        ".md" if path.stem.endswith(f".{item.language}") else f".{item.language}.md"
    )


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
def test_a_recorded_document_parses_and_renders_back(path: Path) -> None:
    document = path.read_bytes().decode()
    metadata, body = frontmatter.parse(document)

    assert frontmatter.assemble(metadata, body) == document
    assert metadata["title"]
    assert isinstance(metadata["date"], str)
    assert body.endswith(f"]({body.rpartition('](')[2]}")
    assert metadata["widgets"] == ["search", "recent", "taglist"]


def test_all_recorded_documents_are_there() -> None:
    assert len(recorded_items()) == 5
    assert len((GOLDEN / "reference-investing_cn-2669387.md").read_bytes()) == 5332
