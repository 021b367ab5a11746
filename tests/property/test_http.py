"""What strangers may write into a request: it is understood or it means nothing, and never more than that."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core.admission import Keys, answers_for, is_own_page
from aggregator.core.buckets import Buckets
from aggregator.core.conditions import byte_range, held_tag, is_unmodified
from aggregator.core.feedquery import wanted
from aggregator.core.negotiation import CODINGS, coding
from aggregator.core.slugs import feed_path, feed_stem

FIELD = st.text(st.characters(max_codepoint=255)) | st.text('"-=,;:*0123456789 bytesWq/gzipbr.[]@', max_size=40)
QUERY = st.text("limtqsncemod=&%+0123456789-:TZx", max_size=60)


@given(FIELD | st.from_regex(r"bytes=[0-9]{0,3}-[0-9]{0,3}", fullmatch=True), st.integers(0, 300))
def test_a_range_lies_within_what_there_is(field: str, length: int) -> None:
    wanted = byte_range(field, length)
    assert wanted is None or not wanted or 0 <= wanted.start < wanted.stop <= length


@given(FIELD)
def test_fields_of_conditions_and_codings_never_break_anything(field: str) -> None:
    assert held_tag(field, ['"d"', '"d-br"']) in ("", '"d"', '"d-br"')
    assert is_unmodified(field, 10**10) in (True, False)
    assert coding(field) in ("", *CODINGS)


@given(FIELD, FIELD)
def test_no_field_lets_a_stranger_in(field: str, other: str) -> None:
    assert not Keys("correct-horse-battery-staple").admits(field)
    assert answers_for(f"{field}.example", {"ours.example"}) is (f"{field}.example".lower() == "ours.example")
    assert not is_own_page(origin=f"https://{other}.evil.example", site="", host="localhost", base_url="https://news.example.org")


@given(QUERY | st.text())
def test_a_query_is_understood_in_one_form_or_refused(query: str) -> None:
    try:
        asked = wanted(query)
    except ValueError as error:
        assert str(error).endswith(".")
        return
    assert wanted(asked.query) == replace(asked, bilingual=False)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 20)), max_size=40))
@example([("a", 0.0), ("a", 0.0), ("a", 3.572117499004265), ("a", 0.0)])
def test_nobody_gets_more_than_a_bucket_and_what_flows_in(steps: list[tuple[str, float]]) -> None:
    buckets, now, taken = Buckets(size=3, seconds=5), 0.0, dict.fromkeys("abc", 0)
    for client, passed in steps:
        now += passed
        wait = buckets.take(client, now=now)
        taken[client] += not wait
        assert buckets.wait(client, now=now + wait) == 0 or not wait
    assert all(count <= 3 + now / 5 + 1e-6 for count in taken.values())


@given(
    st.sampled_from(["all", "news", "a.b", "tag/x", "tag/ü", "x/y", "n.bilingual"]),
    st.booleans(),
    st.integers(0, 3),
    st.sampled_from(["rss", "json"]),
)
def test_a_feed_is_known_from_any_of_its_paths(name: str, bilingual: bool, archive: int, extension: str) -> None:
    path = feed_path(name, "zh-CN", variant="bilingual" if bilingual else "translation", extension=extension, archive=archive)
    assert feed_stem(path) == feed_stem(feed_path(name, "zh-CN", variant="translation", extension="rss"))
