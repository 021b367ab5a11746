"""Whatever the texts: verification never raises, and finds nothing wrong with a text beside itself."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.core.figures import figures, lost_and_new
from aggregator.core.shifts import is_shifted
from aggregator.core.verify import flags, is_suspicious, problems

LANGUAGES = st.sampled_from(["en", "de", "zh-CN", "zh-TW", "ja", "fr", "ru", "ko", "th", "ar", "und", "", "nonsense"])
NUMBERS = st.sampled_from(
    [
        "1,234.5", "1.234,5", "28.6万", "三百二十", "第三季度", "90后", "昭和64年", "1990s", "half a million", "zweieinhalb", "3pm",
        "15:00", "10秒72", "数千万", "2.4bn", "COVID-19", "百分之五", "十四五", "30-35 billion", "3.2.1", "０．５", "१२३", "³", "{0}",
        "(TSLA)", "9" * 40, "1" + "0" * 29 + "万亿兆",
    ]
)  # fmt: skip
PIECES = [" ", "。", ".", "“", "the ", "的", "ひらがな", "<b>", "**", "&amp;", "http://a.example"]
WORDS = st.one_of(NUMBERS, st.text(max_size=12), st.sampled_from(PIECES))
TEXTS = st.lists(WORDS, max_size=14).map("".join)


@given(TEXTS, TEXTS, LANGUAGES, LANGUAGES)
def test_never_raises(text: str, answer: str, source: str, target: str) -> None:
    problems(text, answer, source=source, target=target)
    flags(text, answer, source=source, target=target)
    is_suspicious([(text, answer), (answer, text), (text, text), (answer, answer)], source=source, target=target)


@given(TEXTS, LANGUAGES)
def test_a_text_beside_itself(text: str, language: str) -> None:
    found = {*problems(text, text, source=language, target=language), *flags(text, text, source=language, target=language)}
    assert not found & {"numbers", "length", "names", "ending", "placeholders", "refusal", "preamble", "address", "markup", "repetition"}


@given(st.lists(TEXTS, max_size=12), LANGUAGES)
def test_a_batch_beside_itself_is_in_step(texts: list[str], language: str) -> None:
    assert not is_shifted([(text, text) for text in texts], source=language, target=language)


@given(TEXTS, TEXTS, st.sampled_from(["en", "de", "zh", "ja", "fr"]), st.sampled_from(["en", "de", "zh", "ja", "fr"]))
def test_lost_one_way_is_new_the_other(text: str, answer: str, source: str, target: str) -> None:
    there, back = lost_and_new(text, answer, source=source, target=target), lost_and_new(answer, text, source=target, target=source)
    assert sum(there) == sum(back)


@settings(max_examples=200)
@given(st.decimals(min_value=2, max_value=Decimal(10) ** 15, places=2), st.sampled_from(["en", "zh", "ja"]))
def test_a_value_written_out_is_read_as_itself(value: Decimal, language: str) -> None:
    """Writing a number's value down and reading it again changes nothing, with or without separators."""
    plain = value.normalize()
    for written in (f"{plain:f}", f"{plain:,f}"):
        assert figures(written, language).written == (frozenset({plain}),)


@given(TEXTS, st.sampled_from(["en", "zh", "ja", "de"]))
def test_reading_numbers_is_idempotent(text: str, language: str) -> None:
    """The values of a text, written down one by one, have the same values."""
    values = {value for value in figures(text, language).known if value >= 2 and value == value.to_integral_value() and value < 10**29}
    again = figures(" ; ".join(f"{value:f}".split(".")[0] for value in values), language)
    assert {next(iter(each)) for each in again.written} == values
