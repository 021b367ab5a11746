"""Collects what the benches find: a line at once, a table of all at the end, and build/bench.json."""

from __future__ import annotations

import pytest

from tests.bench import figures

FOUND = pytest.StashKey[list[figures.Figure]]()


@pytest.fixture
def record(request: pytest.FixtureRequest) -> figures.Record:
    """Call it with a name and a value: `record("304, CPU", 7.5, "x")`."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")

    def say(text: str) -> None:
        if reporter:
            reporter.ensure_newline()
            reporter.write_line(text)

    found = request.config.stash.setdefault(FOUND, [])
    return figures.Record(f"{request.path.relative_to(figures.ROOT)}", found, say)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table, and where it stands for machines."""
    if found := config.stash.get(FOUND, []):
        terminalreporter.section("what the benches found")
        terminalreporter.write_line("\n".join(figures.table(found)))
        terminalreporter.write_line(f"\nAs JSON: {figures.write(found).relative_to(figures.ROOT)}")
