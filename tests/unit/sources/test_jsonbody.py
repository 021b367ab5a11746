import pytest

from aggregator.sources.jsonbody import dig, number, text, texts

DOCUMENT = {"a": {"b": [{"c": 1}, {"c": 2}]}, "x.y": {"z": 3}, "": 4, "n": None}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", DOCUMENT),
        ("a.b.1.c", 2),
        ("a.b.0", {"c": 1}),
        ("x.y", {"z": 3}),
        ("n", None),
        ("a.b.2", None),
        ("a.b.c", None),
        ("a.b.-1", None),
        ("q", None),
        ("a.b.0.c.d", None),
        ("n.a", None),
        ("a.", None),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(path, value):
    assert dig(DOCUMENT, path) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a", "a"),
        (" a ", " a "),
        (2669387, "2669387"),
        (1.5, "1.5"),
        (True, "true"),
        (None, ""),
        ([], ""),
        (["x", "y"], "x"),
        ({"a": 1}, ""),
        ("\ud800", "\ufffd"),
        (10**20, "1" + "0" * 20),
    ],
)
def test_any_value_is_text(value, shown):
    assert text(value) == shown


def test_values_are_texts_each_once():
    assert texts(["a", " a", "", None, 3]) == ("a", "3")
    assert texts("a") == ("a",)
    assert texts(None) == ()


@pytest.mark.parametrize(
    ("value", "count"), [(5, 5), ("7", 7), (90.5, 90), (-1, 0), ("x", 0), (None, 0), ("9" * 30, 0), (float("inf"), 0), (1e30, 0)]
)
def test_counts_are_counts_or_nothing(value, count):
    assert number(value) == count
