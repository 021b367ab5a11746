"""What nearly all texts take, the short way, comes to the same as the long one."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.characters import folded, one_line, printable, without_odd

ODD = st.sampled_from(["\ufffc", "\u200d", "\u3000", "\u00a0", "\u00ad", "  ", "\r\n", "\U000e0101", "\U000e0001", "\U0010ffff", "\ue000"])


@given(st.lists(st.one_of(st.text(max_size=6), ODD, st.just(" ")), max_size=6).map("".join))
@example("\ufffc")
@example(" a  b ")
def test_one_line_is_printable_and_folded(text: str) -> None:
    assert one_line(text) == folded(printable(text))


@given(st.lists(st.one_of(st.text(max_size=6), ODD, st.sampled_from(" \n\t")), max_size=6).map("".join))
@example("\n\ufffc")
@example("a\r\nb")
def test_printable_text_has_nothing_odd(text: str) -> None:
    assert printable(text) == without_odd(text)


def test_every_character_alone_and_between_letters() -> None:
    for code in range(0x110000):
        text = f"a{chr(code)}b"
        assert printable(text) == without_odd(text), hex(code)
        assert one_line(text) == folded(printable(text)), hex(code)
        assert one_line(chr(code)) == folded(printable(chr(code))), hex(code)
