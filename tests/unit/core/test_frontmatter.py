from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aggregator.core import frontmatter
from aggregator.errors import ParseError
from aggregator.model import Item, Media, Page, Source, Translation

SHANGHAI = ZoneInfo("Asia/Shanghai")
ITEM = Item(
    id="0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31",
    source="investing_cn",
    guid="2669387",
    url="https://cn.investing.com/news/article-2669387",
    title='A "quoted"\\title',
    html="<p>Text</p>",
    summary="Text\nof two lines",
    published=datetime(2025, 2, 13, 3, 36, 36, tzinfo=UTC),
    language="zh-CN",
    image="https://cn.investing.com/a.jpg",
    tags=("markets", "", "AI & chips"),
    label="investing_cn",
)
COMPAT = Source(name="investing_cn", url="https://cn.investing.com/", folder="investing", profile="compat")
CLEAN = replace(COMPAT, profile="clean")
TRANSLATION = Translation(
    item_id=ITEM.id,
    language="en",
    title="Title",
    summary="Summary",
    body="Body",
    engine="opencc",
    of_digest="d",
    made_at=datetime(2025, 2, 13, 4, tzinfo=UTC),
    verified=True,
)


def original(source: Source = COMPAT, languages: tuple[str, ...] = ("zh-CN",), body: str = "Text", **changes: Any) -> Page:
    item = replace(ITEM, **changes)
    return Page(
        item=item,
        source=source,
        language=item.language,
        title=item.title,
        summary=item.summary,
        body=body,
        html=item.html,
        languages=languages,
    )


def test_the_reference_date_is_the_source_s_own_even_of_a_far_future() -> None:
    page = original(dated=datetime(2099, 1, 1, tzinfo=UTC))
    assert 'date: "2099-01-01 08:00:00"\n' in frontmatter.render(page, zone=SHANGHAI)
    assert 'date: "2025-02-13T11:36:36+08:00"\n' in frontmatter.render(replace(page, source=CLEAN), zone=SHANGHAI)


def translated(source: Source = COMPAT, body: str = "Body", untranslated: int = 0, language: str = "en", **changes: Any) -> Page:
    made = replace(TRANSLATION, body=body, untranslated=untranslated, language=language)
    page = original(source, ("zh-CN", "zh-HK", "en"), **changes)
    return replace(page, language=language, title=made.title, summary=made.summary, body=body, translation=made)


def render(page: Page) -> str:
    return frontmatter.render(page, zone=SHANGHAI)


COMPAT_DOCUMENT = """\
---
title: "A \\"quoted\\"\\\\title"
date: "2025-02-13 11:36:36"
summary: "Text of two lines"
categories:
  - "investing_cn"
lang:
  - "zh-CN"
translations:
  - "zh-CN"
tags:
  - "investing_cn"
menu: ""
thumbnail: "https://cn.investing.com/a.jpg"
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

Text

[investing_cn](https://cn.investing.com/news/article-2669387)
"""


def test_compat_document_is_the_template_to_the_byte() -> None:
    assert render(original()) == COMPAT_DOCUMENT


def test_compat_document_with_an_empty_body_keeps_the_template_lines() -> None:
    assert render(original(body="")).endswith("---\n\n\n\n[investing_cn](https://cn.investing.com/news/article-2669387)\n")


def test_compat_body_is_not_touched() -> None:
    body = "a {b} {{ c }} <b>d<br/> < e [f](javascript:1) <https://example.org/>\n\n### g {#h}"
    assert f"\n\n{body}\n\n" in render(original(body=body))


def test_compat_body_loses_only_what_would_stop_the_site_or_run() -> None:
    body = "{{< x >}} [f](javascript:1)\n\n<script>x</script>\n\n*y* <b onclick=z>"
    kept = "{{</* x */>}} [f](javascript:1)\n\n&lt;script>x&lt;/script>\n\n*y* &lt;b onclick=z>"
    assert f"\n\n{kept}\n\n" in render(original(body=body))


def test_compat_front_matter_can_be_read_whatever_a_title_holds() -> None:
    assert 'title: "a\\u0000b\\u0007"' in render(original(title="a\0b\a"))


def test_compat_original_lists_its_own_language_alone_unless_the_source_updates() -> None:
    languages = ("zh-CN", "en")
    assert frontmatter.parse(render(original(languages=languages)))[0]["translations"] == ["zh-CN"]
    updating = replace(COMPAT, update_translations=True)
    assert frontmatter.parse(render(original(updating, languages)))[0]["translations"] == ["en", "zh-CN"]


