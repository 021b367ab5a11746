"""Finds the lines that a source repeats in its items, and offers a `strip` rule for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

_ENDS = 3  # lines at the beginning and at the end of an item that are looked at
_LEAST = 3  # items, of few
_OFTEN = 5  # items, of however many
_SHORTEST = 4  # characters of a line
_LONGEST = 80  # characters of a line that a rule spells out; longer ones are known by their beginning
_CREDIT = 40  # characters at most of what stands behind a label
_VARIES = re.compile(r"(\s+|\d+)")
# "编辑：张三", "(Editing by: A. B.)": the label is the same in every item, the name behind it is not.
_LABELLED = re.compile(rf"([\[(（【]?\s*[^\W\d][^\d:：]{{1,18}}?)\s*[:：]\s*\S.{{0,{_CREDIT}}}")


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Text that comes with `count` items; `rule` finds it, and whatever varies in it."""

    text: str
    count: int
    rule: str


def repeated(texts: Iterable[str]) -> list[Boilerplate]:
    """What stands as a line of its own in five of these visible texts, or at an end of more than half of them; the most frequent first.

    At the ends three texts are enough, numbers may differ, and so may the name behind a short label: in the middle those are the story.
    Nothing is said of why: whether it is to go, a person decides.
    """
    whole = [_lines(text) for text in texts if text]
    ends = [_ends(lines) for lines in whole]
    enough = max(_LEAST, len(ends) // 2 + 1)
    lines = _frequent(ends, _line_rule, enough) | _frequent(whole, _wording_rule, _OFTEN)
    labels = _frequent([[line for line in lines_of if _line_rule(line) not in lines] for lines_of in ends], _label_rule, enough)
    found = [*lines.values(), *labels.values()]
    return sorted(found, key=lambda boilerplate: (-boilerplate.count, boilerplate.text))


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines if len(lines) > 1 else []  # all of it can't be what is beside the point


def _ends(lines: list[str]) -> list[str]:
    return lines if len(lines) <= 2 * _ENDS else [*lines[:_ENDS], *lines[-_ENDS:]]


def _frequent(texts: Sequence[Sequence[str]], rule_of: Callable[[str], str], enough: int) -> dict[str, Boilerplate]:
    """By rule, what at least so many items have; each shows the first line it was found in."""
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for lines in texts:
        rules = {rule: line for line in reversed(lines) if len(line) >= _SHORTEST and (rule := rule_of(line))}
        counts.update(rules.keys())
        shown = rules | shown
    return {rule: Boilerplate(shown[rule], count, rule) for rule, count in counts.items() if count >= enough}


def _line_rule(line: str) -> str:
    """Finds this line, whatever its numbers are."""
    return f"^{_spelled(line)}$" if len(line) <= _LONGEST else f"^{_spelled(line[:_LONGEST])}.*$"


def _wording_rule(line: str) -> str:
    """Finds this line, or "" where it says something in figures."""
    return "" if any(map(str.isdecimal, line)) or not any(map(str.isalpha, line)) else _line_rule(line)


def _label_rule(line: str) -> str:
    """Finds a line with this label, or "" where there is none."""
    found = _LABELLED.fullmatch(line)
    return f"^{_spelled(found[1])}\\s*[:：].{{1,{_CREDIT + 2}}}$" if found else ""


def _spelled(text: str) -> str:
    return "".join(_varying(text))


def _varying(text: str) -> Iterator[str]:
    for place, part in enumerate(_VARIES.split(text)):
        yield re.escape(part) if place % 2 == 0 else r"\d+" if part.isdecimal() else r"\s+"
