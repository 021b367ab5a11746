"""What every command starts from: the options, the settings, the parts wired together."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.config import Settings
    from aggregator.model import Source
    from aggregator.placing import Writer
    from aggregator.ports import Store
    from aggregator.wiring import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The options given before the command."""

    config: Path
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    offline: bool = False

    def start_logging(self, *, as_json: bool = False) -> None:
        """Send the log to standard error, one event a line; as JSON it is for a program, which is told everything unless it is `quiet`."""
        from aggregator.cli.output import JsonFormatter, LineFormatter

        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter() if as_json else LineFormatter())
        usual = logging.INFO if as_json else logging.WARNING
        level = logging.INFO if self.verbose else logging.ERROR if self.quiet else usual
        logging.basicConfig(level=level, handlers=[handler], force=True)
        for teller in ("apscheduler", "procrastinate"):  # they tell of every beat, and of each that another one took the place of
            logging.getLogger(teller).setLevel(logging.ERROR)

    def settings(self) -> Settings:
        """The configuration, checked in full. Raises ConfigError."""
        from aggregator import config
        from aggregator.checking import ADAPTERS

        return config.load(self.config, environ=os.environ, ask=ADAPTERS)

    def settings_or_defaults(self) -> Settings:
        """The configuration where there is one, what is built in where there is none."""
        from aggregator import config

        return self.settings() if self.config.exists() else config.defaults()

    @contextmanager
    def store(self, settings: Settings) -> Iterator[Store]:
        """The configured store alone, closed at the end, for a command that only looks something up: it need not load the other parts."""
        from aggregator.store import open_store

        with closing(open_store(settings.store.url)) as store:
            yield store

    @contextmanager
    def house(
        self, settings: Settings | None = None, *, write: Writer | None = None, clock: Callable[[], datetime] | None = None
    ) -> Iterator[House]:
        """All parts wired together on the configured store, closed at the end; `write` instead of what writes documents."""
        from aggregator import sweeping, wiring

        with wiring.open_house(settings or self.settings(), offline=self.offline, write=write, clock=clock) as house:
            sweeping.as_usual()
            yield house

    @contextmanager
    def daemon(self) -> Iterator[House]:
        """The same for the only daemon on its data folder, on a store that was read in whole."""
        from aggregator import wiring

        settings = self.settings()
        with wiring.only_daemon(settings), wiring.open_house(settings, offline=self.offline, check=True) as house, house.at_work():
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