def test_compat_translation_keeps_date_and_link_and_lists_all_languages() -> None:
    metadata, body = frontmatter.parse(render(translated()))
    assert list(metadata) == list(frontmatter.parse(COMPAT_DOCUMENT)[0])
    assert metadata["title"] == "Title"
    assert metadata["lang"] == ["en"]
    assert metadata["translations"] == ["en", "zh-CN", "zh-HK"]
    assert metadata["date"] == "2025-02-13 11:36:36"
    assert body == "Body\n\n[investing_cn](https://cn.investing.com/news/article-2669387)"


CLEAN_DOCUMENT = """\
---
title: "A \\"quoted\\"\\\\title"
date: "2025-02-13T11:36:36+08:00"
summary: "Text of two lines"
categories:
  - "investing_cn"
lang:
  - "zh-CN"
translations:
  - "en"
  - "zh-CN"
tags:
  - "investing_cn"
  - "markets"
  - "AI & chips"
thumbnail: "https://cn.investing.com/a.jpg"
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
slug: "2669387-0c5f4c0e3f0a"
translationKey: "0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31"
canonical: "https://cn.investing.com/news/article-2669387"
original_lang: "zh-CN"
---

Text

[investing_cn](https://cn.investing.com/news/article-2669387)
"""


def test_clean_document() -> None:
    assert render(original(CLEAN, ("zh-CN", "en"))) == CLEAN_DOCUMENT


def test_clean_translation_names_its_engine() -> None:
    metadata, body = frontmatter.parse(render(translated(CLEAN)))
    assert metadata["translation"] == {"engine": "opencc", "date": "2025-02-13T12:00:00+08:00", "verified": True}
    assert metadata["original_lang"] == "zh-CN"
    assert metadata["translationKey"] == ITEM.id
    assert body.startswith("Body\n\n[")


def test_clean_translation_says_what_is_doubtful_about_it() -> None:
    page = translated(CLEAN, untranslated=2)
    assert page.translation
    made = replace(page.translation, flags=("ending",), of_digest="before")
    metadata, body = frontmatter.parse(render(replace(page, translation=made, item=replace(page.item, digest="after"))))
    assert {key: metadata["translation"][key] for key in ("untranslated", "flags", "outdated")} == {
        "untranslated": 2,
        "flags": ["ending"],
        "outdated": True,
    }
    assert "\n\n*The original was changed after this translation was made.*\n\nBody" in body


@pytest.mark.parametrize("source", [COMPAT, CLEAN])
@pytest.mark.parametrize(("count", "words"), [(1, "*Not translated: 1 part of"), (3, "*Not translated: 3 parts of")])
def test_a_translation_says_what_stayed_untranslated(source: Source, count: int, words: str) -> None:
    assert frontmatter.parse(render(translated(source, untranslated=count)))[1].startswith(words)
    assert "Not translated" not in render(translated(source))


@pytest.mark.parametrize("page", [translated(COMPAT, "<script>x</script>"), original(CLEAN, body="<script>x</script>")])
def test_markup_in_a_body_is_text(page: Page) -> None:
    assert "\n\\<script>x\\</script>\n" in render(page)


SOUND = Media(url="https://cdn.example/ep%201.mp3?x=(1)", type="audio/mpeg")
TORRENT = Media(url="magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a&dn=Set")


@pytest.mark.parametrize("make", [original, translated])
def test_a_clean_document_leads_to_what_can_be_played_or_fetched(make: Callable[..., Page]) -> None:
    media = (
        SOUND,
        Media(url="https://i.example/p.jpg", role="image"),
        replace(SOUND, url="https://c.example/2.mp3", title="Part [2]"),
        TORRENT,
    )
    metadata, body = frontmatter.parse(render(make(CLEAN, body="", media=media, flags=("empty",))))
    assert metadata["enclosures"] == ["https://cdn.example/ep%201.mp3?x=(1)", "https://c.example/2.mp3", TORRENT.url]
    assert "empty" not in metadata
    assert body.splitlines()[-5:-1] == [
        "- [ep 1.mp3](https://cdn.example/ep%201.mp3?x=%281%29)",
        "- [Part \\[2\\]](https://c.example/2.mp3)",
        f"- [Set]({TORRENT.url})",
        "",
    ]


def test_what_the_text_links_to_is_not_linked_again_and_a_picture_alone_is_no_text() -> None:
    page = original(CLEAN, body="[Hear](https://c.example/2.mp3)", media=(replace(SOUND, url="https://c.example/2.mp3"),))
    assert render(page).count("https://c.example/2.mp3") == 2
    assert "\nempty: true\n" in render(original(CLEAN, body="", flags=("empty",), media=(Media(url="https://i.example/p", role="image"),)))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "magnet:?x=a b", "magnet:?x=)[y](javascript:z", "ftp://e.org/a.mp3", ""])
