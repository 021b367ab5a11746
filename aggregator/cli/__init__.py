"""The command line: `main` is the program. Commands live in small modules; what is heavy is imported inside them."""

from __future__ import annotations

import gc
import sys

from aggregator import sweeping
from aggregator.errors import AggregatorError, ConfigError, UsageError

DONE, FAILED, WRONG_USAGE, DONE_IN_PART = 0, 1, 2, 3


def main() -> None:
    """Run the command line; every error that is meant for people ends as a message and an exit status.

    At the end nothing is looked through for cycles: all goes with the process.
    """
    sweeping.hardly()
    try:
        _run()
    finally:
        gc.freeze()


def _run() -> None:
    from aggregator.cli.app import app

    try:
        app()
    except ConfigError as error:
        complain(f"The configuration can't be used ({len(error.problems)} to mend):", *(f"  {problem}" for problem in error.problems))
        sys.exit(WRONG_USAGE)
    except UsageError as error:
        complain(str(error))
        sys.exit(WRONG_USAGE)
    except AggregatorError as error:
        complain(str(error))
        sys.exit(FAILED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)


def complain(*lines: str) -> None:
    """Say something on standard error."""
    from aggregator.cli.output import printable

    for line in lines:
        sys.stderr.write(f"{printable(line)}\n")
