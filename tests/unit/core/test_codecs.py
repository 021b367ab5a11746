"""What each kind of engine is sent, and which answers are believed."""

from __future__ import annotations

import pytest

from aggregator.core import codes
from aggregator.core.codecs import OTHER, Form, decode, encode, text_of, texts, unescaped
from aggregator.core.segment import cut
from aggregator.model import Segment

(SEGMENT,) = cut("A **bold *and* `code`** with AT&T < 5 at https://a.example/b now").segments


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("plain", "A {0}bold {2}and{3} {4}{1} with AT&T < 5 at {5} now"),
        ("tags", "A <g0>bold <g2>and</g2> {4}</g0> with AT&T < 5 at {5} now"),
        ("xml", 'A <g id="0">bold <g id="2">and</g> <x id="4"/></g> with AT&amp;T &lt; 5 at <x id="5"/> now'),
        ("braces", "A {0}bold {2}and{3} {4}{1} with AT&amp;T &lt; 5 at {5} now"),
    ],
)
def test_each_codec_writes_markup_its_own_way(codec: Form, expected: str) -> None:
    assert encode(SEGMENT, codec) == expected
    assert decode(SEGMENT, expected, codec) == SEGMENT.text


@pytest.mark.parametrize(
    ("codec", "answer"),
    [
        ("plain", "A ｛0｝bold { ２ }and{３} {4}{1 } x {5}"),
        ("tags", "A < g0 >bold ＜g２＞and</ g2 > ｛4}< / g0> x {5}"),
        ("xml", 'A < g id = "0" >bold <G ID=\'２\'>and< / g > < x id = "4" / ></g> x <x id="5"></x>'),
        ("xml", "A ＜g id＝“0”＞bold <g id=2>and</g> <x id=\"4\" /></ g> x <x id='5'/>"),
        ("braces", "A {0}bold {2}and{3} { 4 }{1} x {5}"),
    ],
)
def test_what_engines_do_to_markup_is_accepted(codec: Form, answer: str) -> None:
    assert decode(SEGMENT, answer, codec) == "A {0}bold {2}and{3} {4}{1} x {5}"


@pytest.mark.parametrize(
    ("codec", "answer"),
    [
        ("tags", "A <g0>bold <g2>and {4}</g2></g0> {4} x {5}"),
        ("tags", "A <g0>bold <g2>and</g0> {4}</g2> x {5}"),
        ("tags", "A <g0>bold <g2>and</g2> {4} x {5}"),
        ("xml", 'A <g id="0">bold <g id="2">and</g> <x id="4"/> x <x id="5"/>'),
        ("xml", 'A <g id="0">bold <g id="2">and</g> <x id="4"/></g></g> x <x id="5"/>'),
        ("xml", 'A <g id="0">bold <g id="2"/> <x id="4"/></g> x <x id="5"/>'),
        ("xml", 'A <g id="0">bold <g id="2">and</g> {4}</g> x <x id="5"/>'),
        ("xml", 'A <g id="0">bold <g id="2">and</g> <x id="4"/></g> <b>x</b> <x id="5"/>'),
        ("xml", 'A <g id="0"><g id="2"></g> <x id="4"/></g> x <x id="5"/>'),
        ("braces", "A {0}bold {2}<i>and</i>{3} {4}{1} x {5}"),
    ],
)
def test_anything_else_is_not(codec: Form, answer: str) -> None:
    with pytest.raises(ValueError, match=r"place|pair|markup"):
        decode(SEGMENT, answer, codec)


@pytest.mark.parametrize(("text", "shown"), [("&amp;lt;", "&lt;"), ("&#x27;&#39;", "''"), ("&nbsp;&#0;&#xD800;", "&nbsp;&#0;&#xD800;")])
def test_entities_are_resolved_once(text: str, shown: str) -> None:
    assert unescaped(text) == shown


@pytest.mark.parametrize("text", ["{3}", "｛ 12 ｝", "{٣}", "{1234567}", "<g1>", "</ g1 >", "{00}", "{{0}}", '<x id="0"/>'])
@pytest.mark.parametrize("codec", ["plain", "tags", "xml", "braces"])
def test_text_that_looks_like_markup_stays_what_it_is(text: str, codec: Form) -> None:
    segment = codes.whole(f"As {text} and $TSLA say")
    assert codes.fill(decode(segment, encode(segment, codec), codec), segment.codes) == f"As {text} and $TSLA say"


def test_bare_texts_are_what_lies_between() -> None:
    assert texts(SEGMENT, "runs") == ("A ", "bold ", "and", " with AT&T < 5 at ", " now")
    answer = text_of(SEGMENT, ["Ein ", "fett ", "und", " mit AT&T < 5 bei ", " jetzt"], "runs")
    assert answer == "Ein {0}fett {2}und{3} {4}{1} mit AT&T < 5 bei {5} jetzt"
    with pytest.raises(ValueError, match="invented"):
        text_of(Segment(text="a {0} b", codes=("x",)), ["{1}", "c"], "runs")
    with pytest.raises(ValueError, match="several"):
        encode(SEGMENT, "runs")


def test_an_engine_that_reads_xml_never_gets_bare_signs() -> None:
    segment = codes.whole("a < b & c > d")
    assert [encode(segment, codec) for codec in ("xml", OTHER["xml"])] == ["a &lt; b &amp; c &gt; d"] * 2
