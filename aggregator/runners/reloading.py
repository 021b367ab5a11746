"""Takes up a changed configuration when it is asked to: all of it, or none where anything in it is wrong."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable

from aggregator.config import Settings, located
from aggregator.errors import AggregatorError, ConfigError
from aggregator.runners.daemon import Daemon
from aggregator.runners.notifying import READY, Notifier

log = logging.getLogger(__name__)

UNCHANGED = "The configuration stays as it was: see the log."


def reread_on_signal(daemon: Daemon) -> None:
    """Let SIGHUP ask for it from now on."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, daemon.reread.set)


async def reload_if_asked(daemon: Daemon, notifier: Notifier, load: Callable[[], Settings]) -> None:
    """Reload once if that was asked for. `load` reads the configuration again and raises ConfigError."""
    if not daemon.reread.is_set():
        return
    daemon.reread.clear()
    notifier.reloading()
    status = UNCHANGED
    try:
        status = await reload(daemon, load)
    finally:
        notifier.say(READY, f"STATUS={status}")


async def reload(daemon: Daemon, load: Callable[[], Settings]) -> str:
    """Read the configuration and go on with it, or say in the log why not. Returns how that went."""
    try:
        settings = await asyncio.to_thread(load)
        before, after = ({source.name for source in each.sources} for each in (daemon.house.settings, settings))
        await daemon.change(settings)
    except ConfigError as error:
        for problem in error.problems:
            log.error("the configuration stays as it was: %s", located(problem))
        return UNCHANGED
    except AggregatorError as error:
        log.error("the configuration stays as it was: %s", error)
        return UNCHANGED
    log.warning("the configuration was read again: %d sources, %d new, %d gone", len(after), len(after - before), len(before - after))
    return f"Reloaded: {len(after)} sources."
