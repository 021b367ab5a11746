"""What fits into one request, and how it comes apart again."""

from __future__ import annotations

from urllib.parse import quote_plus

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.translators.packing import between, fits, packs, sentences, unpack


@settings(deadline=None)
@given(st.lists(st.text(max_size=3000).map(lambda text: text.replace("\n", " ")), max_size=12))
def test_packs_keep_every_text_in_order_and_fit(texts: list[str]) -> None:
    groups = list(packs(texts))
    assert [text for group in groups for text in group] == texts
    assert all(fits("\n".join(group)) or len(group) == 1 for group in groups)


def test_what_fits_counts_characters_and_bytes() -> None:
    assert fits("a" * 4999)
    assert not fits("a" * 5000)
    assert fits("股" * 1600)
    assert not fits("股" * 1700)
    assert len(quote_plus("股" * 1700)) > 15_000


def test_lines_are_believed_only_with_their_own_placeholders() -> None:
    assert unpack("A {0}\n B｛1｝ ", ["a {0}", "b{1}"]) == ["A {0}", "B｛1｝"]
    assert unpack("A\nB{1}{0}", ["a {0}", "b{1}"]) is None
    assert unpack("A {0} B{1}", ["a {0}", "b{1}"]) is None
    assert unpack("A {0}\nB{1}\n", ["a {0}", "b{1}"]) is None


@settings(deadline=None)
@given(st.lists(st.sampled_from(["One sentence. ", "Is it? ", "股市上涨了。", "“好！”", "{0}", " and so on, "]), min_size=1, max_size=900))
def test_sentences_join_to_the_text_they_were(parts: list[str]) -> None:
    text = "".join(parts)
    pieces = sentences(text)
    assert "".join(pieces) == (text if pieces else "")
    assert all(map(fits, pieces))


def test_a_sentence_that_does_not_fit_can_not_be_cut() -> None:
    assert sentences("Short. " + "endless" * 1000) == []


def test_between_is_a_space_where_the_script_has_spaces() -> None:
    assert (between("End.", "Next"), between("完。", "下"), between("完。{0}", "下"), between("完。", "Next")) == (" ", "", "", " ")
