"""Whatever the document: nothing is lost, nothing untouched changes, and no answer becomes markup."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import MutableMapping
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aggregator.core import codes, parser
from aggregator.core.codecs import decode, encode, text_of, texts
from aggregator.core.ladder import STEPS, variant
from aggregator.core.segment import cut, join, rebuild
from aggregator.errors import TranslationError
from aggregator.translators.router import Router
from aggregator.translators.routes import Route
from tests.golden.faulty import FaultyEngine
from tests.unit.translators.engines import Shelf, memory_on

WITHOUT_SHORT_CUTS = parser._parser().disable("simple_link")
WITHOUT_SHORT_CUTS.inline.terminator_re = MarkdownIt().inline.terminator_re
ORACLE = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
WITHOUT_INLINE = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"]).disable("inline")

WORDS = st.text(alphabet="abcXYZ éß你好世界。！，“”()1_*[]<>&`~|\\#-+.:!{}$@/", min_size=1, max_size=12)
PHRASES = st.lists(
    st.one_of(
        st.sampled_from(
            ["word", "你好！", "End.", "and", "$TSLA", "(NYSE: IBM)", "https://a.example/b_c_d?e=1&f=(g)", "{3}", "me@a.example"]
        ),
        st.sampled_from(
            [
                "**bold**",
                "*em*",
                "***both***",
                "~~gone~~",
                "`a|b`",
                "``c`d``",
                "[a *link*](http://a.example/x(y) 'T')",
                "[a link](https://a.example/x?y=1)",
                "[b](/c)",
                "[S&P: a_b](/c?d=1&e)",
                "**A term:**",
                "他说**“你好”**",
                "<http://a.example>",
            ]
        ),
        st.sampled_from(
            [
                "![pic](p.png)",
                "[![pic](p.png)](u)",
                "  \n",
                "\n",
                "<b>",
                "&amp;",
                "&lt;x>",
                "\\*",
                "{{< note >}}",
                "[[m|x]]",
                "他说**你好**了",
            ]
        ),
        WORDS,
    ),
    min_size=1,
    max_size=8,
).map(" ".join)
LINES = PHRASES.map(lambda text: re.sub(r"\s*\n\s*", " ", text))
BLOCKS = st.one_of(
    PHRASES,
    LINES.map("## {} ##".format),
    PHRASES.map("{}\n---".format),
    PHRASES.map("> {}".format),
    LINES.map("- {}\n  - nested\n".format),
    LINES.map("12. {}".format),
    st.tuples(LINES, LINES).map(lambda pair: "| {} | b |\n|---|---|\n| c | {} |".format(*(cell.replace("|", "\\|") for cell in pair))),
    LINES.map("```\n{}\n```".format),
    LINES.map("    {}".format),
    st.just("<div>\nraw *html*\n</div>"),
)
DOCUMENTS = st.lists(BLOCKS, max_size=6).map("\n\n".join)
ANYTHING = st.one_of(st.text(), DOCUMENTS, DOCUMENTS.map(lambda text: text.replace("\n", "\r\n")))


unhurried = settings(deadline=None)  # machines are shared


def shown(markdown: str) -> str:
    """What a browser gets of it, read without the rules added for the product, without white space, line breaks and control characters."""
    return re.sub(r"\s|<br />|[\x00-\x1f\x7f]", "", ORACLE.render(markdown))


@unhurried
@given(ANYTHING)
@example("> a\nb\n\nc\n===\n\n- d\ne\n  ---\n- f\n\n- g\n\n      h\n\na | b\n-|-")
def test_short_cuts_find_what_the_parser_finds(markdown: str) -> None:
    tokens, references = parser.blocks(markdown)
    assert described(tokens) == described(WITHOUT_INLINE.parse(markdown))
    for content in (token.content for token in tokens if token.type == "inline"):
        whole = WITHOUT_SHORT_CUTS.parseInline(content, references)[0].children
        assert described(parser.inline(content, references)) == described(whole or [])


def described(tokens: list[Token]) -> list[MutableMapping[str, object]]:
    return [token.as_dict() for token in tokens]


@given(DOCUMENTS)
def test_nothing_translated_is_nothing_changed(markdown: str) -> None:
    draft = cut(markdown)
    assert join(draft, [None] * len(draft.segments)) == markdown


@unhurried
@given(ANYTHING)
def test_the_source_text_as_an_answer_shows_the_same_document(markdown: str) -> None:
    draft = cut(markdown)
    assert shown(join(draft, [segment.text for segment in draft.segments])) == shown(markdown)


@unhurried
@given(ANYTHING, st.data())
def test_untouched_blocks_keep_their_bytes(markdown: str, data: st.DataObject) -> None:
    draft = cut(markdown)
    if not draft.segments:
        return
    chosen = data.draw(st.integers(0, len(draft.segments) - 1))
    texts = [None] * len(draft.segments)
    result = join(draft, [*texts[:chosen], draft.segments[chosen].text, *texts[chosen + 1 :]])
    span = draft._slots[chosen].span
    start, end = draft._offset + span.start, draft._offset + span.end
    assert result.startswith(markdown[:start])
    assert result.endswith(markdown[end:])


@unhurried
@given(DOCUMENTS, st.data())
def test_hostile_answers_stay_text(markdown: str, data: st.DataObject) -> None:
    draft = cut(markdown)
    hostile = st.sampled_from(
        [
            "# ",
            "- ",
            "1. ",
            "> ",
            "<script>",
            "![x](y)",
            "[x](y)",
            "`",
            "**",
            "|",
            "\n\n",
            "    ",
            "{{< x >}}",
            "===",
            "坏",
            "<!--",
            "~~~",
            "&lt;",
        ]
    )
    additions = st.tuples(hostile, hostile)
    texts = [(pair := data.draw(additions))[0] + segment.text + pair[1] for segment in draft.segments]
    result = rebuild(draft, texts)
    before, after = tags(markdown), tags(result.markdown)
    assert after == before
    assert "{{< x >}}" not in result.markdown


def tags(markdown: str) -> list[str]:
    return re.findall(r"</?[a-z0-9]+|<!--", re.sub(r"<br />|</?(?:em|strong|s)>", "", ORACLE.render(markdown)))


@unhurried
@given(st.text(), st.text())
def test_plain_text_comes_back_from_its_placeholders(text: str, other: str) -> None:
    segment = codes.whole(text)
    assert codes.fill(segment.text, segment.codes) == " ".join(text.split())
    assert codes.refill(segment.text, codes.runs(segment.text)) == segment.text


@unhurried
@given(DOCUMENTS)
def test_every_segment_decodes_itself_however_an_engine_writes_the_placeholders(markdown: str) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for segment in cut(markdown).segments:
        loose = codes.PLACEHOLDER.sub(lambda match: "｛ " + match[1].translate(wide) + " }", segment.text)
        assert codes.decode(segment, loose) == segment.text


MARKS = {"plain": r"\{[0-9]+\}", "tags": r"\{[0-9]+\}|</?g[0-9]+>", "xml": r'<[gx] id="[0-9]+"/?>|</g>', "braces": r"\{[0-9]+\}"}
CODECS = st.sampled_from(["plain", "tags", "xml", "braces"])
LOOK_ALIKES = st.lists(
    st.one_of(
        st.sampled_from(["{3}", "｛４｝", "{ 5 }", "{1234567}", "{٣}", "<g1>", "</ g1 >", "＜g２＞", '<x id="0"/>', '<g id="1">', "</g>"]),
        st.sampled_from(["&lt;", "&amp;", "{", "}", "<", "g1>", "/", " ", "0", "a", "$TSLA", "https://a.example/{3}"]),
        st.text(max_size=4),
    ),
    max_size=8,
).map("".join)


@unhurried
@given(LOOK_ALIKES, CODECS)
@example("https://a.example/{3}{ 5 }", "plain")
def test_no_text_is_ever_taken_for_a_placeholder(text: str, codec: str) -> None:
    segment = codes.whole(text)
    assert codes.numbers(codes.canonical(segment.text)) == codes.Counter(range(len(segment.codes)))
    assert codes.fill(decode(segment, encode(segment, codec), codec), segment.codes) == " ".join(text.split())


@unhurried
@given(DOCUMENTS, CODECS)
def test_every_codec_brings_back_what_it_was_given(markdown: str, codec: str) -> None:
    for segment in cut(markdown).segments:
        assert decode(segment, encode(segment, codec), codec) == segment.text
        assert text_of(segment, texts(segment, "runs"), "runs") == segment.text


@unhurried
@given(DOCUMENTS, CODECS, st.randoms(use_true_random=False))
def test_no_answer_that_lost_doubled_or_crossed_markup_is_believed(markdown: str, codec: str, dice: Random) -> None:
    for segment in cut(markdown).segments:
        marks = re.findall(MARKS[codec], encode(segment, codec))
        if not marks:
            continue
        victim = dice.choice(marks)
        for damaged in ("", victim * 2, victim.replace(next(filter(str.isdigit, victim), "g"), "77", 1)):
            with pytest.raises(ValueError, match=r"place|pair|markup"):
                decode(segment, encode(segment, codec).replace(victim, damaged, 1), codec)


@unhurried
@given(DOCUMENTS, st.integers(0, 60))
def test_every_step_of_the_ladder_leads_back(markdown: str, limit: int) -> None:
    for segment in cut(markdown).segments:
        for step in STEPS:
            if made := variant(segment, step, limit=limit):
                try:
                    restored = made.restore([part.text for part in made.parts])
                except ValueError:
                    assert step == "formatting"  # what stands there twice can't be told apart
                else:
                    assert "".join(restored.split()) == "".join(segment.text.split())


@unhurried
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_no_step_brings_back_other_markup_than_it_was_given(markdown: str, dice: Random) -> None:
    for segment in cut(markdown).segments:
        for step in STEPS[1:]:
            if made := variant(segment, step):
                words = [" ".join(dice.sample(words := part.text.split(), len(words))) for part in made.parts]
                try:
                    assert codes.decode(segment, restored := made.restore(words)) == restored
                except ValueError:
                    assert step != "runs"


@unhurried
@given(
    DOCUMENTS, st.sampled_from(["none", "lose 5 %", "lose all", "space and widen half", "renumber 5 %", "shuffle words", "inject"]), CODECS
)
def test_whatever_an_engine_does_the_document_keeps_its_markup(markdown: str, fault: str, codec: str) -> None:
    draft, engine = cut(markdown), FaultyEngine(fault, codec="plain" if codec == "braces" else codec)
    router = Router({"faulty": engine}, [Route(engines=("faulty",))], memory_on(Shelf()))
    try:
        texts = asyncio.run(router.translate(draft.segments, source="en", target="zh-CN")).texts
    except TranslationError:
        return
    assert Counter(everything(rebuild(draft, texts).markdown)) == Counter(everything(markdown))


def everything(markdown: str) -> list[str]:
    """Every tag with its attributes, and code; line breaks are for the segments to choose."""
    html = re.sub(r"<br />|\n", "", ORACLE.render(markdown))
    return re.findall(r"<(?:/?[a-z][^<>]*|!--.*?--)>|(?<=<code>)[^<]*", html)
