"""Front matter and bodies over arbitrary text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aggregator.core import frontmatter, hugo, slugs
from aggregator.core.characters import one_line, printable
from aggregator.errors import ParseError
from aggregator.model import Item, Page, Profile, Source, Translation

ZONE = ZoneInfo("Asia/Shanghai")
SPECIAL = st.sampled_from(
    [
        *("\n", "---", "\n---\n", '"', "\\", "\t", "\r", "..", "/", "\u2028", "\x85", "\ufeff", "\x00"),
        *("{{<", ">}}", "{{%", "%}}", "/*", "*/", "{onclick=x}"),
        *("<script>", "</p>", "<!--", "&lt;", "`", "```", "~~~", "[a](", "javascript:", ")", "![", "]", "[^1]: "),
        *("|", "> ", "- ", "    ", "# "),
    ]
)
HOSTILE = st.lists(SPECIAL | st.text(max_size=8), max_size=12).map("".join)
ENCODABLE = HOSTILE.filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text))
MOMENT = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
EITHER: st.SearchStrategy[Profile] = st.sampled_from(["compat", "clean"])

SETTINGS = settings(deadline=None, max_examples=60)


@st.composite
def pages(draw: st.DrawFn, profile: st.SearchStrategy[Profile] = EITHER, text: st.SearchStrategy[str] = HOSTILE) -> Page:
    language = draw(st.sampled_from(["en", "zh-CN", "zh-HK"]) | text)
    item = Item(
        id=str(draw(st.uuids())),
        source="s",
        guid=draw(text),
        url=draw(st.just("https://example.org/a") | text),
        title=draw(text),
        html="",
        summary=draw(text),
        published=draw(MOMENT),
        language=language,
        image=draw(text),
        tags=tuple(draw(st.lists(text, max_size=3))),
        label=draw(text),
    )
    source = Source(name="s", url="", folder=draw(text), profile=draw(profile))
    body, title = draw(text), draw(text)
    made = Translation(
        item_id=item.id,
        language=draw(st.sampled_from(["en", "ja"]) | text),
        title=title,
        summary="",
        body=body,
        engine=draw(text),
        of_digest="",
        made_at=draw(MOMENT),
    )
    translation = draw(st.none() | st.just(made))
    return Page(
        item=item,
        source=source,
        language=translation.language if translation else language,
        title=title,
        summary=item.summary,
        body=body,
        html="",
        languages=(language,),
        translation=translation,
    )


@SETTINGS
@given(pages(profile=st.just("clean")))
def test_a_clean_document_reads_back_exactly(page: Page) -> None:
    document = frontmatter.render(page, zone=ZONE)
    metadata, body = frontmatter.parse(document)
    assert metadata["title"] == one_line(page.title)
    assert all(slugs.is_term(tag) for tag in metadata["tags"])
    fit = [tag for tag in map(one_line, (page.item.label or "s", *page.item.tags)) if slugs.is_term(tag) and not set(tag) & {"/", "\\"}]
    assert set(fit) <= set(metadata["tags"])
    assert metadata["lang"] == [one_line(page.language)]
    assert frontmatter.assemble(metadata, body) == document
    assert document.encode().decode() == document
    assert document.count("\n---\n\n") >= 1
    assert printable(document) == document


@SETTINGS
@given(pages(profile=st.just("compat"), text=ENCODABLE))
def test_a_compat_document_reads_back_exactly(page: Page) -> None:
    document = frontmatter.render(page, zone=ZONE)
    metadata, body = frontmatter.parse(document)
    assert metadata["title"] == page.title.replace("\n", " ").replace("\r", " ").replace("\t", " ").strip()
    assert frontmatter.assemble(metadata, body) == document
    fenced = "{" in page.body and ("```" in page.body or "~~~" in page.body)  # attributes of a fence go
    if page.translation is None and not fenced and not any(mark in document for mark in ("<", "{{")):
        assert body == f"{page.body}\n\n[{page.item.label or 's'}]({page.item.url})"


@SETTINGS
@given(pages())
def test_no_path_leaves_the_root_or_is_too_long(page: Page) -> None:
    for path in (frontmatter.path(page, zone=ZONE), frontmatter.alternative_path(page, zone=ZONE)):
        parts = PurePosixPath(path).parts
        assert path == "/".join(parts)
        assert parts[1] == "news"
        assert path.endswith(".md")
        assert ".." not in parts
        assert all(0 < len(part.encode()) <= 255 for part in parts)
        assert not any(char in path for char in '\\*?:"<>|\x00\n')
        if page.source.profile == "clean":
            assert set(parts[-1]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")


@SETTINGS
@given(pages(), st.uuids())
def test_two_items_never_share_the_alternative_path(page: Page, other: Any) -> None:
    short = page.item.id.replace("-", "")[:12]
    name = frontmatter.alternative_path(page, zone=ZONE).rpartition("/")[2]
    assert short in name
    assert other.hex[:12] == short or other.hex[:12] not in name


@SETTINGS
@given(HOSTILE | st.text())
def test_reading_any_text_ends_in_a_value_or_a_parse_error(text: str) -> None:
    for document in (text, f"---\n{text}\n---\n\nx\n"):
        try:
            metadata, _ = frontmatter.parse(document)
        except ParseError:
            continue
        assert isinstance(metadata, dict)


class Everything(MarkdownIt):
    """A renderer as careless as one can be configured."""

    def validateLink(self, url: str) -> bool:
        return True


RENDERERS = [
    Everything("commonmark", {"html": True}),
    Everything("commonmark", {"html": True}).enable(["table", "strikethrough"]),
    Everything("default", {"html": True}).disable("table"),
]


def live_parts(markdown: str) -> list[str]:
    found = []
    for renderer in RENDERERS:
        for token in renderer.parse(markdown):
            for part in (token, *(token.children or ())):
                url = str(part.attrGet("href") or "").lower()
                if part.type in ("html_block", "html_inline") or url.startswith(("javascript:", "vbscript:", "data:")):
                    found.append(part.content or url)
    return found


@SETTINGS
@given(HOSTILE.map(printable))
@example("[a](javascript:x) <b>")
@example("| a ` | <b> ` |\n|---|---|\n| 1 | 2 |")
@example("- a ` b\n- <b> ` c")
@example("<div>\n```\n<x>\n```\n")
@example("> ```\n<b>\n")
@example("<pre>\n```\n</pre>\n\n```\n<script>\n")
@example("[a]\n\n[a]: javascript:x")
@example("[a](<javascript:x>)")
@example("[a](&#106;avascript:x)")
@example("\\`<script>`")
def test_nothing_live_is_left_in_a_body(markdown: str) -> None:
    assert live_parts(hugo.harmless(markdown)) == []


def shortcodes_lexed(body: str) -> str:
    """What Hugo's lexer makes of a body without live shortcodes: the comments' text; fails where it would see a shortcode or stop."""
    shown, position = [], 0
    while (start := min((at for at in (body.find("{{<", position), body.find("{{%", position)) if at >= 0), default=-1)) >= 0:
        close = {"<": "*/>}}", "%": "*/%}}"}[body[start + 2]]
        assert body.startswith("/*", start + 3), "a live shortcode"
        end = body.find(close, start + 3)
        assert end - (start + 3) > 1, "an unclosed comment stops the build"
        shown += [body[position : start + 3], body[start + 5 : end], close[2:]]
        position = end + len(close)
    return "".join([*shown, body[position:]])


@SETTINGS
@given(HOSTILE.map(printable))
@example("{{< a */>}} {{</* b */>}} {{<>}} {{</>}} {{<*/>}}")
@example("{{< {{% a >}} %}} {{{< b >}}} {{<{{<")
@example("`{{< a`\n\n```\n{{% b\n```")
def test_no_shortcode_is_left_in_a_body(markdown: str) -> None:
    assert "{{</*" not in shortcodes_lexed(hugo.harmless(markdown.replace("/*", "")))


@SETTINGS
@given(st.text(st.characters(codec="utf-8", exclude_characters="<[{\\`~"), max_size=200).map(printable))
def test_a_body_without_anything_special_is_not_touched(markdown: str) -> None:
    assert hugo.harmless(markdown) == markdown


def test_code_with_shortcodes_is_shown_as_it_was() -> None:
    code = "```html\n{{< figure src=x >}} <b> {{% note %}}\n```\n\nand `{{< x >}}`"
    assert shortcodes_lexed(hugo.harmless(code)) == code
