from __future__ import annotations

from datetime import UTC, datetime

from aggregator.confined.question import Question, understood, written
from aggregator.core import jsonable
from aggregator.model import Fetched, Source


def test_a_question_holds_all_that_reading_needs_and_no_secret():
    source = Source(
        name="s",
        url="https://e.org/",
        headers={"Authorization": "canary"},
        proxy="http://u:canary@p/",
        user_agent="canary",
        options={"items": "data"},
    )
    fetched = Fetched(url="https://e.org/there", body=b"body", status=203, headers={"content-type": "text/xml"})
    sent, of = jsonable.dump(Question.of(fetched, now=datetime(2026, 1, 1, tzinfo=UTC), known=["a", "b"])), written(source)
    assert b"canary" not in sent + of
    asked, asked_of = jsonable.load(Question, sent), understood(of)
    assert asked.fetched(b"body") == fetched
    assert (asked_of.name, asked_of.options, asked.now.year) == ("s", {"items": "data"}, 2026)
    assert asked.known == ("a", "b")


def test_a_source_that_is_told_again_is_the_same_one():
    source = Source(name="s", url="https://e.org/")
    assert understood(written(source)) is understood(written(Source(name="s", url="https://e.org/", proxy="http://p/")))
