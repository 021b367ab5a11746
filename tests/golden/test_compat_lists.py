"""Profile `compat` over recorded lists of items: each document is the reference format's to the byte, by its rules as they are written."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from markdownify import markdownify

from aggregator.core import frontmatter, pages
from aggregator.core.normalize import normalize
from aggregator.model import Fetched, Source
from aggregator.sources.json import JsonKind

LISTS = sorted((Path(__file__).parents[3] / "shared" / "corpus" / "lists").glob("*/*.json"))
NOW = datetime(2026, 12, 1, tzinfo=UTC)
DOCUMENT = """\
---
title: "{title}"
date: "{date}"
summary: "{summary}"
categories:
  - "{source}"
lang:
  - "{language}"
translations:
  - "{language}"
tags:
  - "{source}"
menu: ""
thumbnail: "{image}"
lead: ""
comments: false
authorbox: false
pager: true
toc: false
mathjax: false
sidebar: "right"
widgets:
  - "search"
  - "recent"
  - "taglist"
---

{body}

[{label}]({link})
"""


def escaped(text: str) -> str:
    return re.sub("[\n\r\t]", " ", (text or "").replace("\\", "\\\\").replace('"', '\\"')).strip()


def summary(description: str, language: str) -> str:
    text = re.sub("<[^>]*>", "", description.strip())
    if "zh" in language:
        return escaped(text if len(text) < 80 else text[:50] + "...")
    words = text.split()
    return escaped(text if len(words) < 50 else " ".join(words[:50]) + "...")


def document(data: dict[str, Any]) -> str:
    """What the reference makes of an item."""
    description, language = data.get("description") or "", data["language"]
    return DOCUMENT.format(
        title=escaped(data["title"]), date=escaped(data["pub_date"]), summary=summary(description, language),
        source=escaped(data["source"]), language=language, image=escaped(data.get("image") or ""),
        body=markdownify(description).strip(), label=data["source"], link=data["link"],
    )  # fmt: skip


@pytest.mark.skipif(not LISTS, reason="the recorded lists in ../shared/corpus are not here")
@pytest.mark.parametrize("path", LISTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_recorded_item_becomes_the_document_of_the_reference(path: Path) -> None:
    body = path.read_bytes()
    source = Source(name="list", kind="json", url="https://list.example/", timezone="Asia/Shanghai", profile="compat")
    feed = JsonKind().parse(source, Fetched(url=source.url, body=body))
    listed = json.loads(body)["data"]
    assert len(feed.entries) == len(listed)
    for raw, data in zip(feed.entries, listed, strict=True):
        if data.get("language") and str(data.get("kind", 1)) != "2":
            item = normalize(raw, source, feed=feed, now=NOW)
            page = pages.original(item, source, languages=(item.language,))
            assert frontmatter.render(page, zone=ZoneInfo("Asia/Shanghai")) == document(data)