def test_other_addresses_lead_nowhere(url: str) -> None:
    assert "enclosures" not in render(original(CLEAN, media=(Media(url=url),)))


def test_a_document_of_the_reference_format_has_no_place_for_media() -> None:
    for make in (original, translated):
        assert render(make(COMPAT, media=(SOUND,))) == render(make(COMPAT))


def test_clean_document_without_a_link_or_body() -> None:
    document = render(original(CLEAN, body="", url="javascript:alert(1)"))
    assert document.endswith("---\n\ninvesting_cn\n")
    assert 'canonical: ""' in document


def test_clean_closing_line_holds_whatever_the_label_and_the_address_are() -> None:
    page = original(CLEAN, label="a](http://evil) <b> {{< x", url="https://example.org/a(b)?q=[1] 2")
    assert frontmatter.closing_line(page) == r"[a\](http://evil) \<b\> \{\{\< x](https://example.org/a%28b%29?q=%5B1%5D%202)"


@pytest.mark.parametrize(
    ("label", "shown"),
    [("Bait & Switch", "Bait & Switch"), ("AT&T", "AT&T"), ("a &amp; b", r"a \&amp; b"), ("&#38;&#x26;", r"\&#38;\&#x26;"), ("&;", "&;")],
)
def test_an_ampersand_is_escaped_only_where_it_would_read_as_an_entity(label: str, shown: str) -> None:
    page = original(CLEAN, label=label, url="https://example.org/")
    assert frontmatter.closing_line(page) == f"[{shown}](https://example.org/)"


HOSTILE = [
    "plain",
    "quotes \" and \\ and ' and `",
    "yes",
    "2025-01-01",
    "- a: {b}",
    "# comment",
    "&anchor *alias !tag",
    "a\x00b\x1b[31m\x7f\x85c",
    "line\u2028separator\u2029and\ufeffmark",
    "lone \ud800 surrogate",
    "non\uffff\ufdd0\U0001fffecharacter",
    "🙂 astral",
    "---",
    "--- \n---\ntitle: x",
    "trailing \\",
    "%TAG ! x",
    "{{ .Title }} {{< x >}}",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_survives_the_clean_profile(title: str) -> None:
    page = replace(original(CLEAN), title=title)
    document = render(page)
    document.encode()
    metadata, body = frontmatter.parse(document)
    line = next(line for line in document.split("\n") if line.startswith("title: "))
    assert metadata["title"] == json.loads(line.removeprefix("title: "))
    assert metadata["translationKey"] == ITEM.id
    assert frontmatter.assemble(metadata, body) == document


@pytest.mark.parametrize("title", [title for title in HOSTILE if "\ud800" not in title])
def test_a_hostile_title_comes_back_from_the_compat_profile(title: str) -> None:
    document = render(replace(original(), title=title))
    metadata, body = frontmatter.parse(document)
    assert metadata["title"] == title.replace("\n", " ").strip()
    assert frontmatter.assemble(metadata, body) == document


@pytest.mark.parametrize(
    "document",
    [
        "",
        "text",
        "---\n",
        "---\ntitle: x\n",
        "---\n- a\n---\n\nx\n",
        '---\ntitle: "open\n---\n\nx\n',
        "---\na: &x [1]\nb: *x\n---\n\nx\n",
        f"---\na: {'[' * 100_000}\n---\n\nx\n",
        f"---\n{'- ' * 100_000}\n---\n\nx\n",
        "---\na: !!python/object/apply:os.system [x]\n---\n\nx\n",
        f"---\na: {'9' * 5000}\n---\n\nx\n",
        '---\na: "\ud800"\n---\n\nx\n',
    ],
)
def test_what_is_no_document_of_ours_is_refused_in_words(document: str) -> None:
    with pytest.raises(ParseError) as caught:
        frontmatter.parse(document)
    assert "front matter" in str(caught.value)
    assert caught.value.advice


def test_unquoted_dates_stay_text() -> None:
    assert frontmatter.parse("---\ndate: 2025-02-13 11:36:36\nday: 2025-02-13\n---\n\nx\n")[0] == {
        "date": "2025-02-13 11:36:36",
        "day": "2025-02-13",
    }


def test_slug_is_the_plain_name_where_the_folder_is_the_source_s_own() -> None:
    assert 'slug: "2669387"\n' in render(original(replace(CLEAN, folder="")))
    assert 'slug: "2669387"\n' in render(original(replace(CLEAN, folder="investing_cn")))
