from __future__ import annotations

from datetime import UTC, datetime

from aggregator.confined.question import Question
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
    sent = jsonable.dump(Question.of(source, fetched, now=datetime(2026, 1, 1, tzinfo=UTC), known=["a", "b"]))
    assert b"canary" not in sent
    asked = jsonable.load(Question, sent)
    assert asked.fetched(b"body") == fetched
    assert (asked.source.name, asked.source.options, asked.now.year) == ("s", {"items": "data"}, 2026)
    assert asked.known == ("a", "b")
