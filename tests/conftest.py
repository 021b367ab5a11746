"""What holds for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.databases import postgresql_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own. In CI it has to start."""
    with postgresql_server() as url:
        yield url


settings.register_profile("here", deadline=None)  # a loaded machine is no failure
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)  # what lands must not depend on luck
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")
settings.register_profile("costly", max_examples=200 if "FUZZ" in os.environ else 30)  # of what takes long; `make fuzz` looks at more

TOGETHER = {
    "test_clean_lists.py": "clean lists",
    "test_corpus.py": "corpus",
    "test_demo.py": "demo",
    "test_hugo_site.py": "hugo",
    "test_imports.py": "imports",
    "test_in_a_browser.py": "browser",
    "test_other_themes.py": "themes",
    "test_real_readers.py": "readers",
    "test_rules_01_to_11.py": "month",
    "test_rules_12_to_34.py": "month",
    "test_spared_summaries.py": "summaries",
    "test_translated_lists.py": "translated lists",
    "test_without_address.py": "address",
}
"""Files whose tests look at one thing that takes long to make, and what it is."""

LONG = (
    "test_corpus.py",
    "test_crash.py",
    "test_daemon.py",
    "test_engine_secrets.py",
    "test_every_call.py",
    "test_full_disk.py",
    "test_hostile_documents.py",
    "test_hostile_answers.py",
    "test_identity.py",
    "test_nodes.py",
    "test_politeness_rules.py",
    "test_random_kills.py",
    "test_readme.py",
    "test_second_polls.py",
    "test_translated_lists.py",
    "test_validity.py",
)
"""Files with tests that take long: they begin first, so that the workers end together."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put them in front."""
    items.sort(key=lambda item: item.path.name not in LONG)


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Gives all tests that look at one such thing to one worker, and each of the others to any."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0].rpartition("/")[2], nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """How tests are spread where there are several workers."""
    return Together(config, log)
