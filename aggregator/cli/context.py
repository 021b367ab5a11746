"""What every command starts from: the options, the settings, the parts wired together."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from aggregator.config import Settings
    from aggregator.model import Source
    from aggregator.placing import Writer
    from aggregator.wiring import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The options given before the command."""

    config: Path
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    offline: bool = False

    def start_logging(self) -> None:
        """Send the log to standard error, one event a line."""
        from aggregator.cli.output import LineFormatter

        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(LineFormatter())
        level = logging.INFO if self.verbose else logging.ERROR if self.quiet else logging.WARNING
        logging.basicConfig(level=level, handlers=[handler], force=True)
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every beat

    def settings(self) -> Settings:
        """The configuration, checked in full. Raises ConfigError."""
        from aggregator import config, wiring

        return config.load(self.config, environ=os.environ, ask=wiring.ADAPTERS)

    def settings_or_defaults(self) -> Settings:
        """The configuration where there is one, what is built in where there is none."""
        from aggregator import config

        return self.settings() if self.config.exists() else config.defaults()

    @contextmanager
    def house(self, settings: Settings | None = None, *, write: Writer | None = None) -> Iterator[House]:
        """All parts wired together on the configured store, closed at the end; `write` instead of what writes documents."""
        from aggregator import wiring

        with wiring.open_house(settings or self.settings(), offline=self.offline, write=write) as house:
            yield house


def known_names(names: Iterable[str], sources: Mapping[str, Source] | Collection[str]) -> list[str]:
    """The names, each checked to be a configured source; raises UsageError with what may have been meant."""
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in sources:
            raise UsageError(f"There is no source {name!r} in the configuration.{suggestion(name, sources)}")
    return wanted


def suggestion(word: str, choices: Iterable[str]) -> str:
    """A "did you mean" for a word that is none of the choices, or what there is to choose from."""
    from difflib import get_close_matches

    choices = sorted(choices)
    close = get_close_matches(word, choices, n=3)
    if close:
        return f" Did you mean {' or '.join(close)}?"
    return f" There are: {', '.join(choices[:20])}." if choices else " No source is configured yet."
