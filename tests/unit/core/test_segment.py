"""Cutting Markdown into segments and putting it together again."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdownify import markdownify

from aggregator.core import codes
from aggregator.core.escape import escape
from aggregator.core.segment import Rebuilt, cut, join, rebuild, whole

SHARED = Path(__file__).parents[3].parent / "shared"
ORACLE = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def texts(markdown: str) -> list[str]:
    return [segment.text for segment in cut(markdown).segments]


def replaced(markdown: str, *answers: str | None) -> str:
    return join(cut(markdown), answers)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("One paragraph.", ["One paragraph."]),
        ("# Title\n\nText", ["Title", "Text"]),
        ("Title\n=====\n\nOther\n---", ["Title", "Other"]),
        ("- one\n- two\n  - three", ["one", "two", "three"]),
        ("> quoted\n> text", ["quoted text"]),
        ("| a | b |\n|---|---|\n| c \\| d | **e** |", ["a", "b", "c | d", "e"]),
        ("```\ncode\n```\n\n    more code\n\n<div>raw</div>", []),
        ("2024-01-01 · 100 %", []),
        ("![picture](p.png)", []),
        ('---\ntitle: "Not text"\ndate: 1\n---\nText', ["Text"]),
        ("---\n\nText between rules\n\n---", ["Text between rules"]),
        ("{{< figure src=a.png >}}", []),
        ("first  \nsecond", ["first second"]),
        ("第一行  \n第二行", ["第一行第二行"]),
        ("A sentence.  \nAnother", ["A sentence.{0}Another"]),
        ("软换行\n也一样", ["软换行也一样"]),
    ],
)
def test_segments_are_the_blocks_that_people_read(markdown: str, expected: list[str]) -> None:
    assert texts(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "text", "atoms"),
    [
        ("a **b** c", "a {0}b{1} c", ("**", "**")),
        ("a *b **c** d* e", "a {0}b {2}c{3} d{1} e", ("*", "*", "**", "**")),
        ("see [the page](http://a.example 'T') now", "see {0}the page{1} now", ("[", '](http://a.example "T")')),
        ("run `a*b` now", "run {0} now", ("`a*b`",)),
        ("see ![alt](p.png) now", "see {0} now", ("![alt](p.png)",)),
        ("see [![alt](p.png)](u) now", "see {0} now", ("[![alt](p.png)](u)",)),
        ("at <http://a.example> now", "at {0} now", ("<http://a.example>",)),
        ("at http://a.example/b_c_d, now", "at {0}, now", ("http://a.example/b_c_d",)),
        ("在https://a.example/b。看", "在{0}。看", ("https://a.example/b",)),
        ("to me@a.example now", "to {0} now", ("me@a.example",)),
        ("阿里(BABA.US)和 (NYSE: IBM) 0700.HK $TSLA", "阿里{0}和 {1} {2} {3}", ("(BABA.US)", "(NYSE: IBM)", "0700.HK", "$TSLA")),
        ("by @user on #tag about CVE-2024-12345", "by {0} on {1} about {2}", ("@user", "#tag", "CVE-2024-12345")),
        ("as {0} and {12}", "as {0} and {1}", ("\\{0}", "\\{12}")),
        ("buy [[pro_promotion |now]] here", "buy {0} here", ("[[pro_promotion |now]]",)),
        ("US$100, 5 < 6, C# and U.S. stay", "US$100, 5 < 6, C# and U.S. stay", ()),
    ],
)
def test_markup_becomes_codes(markdown: str, text: str, atoms: tuple[str, ...]) -> None:
    (segment,) = cut(markdown).segments
    assert (segment.text, segment.codes) == (text, atoms)


def test_pairs_around_everything_are_not_shown_to_engines() -> None:
    assert texts("**all of *it***") == ["all of {0}it{1}"]
    assert replaced("> **all of *it***", "ganz {0}alles{1}") == "> **ganz *alles***"


def test_a_segment_knows_its_heading() -> None:
    assert [segment.heading for segment in cut("# A *b*\n\ntext\n\n## C\n\ntext").segments] == ["", "A b", "A b", "C"]


@pytest.mark.parametrize(
    ("markdown", "answers", "expected"),
    [
        ("> - one **two**  \n>   three\n\nrest", ["eins {0}zwei{1} drei", None], "> - eins **zwei** drei\n\nrest"),
        ("## Title ##\r\n\r\nText\r\n", ["Titel", "Wort"], "## Titel ##\r\n\r\nWort\r\n"),
        ("| a|b |\n|--|--|\n|c | d|", [None, "x|y", None, "z"], "| a|x\\|y |\n|--|--|\n|c | z|"),
        ("> A.  \n> B", ["C.{0}D"], "> C.  \n> D"),
        ("Title\n===", ["Titel"], "Titel\n==="),
        ("a [b](u) c", ["{0} b {1}c"], "[b](u) c"),
        ("a **b** c", ["x {０} y ｛1｝ z"], "x **y** z"),
    ],
)
def test_only_the_text_is_replaced(markdown: str, answers: list[str | None], expected: str) -> None:
    assert replaced(markdown, *answers) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("{0}你好！{1}他说", "**你好**！他说"),
        ("他说{0}“你好”{1}然后", "他说“**你好**”然后"),
        ("他{0}！{1}说", "他 **！** 说"),
        ("他说 {0} 你好 {1} 然后", "他说 **你好** 然后"),
        ("价格{0}上涨{1}了", "价格**上涨**了"),
    ],
)
def test_emphasis_shows_in_scripts_without_spaces(answer: str, expected: str) -> None:
    result = replaced("He said **hello!** then", answer)
    assert result == expected
    assert "<strong>" in ORACLE.render(result)


@pytest.mark.parametrize(
    ("markdown", "answer", "expected"),
    [
        ("said **[b](u)** then", "说{0}{2}乙{3}{1}后", "说 **[乙](u)** 后"),
        ("said **`b`** then", "说{0}{2}{1}后", "说 **`b`** 后"),
        ("said _it_ then", "说{0}它{1}后", "说*它*后"),
        ("*a* and **b** c", "{0}甲{1}{2}乙{3}丙", "*甲* **乙**丙"),
        ("a note [^1] here", "词{0}(u)", "词[^1]\\(u)"),
        ("see! ![i](p) and [b](u)", "看！{0}好!{1}乙{2}", "看！![i](p)好\\![乙](u)"),
    ],
)
def test_codes_beside_codes(markdown: str, answer: str, expected: str) -> None:
    assert rebuild(cut(markdown), [answer]).refused == ()
    assert replaced(markdown, answer) == expected


@pytest.mark.parametrize(
    "hostile",
    ["# x", "- x", "1. x", "> x", "+ x", "===", "---", "<script>x</script>", "`x`", "**x**", "_x_", "~~x~~", "![x](y)", "[x](y)", "[x]: y",
     "&lt;b&gt;", "\\", "    x", "x\n\ny", "| x |", "{{< x >}}", "~~~ x", "<!-- x", "a\x00b\x1b", "x #", "***"],
)  # fmt: skip
@pytest.mark.parametrize("markdown", ["text", "# text", "text\n===", "- text\n- more", "| text | b |\n|---|---|", "A.  \ntext"])
def test_an_answer_is_text_whatever_it_says(markdown: str, hostile: str) -> None:
    draft = cut(markdown)
    answer = "A.{0}" + hostile if "A." in markdown else hostile
    result = join(draft, [answer, *[None] * (len(draft.segments) - 1)])
    shape, before = (re.findall(r"<[^>]*>", ORACLE.render(each)) for each in (result, markdown))
    assert shape == before
    assert result != markdown


@pytest.mark.parametrize("answer", ["", " ", "no codes", "{0}a{1} {1}", "{1}a{0}", "{0}{1} a", "{0}a{1} {2}"])
def test_damaged_codes_are_refused_and_the_source_stays(answer: str) -> None:
    rebuilt = rebuild(cut("a **b** c\n\nd"), [answer, "e"])
    assert (rebuilt.markdown, rebuilt.refused) == ("a **b** c\n\ne", (0,))


def test_an_answer_that_would_make_another_block_is_refused() -> None:
    markdown = "a note [^1] here\n\nd"
    assert rebuild(cut(markdown), ["{0}: definition", None]) == Rebuilt(markdown, (0,))


@pytest.mark.parametrize(
    ("markdown", "answer"),
    [
        ("a [b](u) and [c](v) d", "{0}b {2}c{3}{1} d"),  # a link in a link is none
        ("A.  \nB.  \nC", "{0}A. B. {1}C"),  # a break where the block begins is none
    ],
)
def test_an_answer_whose_markup_would_not_show_is_refused(markdown: str, answer: str) -> None:
    assert rebuild(cut(markdown), [answer]) == Rebuilt(markdown, (0,))


def test_one_answer_that_breaks_the_document_does_not_cost_the_others() -> None:
    markdown = "\n\n".join(f"paragraph {letter} **b** c" for letter in "abcdefgh")
    answers = [f"absatz {letter} {{0}}b{{1}} c" for letter in "abcdefgh"]
    answers[4] = "absatz e {0}{1} c"
    rebuilt = rebuild(cut(markdown), answers)
    assert rebuilt.refused == (4,)
    assert rebuilt.markdown.count("absatz") == 7


def test_decoding_tells_what_is_wrong_but_no_text() -> None:
    segment = whole("secret $TSLA")
    with pytest.raises(ValueError, match=r"1 of 1 placeholders lost, 0 invented") as caught:
        codes.decode(segment, "secret")
    assert "secret" not in str(caught.value)


def test_runs_are_the_text_between_the_codes() -> None:
    segment = whole("软件 $TSLA 上涨 https://a.example/软件")
    assert codes.runs(segment.text) == ("软件 ", " 上涨 ", "软件")
    assert codes.refill(segment.text, ["軟體 ", " 上漲 ", "軟體"]) == "軟體 {0} 上漲 {1}軟體"
    with pytest.raises(ValueError, match="number of text runs"):
        codes.refill(segment.text, ["one"])


def test_a_title_is_no_markdown() -> None:
    segment = whole("  Why *not* [this]\n# $TSLA ")
    assert (segment.text, segment.codes) == ("Why *not* [this] # {0}", ("$TSLA",))
    assert codes.fill(segment.text, segment.codes) == "Why *not* [this] # $TSLA"


@pytest.mark.parametrize("text", ["a_b_c", "5 * 3", "a < b", "R&D", "C:\\Users", "~5", "x > y", "1.5", "no. 3"])
def test_harmless_characters_stay_bare(text: str) -> None:
    assert escape(text) == text or text == "~5"
    assert ORACLE.renderInline(escape(text)) == ORACLE.renderInline(text)


def test_every_real_document_survives_its_own_text() -> None:
    lists = sorted((SHARED / "corpus" / "lists").glob("*/*.json"))
    if not lists:
        pytest.skip("the recorded inputs of ../shared are not there")
    bodies = [markdownify(entry.get("description") or "") for path in lists for entry in json.loads(path.read_text("utf-8"))["data"][:6]]
    damaged = 0
    for body in bodies:
        draft = cut(body)
        rebuilt = rebuild(draft, [segment.text for segment in draft.segments])
        damaged += bool(rebuilt.refused) or shown(rebuilt.markdown) != shown(body)
    assert bodies
    assert damaged == 0


def shown(markdown: str) -> str:
    return re.sub(r"\s|<br />", "", ORACLE.render(markdown))
