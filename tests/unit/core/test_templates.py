"""Titles and summaries by template."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.templates import PLAIN, Templates, filled, placeholders

VALUES = {"title": "Die Zinsen", "original": "Rates", "source": "The News", "language": "en"}


@pytest.mark.parametrize(
    ("template", "changed", "made"),
    [
        ("{title}", {}, "Die Zinsen"),
        ("{title} / {original}", {}, "Die Zinsen / Rates"),
        ("[{language}] {source}: {title}", {}, "[en] The News: Die Zinsen"),
        ("{title} { {original}", {}, "Die Zinsen { Rates"),
        ("{title} / {original}", {"original": "Die Zinsen"}, "Die Zinsen"),
        ("{title} / {original}", {"original": ""}, "Die Zinsen"),
        ("{title} / {original}", {"title": ""}, ""),
        ("{source}: {title}", {"original": "Die Zinsen"}, "The News: Die Zinsen"),
        ("{title} / {original}", {"title": "{original}", "original": "{title}"}, "{original} / {title}"),
    ],
)
def test_a_template_is_filled(template: str, changed: dict[str, str], made: str) -> None:
    assert filled(template, "title", VALUES | changed) == made


@given(title=st.text(), original=st.text())
def test_the_plain_template_is_the_text(title: str, original: str) -> None:
    assert filled(PLAIN.title, "title", VALUES | {"title": title, "original": original}) == title


def test_each_variant_has_its_own() -> None:
    templates = Templates(title="1", summary="2", bilingual_title="3", bilingual_summary="4")
    found = [templates.of(name, bilingual=bilingual) for bilingual in (False, True) for name in ("title", "summary")]
    assert found == ["1", "2", "3", "4"]


def test_what_stands_in_braces_is_found() -> None:
    assert placeholders("{title} {} {a b} {{source}} { {") == ["title", "", "a b", "source"]
