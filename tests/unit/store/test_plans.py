"""What must stay flat as the store grows walks an index: SQLite's own plans say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Select, event, insert

from aggregator.model import Query
from aggregator.store import archives, fronts, queries, search
from aggregator.store import schema as tables
from aggregator.store.engine import Database
from aggregator.store.jobs import claim_jobs
from aggregator.store.marks import claim_marks
from aggregator.store.migration import prepare
from aggregator.store.pruning import expired
from aggregator.store.sources import claim_sources, history
from aggregator.store.statements import free_claims

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CLAIM = {"now": NOW, "limit": 5, "lease": timedelta(minutes=1)}


@pytest.fixture
def connection() -> Iterator[Connection]:
    database = Database("sqlite://")
    prepare(database, create=True)
    with closing(database), database.write() as connection:
        yield connection


@contextmanager
def plans(connection: Connection) -> Iterator[list[str]]:
    """What SQLite does for the statements that are executed here."""
    seen: list[tuple[str, Any]] = []
    steps: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(connection.engine, "before_cursor_execute", note)
    yield steps
    event.remove(connection.engine, "before_cursor_execute", note)
    for statement, parameters in seen:
        steps += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def plan(connection: Connection, query: Select[Any]) -> list[str]:
    with plans(connection) as steps:
        connection.execute(query).all()
    return steps


def test_the_newest_of_a_feed_are_one_walk_along_one_key(connection: Connection) -> None:
    query = queries.newest_query(feed="all", language="en", limit=50)
    assert plan(connection, query) == ["SEARCH feed_pages USING PRIMARY KEY (feed=? AND language=?)"]


def test_feed_names_look_into_each_feed_once(connection: Connection) -> None:
    with plans(connection) as steps:
        queries.feed_names(connection)
    assert steps[0] == "SCAN feeds"
    assert steps[-1] == "SEARCH feed_pages USING PRIMARY KEY (feed=? AND language=?)"


def test_names_beside_a_name_are_a_walk_along_the_key_of_feeds(connection: Connection) -> None:
    for backwards in (False, True):
        with plans(connection) as steps:
            queries.feed_names_between(connection, "tag/", "tag0", limit=9, backwards=backwards)
        assert steps[0] == "SEARCH feeds USING PRIMARY KEY (name>? AND name<?)"
        assert not [step for step in steps if "TEMP B-TREE" in step]


def test_a_feed_that_is_published_looks_at_no_other_and_at_no_page_that_is_archived(connection: Connection) -> None:
    with plans(connection) as steps:
        queries.languages_of_feed(connection, "all")
        archives.fill(connection, feed="all", language="en", size=50, limit=8)
        archives.newest(connection, feed="all", language="en", before=9)
    assert [step for step in steps if not step.startswith("CORRELATED")] == [
        "SEARCH feeds USING PRIMARY KEY (name=?)",
        "SEARCH feed_pages USING PRIMARY KEY (feed=? AND language=?)",
        "SEARCH archives USING COVERING INDEX archives_stale (feed=? AND language=? AND stale=?)",
        "USE TEMP B-TREE FOR ORDER BY",
        "SEARCH archives USING PRIMARY KEY (feed=? AND language=? AND number<?)",
        "SEARCH feed_pages USING COVERING INDEX feed_pages_out_of_turn (feed=? AND language=? AND archive=?)",
        "SEARCH archives USING PRIMARY KEY (feed=? AND language=? AND number<?)",
    ]


def test_feeds_that_are_published_together_look_at_no_other_and_at_no_page_that_is_archived(connection: Connection) -> None:
    with plans(connection) as steps:
        fronts.fronts(connection, [("all", "en")], limit=50)
        fronts.overflowing(connection, [("all", "en")], size=50)
    assert [step for step in steps if not step.startswith("CORRELATED")] == [
        "SEARCH feeds USING PRIMARY KEY (name=?)",
        "SEARCH feed_pages USING PRIMARY KEY (feed=? AND language=?)",
        "SEARCH archives USING PRIMARY KEY (feed=? AND language=?)",
        "SEARCH feed_pages USING PRIMARY KEY (feed=? AND language=?)",
        "SEARCH feeds USING PRIMARY KEY (name=?)",
        "SEARCH archives USING COVERING INDEX archives_stale (feed=? AND language=? AND stale=?)",
        "SEARCH feed_pages USING COVERING INDEX feed_pages_out_of_turn (feed=? AND language=? AND archive=?)",
    ]


def test_the_pages_of_an_archive_lie_side_by_side_but_for_those_out_of_turn(connection: Connection) -> None:
    for number in (1, 2):
        row = {"feed": "all", "language": "en", "number": number, "size": 1, "age": -number, "generation": 1, "stale": False}
        connection.execute(insert(tables.archives).values(row))
    with plans(connection) as steps:
        archives.pages_of(connection, feed="all", language="en", archive=2)
    assert steps == [
        "SEARCH archives USING PRIMARY KEY (feed=? AND language=? AND number<?)",
        "SEARCH archives USING PRIMARY KEY (feed=? AND language=? AND number<?)",
        "SEARCH feed_pages USING PRIMARY KEY (feed=? AND language=? AND age>? AND age<?)",
        "SEARCH feed_pages USING COVERING INDEX feed_pages_out_of_turn (feed=? AND language=? AND archive=?)",
    ]


@pytest.mark.parametrize(
    ("source", "step"),
    [("", "SCAN items USING INDEX items_newest"), ("a", "SEARCH items USING INDEX items_newest_of_source (source=?)")],
)
def test_of_the_catalogue_only_what_has_the_same_date_is_sorted(connection: Connection, source: str, step: str) -> None:
    ties = "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"
    assert plan(connection, queries.search_query("", source=source, language="", limit=50)) == [step, ties]


@pytest.mark.parametrize("kept", [{"before": NOW, "keep": None}, {"before": None, "keep": 1}])
def test_pruning_walks_from_the_oldest_on(connection: Connection, kept: dict[str, Any]) -> None:
    connection.exec_driver_sql("INSERT INTO tallies VALUES ('items', 'a', 9)")
    with plans(connection) as steps:
        expired(connection, "a", **kept, now=NOW, limit=5)
    walks = [step for step in steps if " items " in step]
    assert walks == [f"SEARCH items USING INDEX items_newest_of_source (source=?{' AND published<?' if kept['before'] else ''})"]
    assert [step for step in steps if "TEMP B-TREE" in step] == ["USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"]


@pytest.mark.parametrize(
    ("asked", "walk"), [(Query(text="阿里 巴巴", source="a"), "SCAN search_index VIRTUAL TABLE"), (Query(), "SEARCH search_places")]
)
def test_what_is_searched_is_not_sorted(connection: Connection, asked: Query, walk: str) -> None:
    with plans(connection) as steps:
        search.find(connection, asked, after=None, limit=10)
    assert steps[0].startswith(walk)
    assert all("INTEGER PRIMARY KEY" in step for step in steps if "search_places" in step)
    assert not any("TEMP B-TREE" in step for step in steps)


def test_a_look_at_a_host_is_one_step_along_its_sources(connection: Connection) -> None:
    with plans(connection) as steps:
        claim_sources(connection, **CLAIM, names=None, per_host=2)
    assert "SEARCH others USING INDEX sources_due_at_host (host=? AND asleep=? AND gone=? AND due_at<?)" in steps
    assert not any("TEMP B-TREE" in step for step in steps)


def test_feeds_know_what_their_archives_have_and_items_are_counted_along_their_dates(connection: Connection) -> None:
    with plans(connection) as steps:
        queries.feed_sizes(connection, ["all", "a"])
        queries.dated_between(connection, [NOW, NOW + timedelta(days=1)])
    assert [step for step in steps if not step.startswith("CORRELATED")] == [
        "SEARCH feeds USING PRIMARY KEY (name=?)",
        "SEARCH archives USING PRIMARY KEY (feed=? AND language=?)",
        "SEARCH archives USING PRIMARY KEY (feed=? AND language=? AND number=?)",
        "SEARCH feed_pages USING COVERING INDEX feed_pages_out_of_turn (feed=? AND language=? AND archive=?)",
        "SEARCH feed_pages USING PRIMARY KEY (feed=? AND language=?)",
        "SEARCH items USING COVERING INDEX items_newest (published>? AND published<?)",
    ]


def test_claims_are_freed_without_a_look_at_what_is_published(connection: Connection) -> None:
    with plans(connection) as steps:
        free_claims(connection)
    of_marks = [step for step in steps if " pages " in step or " feeds " in step]
    assert of_marks == ["SCAN pages USING INDEX pages_stale", "SCAN feeds USING INDEX feeds_stale"]


def test_a_sources_history_is_one_walk(connection: Connection) -> None:
    with plans(connection) as steps:
        history(connection, "a", limit=5)
    assert steps == ["SEARCH polls USING PRIMARY KEY (source=?)"]


def test_claims_walk_an_index_in_its_order(connection: Connection) -> None:
    with plans(connection) as steps:
        claim_sources(connection, **CLAIM, names=None)
        claim_jobs(connection, **CLAIM, sources=None)
        claim_marks(connection, **CLAIM)
    walks = [step for step in steps if step not in ("MATERIALIZE chosen", "SCAN chosen")]
    assert walks == [
        "SEARCH sources USING INDEX sources_due (asleep=? AND gone=? AND due_at<?)",
        "CORRELATED SCALAR SUBQUERY 1",
        "SEARCH hosts USING PRIMARY KEY (host=?)",
        "SEARCH sources USING COVERING INDEX sqlite_autoindex_sources_1 (source=?)",
        "SCAN jobs USING INDEX jobs_newest",
        "SEARCH jobs USING PRIMARY KEY (item_id=? AND language=?)",
        "SCAN pages USING INDEX pages_stale",
        "SEARCH pages USING PRIMARY KEY (item_id=? AND language=?)",
        "SCAN feeds USING INDEX feeds_stale",
        "SEARCH feeds USING PRIMARY KEY (name=? AND language=?)",
    ]
