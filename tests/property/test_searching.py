"""Whatever stands in a text is found, and in scripts without spaces nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.searching import Phrase, phrases, words

HAN = "阿里巴市场股"
MIXED = st.text(alphabet=HAN + "aB1 ,.é한국ガ", max_size=30)


def has(held: list[str], phrase: Phrase) -> bool:
    """What both databases do with a phrase."""
    *fixed, last = phrase.words
    for start in range(len(held) - len(fixed)):
        end = held[start + len(fixed)]
        if held[start : start + len(fixed)] == fixed and (end.startswith(last) if phrase.open else end == last):
            return True
    return False


def found(text: str, query: str) -> bool:
    held = list(words(text))
    return all(has(held, phrase) for phrase in phrases(query))


@given(st.text(alphabet=HAN + "。 ", max_size=30), st.text(alphabet=HAN, min_size=1, max_size=6))
def test_chinese_is_found_exactly_where_it_stands(text: str, query: str) -> None:
    assert found(text, query) == (query in text)


@given(MIXED, st.data())
def test_every_word_of_a_text_is_found_in_it_and_every_part_of_its_chinese(text: str, data: st.DataObject) -> None:
    for word in text.split():
        assert found(text, word), word
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    if part and all(character in HAN for character in part):
        assert found(text, part)


@given(st.text(max_size=60), st.text(max_size=20))
def test_nothing_that_people_write_fails_and_no_word_holds_a_sign(text: str, query: str) -> None:
    asked = phrases(query)
    assert all(phrase.words for phrase in asked)
    for word in (*words(text), *(word for phrase in asked for word in phrase.words)):
        assert 0 < len(word) <= 64
        assert not any(sign in word for sign in " \"'*():&|!<>\\-_\0")
