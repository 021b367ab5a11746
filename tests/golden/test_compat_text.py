"""Profile compat against what the reference made of real items."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.core.markup import compat_summary, to_markdown
from aggregator.core.normalize import normalize
from aggregator.model import ParsedFeed, RawItem, Source

GOLDEN = Path(__file__).parents[3] / "shared" / "golden" / "compat"
pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="../shared/golden/compat is absent")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def escaped(text):
    """Rule R3, which front matter applies."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ").strip()


def test_every_recorded_body_and_summary():
    cases = json.loads((GOLDEN / "html_to_md.json").read_text("utf-8"))
    assert len(cases) == 71
    for case in cases:
        assert to_markdown(case["html"], "compat") == case["md"]
        assert escaped(compat_summary(case["html"], case["lang"] or "")) == case["summary"]


def listed(data):
    source = Source(name="list", url="https://example.org/", kind="json", timezone="Asia/Shanghai", profile="compat")
    raw = RawItem(
        guid=str(data.get("id", "")),
        title=data["title"],
        html=data["description"],
        link=data["link"],
        published=data["pub_date"],
        label=data["source"],
        language=data["language"],
        kind=str(data["kind"]),
    )
    return normalize(raw, source, feed=ParsedFeed(entries=()), now=NOW)


def assert_in_document(item, document):
    assert f'\ntitle: "{escaped(item.title)}"\n' in document
    assert f'\nsummary: "{escaped(item.summary)}"\n' in document
    assert f'\nlang:\n  - "{item.language}"\n' in document
    assert f"\n---\n\n{to_markdown(item.html, 'compat')}\n\n[{item.label}]({item.url})\n" in document


@pytest.mark.parametrize("document", sorted(GOLDEN.glob("*.en.md")) if GOLDEN.is_dir() else [], ids=lambda path: path.stem)
def test_list_items(document):
    (data,) = json.loads(document.with_suffix(".json").read_text("utf-8"))["data"]
    assert_in_document(listed(data), document.read_text("utf-8"))


def test_the_reference_document_from_both_shapes():
    document = (GOLDEN / "reference-investing_cn-2669387.md").read_text("utf-8")
    (data,) = json.loads((GOLDEN / "reference-investing_cn-2669387.json").read_text("utf-8"))["data"]
    (entry,) = json.loads((GOLDEN / "reference-api-homepage.json").read_text("utf-8"))["items"]
    api = Source(name="investing_cn", url="https://api.example/", link_base="https://cn.investing.com", language="zh-CN", profile="compat")
    raw = RawItem(guid=str(entry["id"]), title=entry["headline"], text=entry["body"], link=entry["href"], published=entry["updated_date"])
    for item in (listed(data), normalize(raw, api, feed=ParsedFeed(entries=()), now=NOW)):
        assert_in_document(item, document)
        assert (item.guid, item.published) == ("2669387", datetime(2025, 2, 13, 3, 36, 36, tzinfo=UTC))


def test_a_body_that_is_only_an_address_or_a_name_is_text() -> None:
    for body in ("https://example.org/", "page.html", "a/b"):
        assert to_markdown(body, "compat") == body
