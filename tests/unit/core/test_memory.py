"""What the memory takes for the same segment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.core import memory
from aggregator.core.memory import Pair, Profile
from aggregator.model import Segment

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PAIR = Pair("en", "zh-CN")
LONG = Segment(text="A sentence that says all by itself.", heading="Somewhere")


def key(segment: Segment = LONG, pair: Pair = PAIR, *, engine: str = "one", terms: str = "") -> str:
    return memory.key(segment, pair, engine=engine, terms=terms)


def test_a_key_is_128_bits_and_the_same_in_every_version() -> None:
    assert key(Segment(text="A sentence that says all by itself."), Pair("en", "de")) == "001aaa5cf4062919ed838219bdb5ebbf"


@pytest.mark.parametrize(
    "other",
    [
        key(Segment(text="Another sentence that says all by itself.")),
        key(pair=Pair("en", "zh-TW")),
        key(pair=Pair("de", "zh-CN")),
        key(pair=Pair("sr-Cyrl", "zh-CN")),
        key(engine="two"),
        key(terms="v1"),
        memory.key_by_hand(LONG.text, PAIR),
    ],
)
def test_what_tells_translations_apart_tells_keys_apart(other: str) -> None:
    assert other != key()


@pytest.mark.parametrize(
    "same",
    [
        key(Segment(text="A sentence  that\nsays all by itself. ")),
        key(Segment(text=LONG.text, heading="Elsewhere", codes=("*", "*"))),
        key(pair=Pair("EN", "cn")),
        key(pair=Pair("en-US", "zh-CN")),
    ],
)
def test_what_makes_no_difference_makes_none(same: str) -> None:
    assert same == key()


def test_accents_are_the_same_however_they_are_encoded() -> None:
    assert key(Segment(text="Cafe\u0301 de la Paix, Paris.")) == key(Segment(text="Café de la Paix, Paris."))


def test_a_short_segment_is_known_with_its_heading_but_corrected_for_good() -> None:
    one, other = Segment(text="Bank", heading="Money"), Segment(text="Bank", heading="Rivers")
    assert key(one) != key(other)
    assert memory.keys(one, PAIR, engines=[Profile("one:a", former="one")])[0] == memory.keys(other, PAIR, engines=[])[0]


def test_a_unit_keeps_what_is_a_pair_and_forgets_what_it_is() -> None:
    segment = Segment(text="{0}bold{1} and {2}", heading="H", codes=("**", "**", "$TSLA"))
    assert memory.unit(segment) == Segment(text=segment.text, heading="H", codes=("[", "", ""))


def test_a_person_s_text_has_exactly_the_placeholders() -> None:
    entry = memory.by_hand("By {0} of {1}", "von ｛1｝ durch { 0 }", Pair("en-us", "de"), now=NOW)
    assert (entry.text, entry.locked, entry.engine, entry.source_language) == ("von {1} durch {0}", True, "", "en-US")
    for wrong, says in (("von {0}", r"as often: \{0\} \{1\}"), ("{0}{1} {1}", "as often"), ("{0} {1}", "empty")):
        with pytest.raises(ValueError, match=says):
            memory.by_hand("By {0} of {1}", wrong, PAIR, now=NOW)


def test_what_comes_from_outside_gets_the_key_that_it_would_have_here() -> None:
    made = memory.Remembered(key="?", source_language="en", target_language="zh-CN", source=LONG.text, text="x", engine="one", terms="v1")
    assert memory.rekeyed(made).key == key(terms="v1")
    assert memory.rekeyed(memory.by_hand(LONG.text, "字", PAIR, now=NOW)).key == memory.key_by_hand(LONG.text, PAIR)


def test_chinese_for_taiwan_and_for_hong_kong_are_converted_differently() -> None:
    by_tag = {tag: key(pair=Pair(tag, "zh-CN")) for tag in ("zh-TW", "zh-Hant", "zh-HK", "zh-MO", "zh", "zh-CN")}
    assert by_tag["zh-TW"] == by_tag["zh-Hant"] != by_tag["zh-HK"] == by_tag["zh-MO"]
    assert by_tag["zh"] == by_tag["zh-CN"] != by_tag["zh-TW"]


def test_what_former_versions_paid_for_is_looked_for_where_they_kept_it() -> None:
    """The keys that they gave to a text from en-US are in people's stores."""
    segment = Segment(text="A sentence that says all by itself.")
    profile = Profile("one:deepl", former="one")
    by_hand, made = memory.keys(segment, Pair("en-US", "de"), engines=[profile])
    assert by_hand == (memory.key_by_hand(segment.text, Pair("en", "de")), "b2936db47125a4826f0bbfc44aa01433")
    assert made == (key(segment, Pair("en", "de"), engine="one:deepl"), "a7f54fcf2be093a62c0d2b387d9b1c0d")
    same = memory.keys(segment, Pair("en", "de"), engines=[Profile("one", former="one")])
    assert [len(keys) for keys in same] == [1, 1]
