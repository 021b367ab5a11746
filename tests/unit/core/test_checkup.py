from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import identity
from aggregator.core.checkup import Records, examine
from aggregator.model import Item, Media, PollState, RawItem, Source

NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
SOURCE = Source(name="wire", url="https://wire.example/feed", language="en")
FINE = PollState(source="wire", polled_at=NOW)
TEXT = "It was the first of the days that they had all been waiting for, and they were not late."


def items(count, **differing):
    """Items in order, each with what differs: a value for all, or a function of the number."""

    def one(number):
        told = {name: value(number) if callable(value) else value for name, value in differing.items()}
        return Item(**{
            "id": str(number), "source": "wire", "guid": f"g{number}", "url": f"https://wire.example/{number}", "title": f"Title {number}",
            "html": f"<p>Story {'abcdefghij'[number]}.</p>", "summary": "s", "published": NOW - timedelta(days=1), "language": "en",
            "declared": "en", "detected": "en",
        } | told)  # fmt: skip

    return [one(number) for number in range(count)]


def examined(found, source=SOURCE, state=FINE, first_seen=NOW):
    seen = {item.id: first_seen(number) if callable(first_seen) else first_seen for number, item in enumerate(found)}
    return examine(Records(source=source, state=state, items=found, first_seen=seen, now=NOW))


def finding(defect, *args, **settings):
    (found,) = examined(*args, **settings)
    assert (found.source, found.defect) == ("wire", defect)
    return found


def test_nothing_is_found_where_nothing_is_wrong():
    assert examined(items(5)) == []
    assert examined([]) == []


@pytest.mark.parametrize(
    ("flag", "cure", "in_compat"),
    [
        ("empty", "full_text = true", "full_text = true"),
        ("undated", "date_format = ", "date_format = "),
        ("images", "None: one beside the tag", 'profile = "clean"'),
        ("relative", "None needed", 'profile = "clean"'),
        ("entities", "None needed", 'profile = "clean"'),
        ("wrapped", "None needed", 'profile = "clean"'),
    ],
)
def test_flags_are_counted_with_three_examples_and_a_cure(flag, cure, in_compat):
    marked = items(6, flags=lambda number: (flag,) if number else ())
    found = finding(flag, marked)
    assert (found.count, found.of) == (5, 6)
    assert found.examples == ("https://wire.example/1", "https://wire.example/2", "https://wire.example/3")
    assert found.cure.startswith(cure)
    assert finding(flag, marked, source=replace(SOURCE, profile="compat")).cure.startswith(in_compat)


def test_an_episode_without_words_is_not_empty():
    marked = items(3, flags=("empty",), media=lambda number: (Media(url="https://cdn.example/1.mp3"),) if number else ())
    assert finding("empty", marked).count == 1


def test_a_kind_with_fields_may_have_another_one():
    assert finding("undated", items(1, flags=("undated",)), source=replace(SOURCE, kind="json")).cure.count("fields.published") == 1
    assert finding("guid", items(1, guid="", url=""), source=replace(SOURCE, kind="json")).cure.startswith("fields.id")


def test_dates_without_a_zone_count_until_there_is_proof_or_a_setting():
    backlog = items(6, flags=("zoneless",))
    found = finding("time zone", backlog)
    assert (found.count, found.cure) == (6, 'timezone = "..." where they are local times')
    assert examined(backlog, source=replace(SOURCE, timezone="Asia/Shanghai")) == []
    timely = items(6, flags=("zoneless",), published=lambda number: NOW + timedelta(hours=number, minutes=-10))
    assert examined(timely, first_seen=lambda number: NOW + timedelta(hours=number)) == []


def test_dates_in_another_zone_than_theirs_are_told_by_when_items_were_seen():
    ahead = items(6, flags=("zoneless",), published=lambda number: NOW + timedelta(hours=number + 8, minutes=-10))
    found = finding("time zone", ahead, first_seen=lambda number: NOW + timedelta(hours=number))
    assert (found.count, found.cure) == (6, 'timezone = "..." of a place at UTC+8')
    behind = items(6, flags=("zoneless",), published=lambda number: NOW + timedelta(hours=number - 8, minutes=-10))
    found = finding(
        "time zone", behind, first_seen=lambda number: NOW + timedelta(hours=number), source=replace(SOURCE, timezone="Asia/Shanghai")
    )
    assert (found.count, found.cure) == (6, 'timezone = "..." of a place at UTC+0')
    odd = items(6, published=lambda number: NOW + timedelta(hours=9 if number == 2 else -1))
    found = finding("time zone", odd)
    assert (found.count, found.examples) == (1, ("https://wire.example/2",))


