from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import identity, volatile
from aggregator.core.twins import REMEMBERED, remembered, told_apart
from aggregator.model import Item, Media, Source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = Source(name="s", url="https://e.org/feed")


def entry(text, *, title="", url="https://e.org/a", days=0, flags=(), media="", html=""):
    return Item(
        id="00000000-0000-5000-8000-000000000000", source="s", guid="0", url=url, title=title, html=html or text, summary="",
        published=NOW - timedelta(days=days), language="en", digest=volatile.text_digest(title, text), flags=flags,
        media=(Media(url=media),) if media else (),
    )  # fmt: skip


def ids(*items, repeated=(), source=SOURCE):
    return [item.id for item in told_apart(items, source, repeated=frozenset(repeated), now=NOW)[0]]


def test_one_by_itself_keeps_its_id_until_it_is_known_not_to_be_enough():
    alone, other = entry("a", days=1), entry("b", days=2)
    assert ids(alone) == ids(alone, alone)[:1] == [alone.id]
    (first, second), found = told_apart([alone, other], SOURCE, repeated=frozenset(), now=NOW)
    assert len({first.id, second.id, alone.id}) == 3
    assert identity.is_apart(first.id)
    assert not identity.is_apart(alone.id)
    assert ids(alone, repeated=found) == [first.id]


def test_no_more_is_used_than_is_needed():
    """So that an edit of the rest changes no id."""
    found = told_apart([entry("a"), entry("b", url="https://e.org/b")], SOURCE, repeated=frozenset(), now=NOW)[1]
    assert len({*ids(entry("a", title="t"), repeated=found), *ids(entry("c", title="u", days=3), repeated=found)}) == 1


def test_a_date_that_moves_with_the_clock_is_none():
    ahead, later = (entry(text, title=text, days=-days) for text, days in (("a", 2), ("b", 3)))
    undated = entry("c", title="c", flags=("undated",))
    found = told_apart([ahead, later, undated], SOURCE, repeated=frozenset(), now=NOW)[1]
    assert ids(ahead, repeated=found) == ids(entry("a", title="a", days=-1.5), repeated=found)
    assert len(set(ids(ahead, later, undated))) == 3


def test_without_text_address_and_date_tell_entries_apart():
    empty = [entry("", title="Daily", url=f"https://e.org/{number}", flags=("empty",)) for number in (1, 1, 2)]
    assert len(set(ids(*empty))) == 2


def test_bulletins_of_one_text_are_as_many_as_their_recordings():
    def bulletin(day, recording):
        return entry("The latest.", title="Bulletin", days=day, media=f"https://e.org/{recording}.mp3")

    assert len(set(ids(*(bulletin(day, day) for day in range(3))))) == 3
    assert len(set(ids(bulletin(0, "a?for=me"), bulletin(1, "a?for=you")))) == 1
    assert len(set(ids(entry("The latest.", title="Bulletin"), entry("The latest.", title="Bulletin", days=1)))) == 1


def test_entries_without_words_are_told_apart_by_their_pictures():
    first, second = (entry("", title="Photo", html=f'<img src="https://e.org/{number}.jpg">', days=number) for number in (1, 2))
    assert len({*ids(first, second)}) == 2
    assert len({*ids(first, entry("", title="Photo", html=first.html, days=3))}) == 1
    text, same = (entry("A text.", title="Photo", html=html, days=day) for day, html in enumerate(("<p>A text.</p>", "<i>A text.</i>")))
    assert len({*ids(text, same)}) == 1


def test_a_page_names_one_article_several_times():
    page = Source(name="s", url="https://e.org/", kind="html")
    assert len(set(ids(entry("short"), entry("a longer one"), source=page))) == 1
    assert len(set(ids(entry("short"), entry("other", url="https://e.org/b"), source=page))) == 2


def test_what_was_seen_last_is_remembered_longest():
    assert remembered(["a", "b"], ["b", "c"]) == ("b", "c", "a")
    assert remembered(map(str, range(REMEMBERED)), ["new"])[-1] == str(REMEMBERED - 2)


ENTRIES = st.lists(
    st.builds(
        entry, st.sampled_from("abc"), title=st.sampled_from(["", "t", "u"]), url=st.sampled_from(["", "https://e.org/1", "https://e.org/1#2"]),
        days=st.integers(0, 3), flags=st.sampled_from([(), ("undated",)]),
    ),
    max_size=8,
)  # fmt: skip


@given(ENTRIES, st.randoms(use_true_random=False))
def test_ids_depend_on_the_entry_and_on_what_is_known_alone(entries, dice):
    known = frozenset()
    for _ in range(4):
        known |= {*told_apart(entries, SOURCE, repeated=known, now=NOW)[1]}
    made = dict(zip(map(id, entries), ids(*entries, repeated=known), strict=True))
    texts = {item.digest for item in entries}
    if len(texts) == len(entries):  # of equal texts one stands for all
        for item in entries:
            assert ids(item, repeated=known) == [made[id(item)]]
    dice.shuffle(entries)
    assert [made[id(item)] for item in entries] == ids(*entries, repeated=known)
    assert all(len({made[id(item)] for item in entries if item.digest == text}) == 1 for text in texts)


@given(ENTRIES)
def test_different_entries_have_different_ids_but_for_states_of_one(entries):
    def state(item):
        return item.url, "" if "undated" in item.flags else item.published, item.title or item.digest

    by_text = {item.digest: item for item in entries}
    made = ids(*by_text.values())
    assert len(set(made)) == len({state(item) for item in by_text.values()} if len(by_text) > 1 else by_text)
