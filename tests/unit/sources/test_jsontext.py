import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.sources import jsontext
from aggregator.sources.jsontext import Json, Torn

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=3), VALUES, max_size=4)


@given(DOCUMENTS)
def test_json_is_read_as_the_library_reads_it(value):
    assert jsontext.read(json.dumps(value)) == Json(value)


@given(DOCUMENTS, st.data())
def test_of_what_breaks_off_nothing_is_invented(value, data):
    written = json.dumps(value)
    found = jsontext.read(written[: data.draw(st.integers(1, len(written)))])
    assert is_part(found.value, value)
    assert found.torn == bool(found.fault)


def is_part(part, whole):
    """Whether all of it is in the whole; only what is at an end may lack something."""
    if isinstance(part, dict) and isinstance(whole, dict):
        keys = [*whole][: len(part)]
        return (type(part) is Torn or part == whole) and [*part] == keys and all(is_part(part[key], whole[key]) for key in keys)
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) <= len(whole) and all(map(is_part, part, whole)) and part[:-1] == whole[: max(len(part) - 1, 0)]
    return type(part) is type(whole) and part == whole


@pytest.mark.parametrize(
    ("text", "value", "torn"),
    [
        ('["a\nb\tc"]', ["a\nb\tc"], False),
        ("[1,2,]", [1, 2], False),
        ('{"a": 1,}', {"a": 1}, False),
        ('[{"a": [1,],},{}]', [{"a": [1]}, {}], False),
        ("[1] and more", [1], False),
        ('[{"a": 1}, {"b": 2, "c": "half', [{"a": 1}, {"b": 2}], True),
        ('{"a": [{"b": 1}], "c": tr', {"a": [{"b": 1}]}, True),
        ('{"a": 1, b: 2}', {"a": 1}, True),
        ("[1, nil, 2]", [1], True),
        ('[12, {"a": 1', [12, {}], True),
        ('[{"a": true', [{"a": True}], True),
    ],
)
def test_what_is_not_quite_json_is_read_as_far_as_it_goes(text, value, torn):
    found = jsontext.read(text)
    assert (found.value, found.torn) == (value, torn)
    assert ("\n" in text) == (not found.fault)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 70 + "1,", '{"a": ' + "9" * 5000 + "}"])
def test_what_is_nested_or_long_without_end_ends(text):
    assert jsontext.read(text).torn
