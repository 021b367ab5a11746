from __future__ import annotations

import re
import tracemalloc

import pytest

from aggregator.core.hugo import harmless
from aggregator.core.markdown import to_markdown
from aggregator.core.patterns import late, replaced, together


def test_a_late_pattern_does_what_the_compiled_one_does() -> None:
    made, compiled = late(r"(a+)b", re.IGNORECASE), re.compile(r"(a+)b", re.IGNORECASE)
    for text in ("xAaB aab", "b", ""):
        assert made.findall(text) == compiled.findall(text)
        assert made.sub(r"<\1>", text) == compiled.sub(r"<\1>", text)
        assert [match.span() for match in made.finditer(text)] == [match.span() for match in compiled.finditer(text)]
        assert bool(made.search(text, 1)) == bool(compiled.search(text, 1))
    assert (made.pattern, made.flags, made.groups) == (compiled.pattern, compiled.flags, compiled.groups)


def test_it_is_compiled_by_its_first_use() -> None:
    wrong = late("(")
    with pytest.raises(re.error):
        wrong.search("")


@pytest.mark.parametrize("pattern", ["b", "b+", "", "^a|b$", "c"])
@pytest.mark.parametrize("by", ["", "<>"])
def test_in_a_long_text_the_same_is_replaced_as_in_a_short_one(pattern: str, by: str) -> None:
    for text in ("a" + "ab" * 60_000, "b" * 120_000):
        assert replaced(re.compile(pattern), lambda found: by + found[0], text) == re.sub(pattern, lambda found: by + found[0], text)


def test_pieces_are_put_together_whether_there_is_something_in_them_or_not() -> None:
    assert together([""] * 5000 + ["a", "b"] * 5000 + [""]) == "ab" * 5000
    assert together(iter(())) == ""


@pytest.mark.parametrize("text", ["*" * 120_000, "`" * 120_000, "a`b_" * 30_000])
def test_signs_are_escaped_without_a_piece_of_memory_for_each(text: str) -> None:
    harmless(to_markdown("<p>`</p>"))
    tracemalloc.start()
    try:
        assert len(harmless(to_markdown(f"<p>{text}</p>"))) > len(text)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40 * len(text)
