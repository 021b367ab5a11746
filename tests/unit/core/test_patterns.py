from __future__ import annotations

import re

import pytest

from aggregator.core.patterns import late


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
