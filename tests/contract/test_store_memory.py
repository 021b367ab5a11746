"""Every store: the memory of segments that were translated once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aggregator.model import MemoryCount, Remembered
from aggregator.store import SqlStore


def known(key: str = "k1", **fields: Any) -> Remembered:
    facts = {"source_language": "en", "target_language": "de", "source": f"Text {key}.", "text": f"Satz {key}.", "engine": "one"}
    return Remembered(**({"key": key} | facts | fields))


def by_hand(key: str = "k1", **fields: Any) -> Remembered:
    return known(key, engine="", locked=True, **fields)


def test_what_is_kept_comes_back_whole(store: SqlStore, make: Any) -> None:
    entry = known(heading="Über", terms="v1", step="runs", hits=3, made_at=make.now, used_at=make.now)
    assert store.remember([entry, known("k2", text="neu\0")]) == 2
    assert store.recall(["k1", "k2", "k3"]) == {"k1": entry, "k2": known("k2", text="neu\ufffd")}
    assert (store.recall([]), store.remember([])) == ({}, 0)


def test_many_keys_are_one_question(store: SqlStore) -> None:
    store.remember([known(f"k{number:04}") for number in range(1200)])
    assert len(store.recall([f"k{number:04}" for number in range(5000)])) == 1200


def test_the_last_word_counts_and_uses_are_not_forgotten(store: SqlStore, make: Any) -> None:
    store.remember([known(hits=7, used_at=make.now)])
    assert store.remember([known(text="Neu.", made_at=make.now)]) == 1
    assert store.recall(["k1"])["k1"] == known(text="Neu.", hits=7, made_at=make.now, used_at=make.now)


def test_no_engine_takes_the_place_of_a_person(store: SqlStore) -> None:
    store.remember([by_hand(text="Von Hand.")])
    assert store.remember([known(text="Von einer Maschine."), known("k2")]) == 1
    assert store.recall(["k1"])["k1"].text == "Von Hand."
    assert store.remember([by_hand(text="Besser.")]) == 1
    assert store.recall(["k1"])["k1"].text == "Besser."


def test_what_is_imported_spares_what_a_person_wrote_here(store: SqlStore) -> None:
    store.remember([by_hand(text="Von Hand."), known("k2")])
    assert store.remember([by_hand(text="Von anderswo."), by_hand("k2", text="Von anderswo.")], spare_locked=True) == 1
    assert [store.recall([key])[key].text for key in ("k1", "k2")] == ["Von Hand.", "Von anderswo."]


def test_everything_can_be_read_page_by_page(store: SqlStore) -> None:
    entries = [known(f"k{number}", target_language=("de", "fr")[number % 2], locked=number > 7) for number in range(9)]
    store.remember([*entries, known("z", source="")])
    pages, after = [], ""
    while page := store.remembered(after=after, limit=4):
        pages.append([entry.key for entry in page])
        after = page[-1].key
    assert pages == [["k0", "k1", "k2", "k3"], ["k4", "k5", "k6", "k7"], ["k8"]]
    assert [entry.key for entry in store.remembered(source_language="en", target_language="fr")] == ["k1", "k3", "k5", "k7"]
    assert [entry.key for entry in store.remembered(locked=True)] == ["k8"]
    assert store.remembered(source_language="xx") == []


def test_it_is_counted_by_pair_and_engine(store: SqlStore) -> None:
    store.remember([known(hits=2), known("k2", hits=3), by_hand("k3", source="四个汉字")])
    pair = {"source_language": "en", "target_language": "de"}
    assert list(store.memory_counts()) == [
        MemoryCount(**pair, engine="", locked=True, segments=1, characters=4, hits=0),
        MemoryCount(**pair, engine="one", locked=False, segments=2, characters=16, hits=5),
    ]


def test_uses_are_counted_with_the_translation_that_they_are_in(store: SqlStore, make: Any) -> None:
    store.remember([known(), known("k2"), known("k3")])
    item = make.item()
    make.save(store, item, jobs=(make.job(item),))
    job = make.claim_job(store)
    store.save_translation(job, make.translation(job), recalled=["k2", "k1", "k1", "gone"])
    assert {key: entry.hits for key, entry in store.recall(["k1", "k2", "k3"]).items()} == {"k1": 1, "k2": 1, "k3": 0}
    assert store.recall(["k1"])["k1"] == replace(known(), hits=1, used_at=make.now)


def test_items_are_found_by_the_words_they_hold(store: SqlStore, make: Any) -> None:
    texts = ("<p>The whole story, 100% of it.</p>", "<p>A story as a whole</p>", "<p>100 stories</p>")
    make.save(store, *(make.item(number, html=text) for number, text in enumerate(texts, 1)))

    def found(*words: str) -> list[str]:
        return [item.id[-1] for item in store.holding(words)]

    assert found("whole", "story") == ["1", "2"]
    assert found("100%") == ["1"]
    assert found("Title 3") == ["3"]
    assert found("whole", "nowhere") == []


def test_a_translation_that_exists_is_made_again_only_on_demand(store: SqlStore, make: Any) -> None:
    item = make.item()
    make.save(store, item)
    make.translate(store, item)
    assert store.add_jobs([make.job(item)]) == 0
    assert store.add_jobs([make.job(item)], again=True) == 1
    job = make.claim_job(store)
    store.save_translation(job, make.translation(job, title="Again"))
    assert store.translations([item.id])[item.id]["zh-CN"].title == "Again"
    assert list(store.pending_jobs()) == []


def test_how_segments_were_judged_is_noted_of_those_that_are_known(store: SqlStore) -> None:
    store.remember([known(), known("k2", rules="1 en de", flags=("length",))])
    store.note_flags({"k1": ("numbers", "names"), "no": ()}, rules="2 en de")
    found = store.recall(["k1", "k2", "no"])
    assert {key: (entry.rules, entry.flags) for key, entry in found.items()} == {
        "k1": ("2 en de", ("numbers", "names")), "k2": ("1 en de", ("length",)),
    }  # fmt: skip
    store.note_flags({}, rules="3 en de")
