"""Words that are always translated in one way, whatever the engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import glossary
from aggregator.core.codes import decode
from aggregator.core.glossary import Entry, Glossary
from aggregator.core.memory import Pair
from aggregator.core.segment import whole
from aggregator.model import Segment, Term

PAIR = Pair("en-US", "zh-CN")
WORDS = Glossary(
    [
        Entry(source="Federal Reserve", target="美联储", of="en", into="zh"),
        Entry(source="Reserve", target="储备", of="en", into="zh"),
        Entry(source="Federal Reserve", target="聯準會", of="en", into="zh-TW"),
        Entry(source="iPhone", target="iPhone"),
        Entry(source="阿里巴巴", target="Alibaba", of="zh", into="en"),
        Entry(source="C++", target="C++"),
    ]
)


@pytest.mark.parametrize(
    ("text", "pair", "terms"),
    [
        ("The Federal Reserve and the Reserve", PAIR, {"Federal Reserve": "美联储", "Reserve": "储备"}),
        ("The {0}Federal Reserve{1}", PAIR, {"Federal Reserve": "美联储"}),
        ("Reserves and preReserve, federal reserve", PAIR, {}),
        ("an iPhone!", Pair("fr", "ja"), {"iPhone": "iPhone"}),
        ("用iPhone的阿里巴巴集团", Pair("zh-Hans", "en-GB"), {"iPhone": "iPhone", "阿里巴巴": "Alibaba"}),
        ("C++ and C++20", PAIR, {"C++": "C++"}),
        ("", PAIR, {}),
    ],
)
def test_terms_are_found_as_whole_words_the_longest_first(text: str, pair: Pair, terms: dict[str, str]) -> None:
    assert {term.source: term.target for term in WORDS.terms(text, pair)} == terms


def test_the_first_of_two_entries_counts() -> None:
    assert WORDS.terms("Federal Reserve", Pair("en", "zh-TW")) == (Term(source="Federal Reserve", target="美联储"),)


def test_the_version_is_that_of_the_terms_in_the_text() -> None:
    text = "The Federal Reserve"
    changed = Glossary([Entry(source="Federal Reserve", target="美联储局"), Entry(source="bank", target="银行")])
    assert WORDS.version("Nothing of it.", PAIR) == changed.version("Nothing of it.", PAIR) == ""
    assert WORDS.version(text, PAIR) != changed.version(text, PAIR)
    assert WORDS.version(text, PAIR) == Glossary([*WORDS.entries, Entry(source="bank", target="银行")]).version(text, PAIR)


def test_a_placeholder_stands_for_each_term_above_those_that_are_there() -> None:
    segment = Segment(text="By {0} the Reserve, the Federal Reserve", codes=("$TSLA",))
    forced = WORDS.forced(segment, PAIR)
    assert forced.segment.text == "By {0} the {1}, the {2}"
    assert forced.released("由{0}，{2}，{1}") == "由{0}，美联储，储备"
    assert WORDS.forced(whole("Nothing"), PAIR).segment == whole("Nothing")


def test_a_pair_stays_a_pair() -> None:
    segment = Segment(text="{0}The Reserve{1} acts", codes=("[", "](x)"))
    forced = WORDS.forced(segment, PAIR)
    assert forced.released(decode(forced.segment, "{0}{2}{1}行动")) == "{0}储备{1}行动"
    with pytest.raises(ValueError, match="lost"):
        decode(forced.segment, "{0}储备{1}行动")


def test_a_segment_of_terms_alone_needs_no_engine() -> None:
    assert WORDS.whole(Segment(text="{0}iPhone{1}: Reserve", codes=("*", "*")), PAIR) == "{0}iPhone{1}: 储备"
    assert WORDS.whole(whole("iPhone sales"), PAIR) == WORDS.whole(whole("2026"), PAIR) == ""


@pytest.mark.parametrize(("codec", "forced"), [("plain", True), ("runs", True), ("xml", False), ("tags", False)])
def test_engines_that_take_hints_get_hints(codec: str, forced: bool) -> None:
    segment = whole("The Reserve acts")
    (got,) = WORDS.enforced([segment], PAIR, codec)  # type: ignore[arg-type]
    assert (got.segment == segment) is not forced
    assert WORDS.hints([segment, segment], PAIR).terms == (Term(source="Reserve", target="储备"),)


def test_what_an_answer_lacks_is_found_in_any_case() -> None:
    terms = (Term(source="阿里巴巴", target="Alibaba"), Term(source="x", target="Y"))
    assert glossary.lacking("ALIBABA grows", terms) == (terms[1],)


@given(st.lists(st.sampled_from(["Reserve", "Federal Reserve", "iPhone", "{0}", "{1}", "the", "x", "，", " "])))
def test_what_is_forced_and_released_is_the_text_with_its_terms_replaced(parts: list[str]) -> None:
    segment = Segment(text=" ".join(parts), codes=("a", "b"))
    forced = WORDS.forced(segment, PAIR)
    expected = segment.text.replace("Federal Reserve", "美联储").replace("Reserve", "储备")
    assert forced.released(forced.segment.text) == expected
