"""One time for all nodes: that of the store, whatever a machine's own clock says."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

WORTH_A_WORD = timedelta(seconds=5)


class StoreClock:
    """This machine's clock, set right by what the store last said."""

    def __init__(self) -> None:
        self._behind = timedelta(0)

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC) + self._behind

    def set(self, told: datetime) -> None:
        """Go by this from now on."""
        behind = told - datetime.now(UTC)
        if abs(behind - self._behind) > WORTH_A_WORD:
            log.warning("this machine's clock is %+.0f s away from the store's, which is gone by", -behind.total_seconds())
        self._behind = behind