def test_items_without_an_id_are_told_apart_by_whether_they_have_a_link():
    found = finding("guid", items(3, guid=""))
    assert (found.count, found.cure) == (3, "None needed as long as the links stay.")
    bare = finding("guid", items(3, guid="", url=""))
    assert (bare.count, bare.examples, bare.cure) == (3, ("Title 0", "Title 1", "Title 2"), "None: tell the publisher.")


def test_a_label_that_the_script_contradicts_is_told_with_what_is_set_or_not():
    wrong = items(3, declared="zh-HK", language="en")
    found = finding("language", wrong, source=replace(SOURCE, language=""))
    assert (found.says, found.cure[:11]) == ("They are labelled zh-HK, but are written in en.", "None needed")
    assert finding("language", wrong, source=replace(SOURCE, language="zh-HK")).cure == 'language = "en"'
    assert finding("language", wrong, source=replace(SOURCE, language="", profile="compat")).cure.startswith('profile = "clean"')


def test_what_no_language_is_known_of_gets_that_of_the_others():
    some = items(3, declared="", detected=lambda number: "en" if number else "und-Latn", language=lambda number: "en" if number else "und")
    found = finding("language", some, source=replace(SOURCE, language=""))
    assert (found.count, found.cure) == (1, 'language = "en"')
    assert finding("language", items(1, declared="", detected="", language="und")).cure == 'language = "..."'


def test_repeated_titles_and_links_are_counted():
    found = finding("repeated titles", items(5, title=lambda number: "Daily" if number < 3 else f"T{number}"))
    assert (found.count, found.examples) == (3, ("Daily",))
    numbered = items(2, title="Daily", url=lambda number: f"https://wire.example/{number}/article-77")
    assert finding("repeated titles", numbered).cure.startswith('identity = "link-number"')
    links = finding("repeated links", items(3, url=lambda number: f"https://wire.example/a?utm_source={number}"))
    assert (links.count, links.cure[:17]) == (3, 'identity = "link"')
    assert examined(items(2, title="")) == []


def test_the_link_is_not_to_decide_where_it_would_lose_an_item():
    alerts = items(3, url="https://wire.example/alerts", digest=lambda number: f"text {number % 2}")
    found = finding("repeated links", alerts)
    assert (found.count, found.cure) == (3, "None needed: each of them is kept.")


def test_items_that_had_to_be_told_apart_are_counted():
    some = items(3, id=lambda number: identity.apart("a", str(number)) if number else identity.item_id(RawItem(guid="1"), SOURCE))
    found = finding("repeated ids", some)
    assert (found.count, found.of, found.cure[:11]) == (2, 3, "None needed")


def test_items_lost_between_polls_are_told_until_the_state_forgets():
    late = replace(FINE, gap_at=NOW, lost=12)
    assert (finding("lost", items(3), state=late).count, finding("lost", items(3), state=late).of) == (12, 3)
    assert finding("lost", items(3), state=replace(late, lost=None)).count is None


def test_a_source_that_fails_is_not_called_well():
    failing = replace(FINE, failures=4, error_kind="tls", error="The certificate has expired.", advice="Tell the publisher.")
    found = finding("failing", [], state=failing)
    assert (found.count, found.says, found.cure) == (4, "The certificate has expired.", "Tell the publisher.")


def test_boilerplate_is_offered_as_a_setting_that_keeps_the_rules_there_are():
    repeating = items(
        4, html=lambda number: f'<p>Story {number}{"abcd"[number]}.</p><p>Follow "us" daily</p><p>Write to us</p><p>Read more</p>'
    )
    kept = replace(SOURCE, strip=("^Ad$", r"^Write\s+to\s+us$"))
    found = finding("boilerplate", repeating, source=kept)
    assert found.cure == r'strip = ["^Ad$", "^Write\\s+to\\s+us$", "^Follow\\s+\"us\"\\s+daily$", "^Read\\s+more$"]'
    assert (found.count, found.examples) == (4, ('Follow "us" daily', "Read more"))
    assert examined(repeating, source=replace(SOURCE, profile="compat")) == []
