import re

from hypothesis import given
from hypothesis import strategies as st

from aggregator.config.values import rule
from aggregator.core.boilerplate import repeated
from aggregator.core.markup import plain_to_html, visible_text
from aggregator.core.sanitize import clean
from aggregator.core.stripping import stripped

STORIES = [f"Story {word}.\nIt has a {word} middle.\nAnd an end with {word}." for word in ("one", "two", "three", "four")]


def found(texts):
    return [(boilerplate.text, boilerplate.count) for boilerplate in repeated(texts)]


def test_a_line_that_opens_or_closes_most_items_is_found():
    texts = [f"{story}\nFollow us on all channels" for story in STORIES[:3]] + STORIES[3:]
    assert found(texts) == [("Follow us on all channels", 3)]
    assert found([f"Advertisement\n{story}" for story in STORIES]) == [("Advertisement", 4)]


def test_what_stands_in_half_of_the_items_or_in_two_of_two_is_not():
    assert found([f"{story}\nFollow us" for story in STORIES[:2]] + STORIES[2:]) == []
    assert found([f"{story}\nFollow us" for story in STORIES[:2]]) == []
    others = [story.upper() for story in STORIES[:3]]
    assert found([f"{story}\nFollow us" for story in STORIES[:3]] + others) == []
    assert found([f"{story}\nFollow us" for story in STORIES[:3]] + others[:2]) == [("Follow us", 3)]


def test_what_is_all_of_a_text_is_not():
    assert found([f"The price is {number}." for number in range(9)]) == []


def middle(line: str, number: int) -> list[str]:
    """So many long texts with a line in the middle."""
    return ["\n".join([*(f"{word} before it, {part}" for part in "abcd"), line, *(f"{word} after it, {part}" for part in "abcd")])
            for word in "uvwxyz"[:number]]  # fmt: skip


def test_a_line_in_the_middle_is_found_in_five_texts():
    others = [STORIES[0].replace("one", "x" * number) for number in range(1, 30)]
    assert found([*middle("Read also:", 5), *others]) == [("Read also:", 5)]
    assert found(middle("Read also:", 4)) == []


def test_figures_in_the_middle_are_the_story():
    assert found(middle("Up 5 %", 6)) == found(middle("5 000 %", 6)) == found(middle("* * * *", 6)) == []


def test_the_name_behind_a_label_and_numbers_may_differ():
    texts = [
        f"{story}\n（责任编辑：{name}）\n{number} people read this"
        for number, (story, name) in enumerate(zip(STORIES, "甲乙丙丁", strict=True), 8)
    ]
    rules = {boilerplate.text: boilerplate.rule for boilerplate in repeated(texts)}
    assert list(rules) == ["8 people read this", "（责任编辑：甲）"]
    assert re.search(rules["（责任编辑：甲）"], "（责任编辑: 戊己）") and not re.search(rules["（责任编辑：甲）"], "（作者：戊）")
    assert re.search(rules["8 people read this"], "12 people read this")


def test_a_long_disclaimer_is_known_by_its_beginning():
    disclaimer = "The views expressed here are the author's own. " * 5
    (boilerplate,) = repeated([f"{story}\n{disclaimer.strip()}" for story in STORIES])
    assert boilerplate.rule.endswith(".*$") and len(boilerplate.rule) < 160
    assert re.search(boilerplate.rule, disclaimer)


@given(st.text(alphabet=st.sampled_from("ab 1:：（[(.*+?\\^$|'\"编辑&<\u00a0"), min_size=4, max_size=120))
def test_the_rule_that_is_offered_takes_the_line_away_from_every_item(line):
    bodies = [clean(plain_to_html(f"{story}\n\n{line}"), "") for story in STORIES]
    for boilerplate in repeated([visible_text(body) for body in bodies]):
        assert rule(boilerplate.rule)  # the configuration takes it
        for story, body in zip(STORIES, bodies, strict=True):
            assert visible_text(stripped(body, [boilerplate.rule])) == story
