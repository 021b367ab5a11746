"""The interface as it is described: whatever a program sends, whether it keeps to the description or not, no answer is a fault of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.core.admission import Keys
from aggregator.core.buckets import Buckets
from aggregator.web.acts import Desk
from aggregator.web.guard import Doors, Guard
from tests import newsroom
from tests.newsroom import ALIBABA

TOKEN = "correct-horse-battery-staple"
EXAMPLES = int(os.environ.get("FUZZ", "0")) // 100 or 5  # of each operation and kind
KNOWN = {"id": [ALIBABA.id], "name": ["times", "all", "markets"], "language": ["en", "zh-CN"]}
CLOSED = "http://127.0.0.1:1/"  # the one address that an act may be sent to ask


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guard]:
    """Where the operator may act as often as they like."""
    folder, keys = tmp_path_factory.mktemp("newsroom"), Keys(TOKEN)
    with newsroom.furnished(folder) as house:
        desk = Desk(
            house=lambda: house, config=folder / "config" / "aggregator.toml", keys=keys, attempts=Buckets(size=10**9, seconds=1e-9)
        )
        yield newsroom.site(house, desk=desk, doors=Doors(keys=keys, hosts=("testserver",)))


@pytest.fixture(scope="module")
def schema(site: Guard) -> Any:
    import schemathesis
    from schemathesis.config import SchemathesisConfig

    return schemathesis.openapi.from_asgi("/openapi.json", site, config=SchemathesisConfig())


def operations(schema: Any) -> list[Any]:
    return [found.ok() for found in schema.get_all_operations()]


def test_every_operation_is_asked(schema: Any) -> None:
    assert len(operations(schema)) == sum(len(each) for each in schema.raw_schema["paths"].values()) > 15


@pytest.mark.parametrize("kind", ["positive", "negative"])
def test_nothing_that_is_sent_makes_a_server_error_and_answers_are_as_described(schema: Any, kind: str) -> None:
    from schemathesis import GenerationMode

    for operation in operations(schema):
        if kind == "positive" or len(operation.query) or len(operation.body):  # else there is nothing that does not fit
            tried(operation, GenerationMode(kind))


def tried(operation: Any, mode: Any) -> None:
    """Send what fits the description, or what does not."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

    checks = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans(), choice=st.randoms(use_true_random=False))
    def sent(case: Any, known: bool, choice: Any) -> None:
        if known:
            case.path_parameters |= {name: choice.choice(KNOWN[name]) for name in case.path_parameters if name in KNOWN}
        if case.path == "/acts/add" and isinstance(case.body, dict):
            case.body["url"] = CLOSED
        case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=checks)

    sent()
