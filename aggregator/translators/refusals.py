"""What a server's status says when it does not translate, as one of our errors; and which loggers of libraries must not speak."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.errors import AuthFailed, BadOutput, Blocked, QuotaExhausted, RateLimited, Retryable, TooLong, TranslationError

LONGEST_WAIT = timedelta(days=1)
# at debug level they tell addresses, which hold texts, and headers, which may echo keys
_TALKATIVE = (
    "httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "urllib3.connectionpool", "urllib3.connection",
    "urllib3.response", "urllib3.util.retry",
)  # fmt: skip


def silence() -> None:
    """Let no library that carries texts and keys log anything."""
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def retry_after(value: str) -> timedelta | None:
    """How long to wait by a Retry-After header, seconds or a date (RFC 9110 section 10.2.3); a day at most."""
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), LONGEST_WAIT)
    try:
        return min(max(timedelta(0), timedelta(seconds=parsedate_to_datetime(value).timestamp() - time.time())), LONGEST_WAIT)
    except (ValueError, OverflowError):
        return None


def refused(engine: str, status: int, headers: Mapping[str, str]) -> TranslationError | None:
    """What a status that is not a success says, in words that hold nothing of what was asked or answered."""
    if 200 <= status < 300:
        return None
    wait = retry_after(headers.get("Retry-After", ""))
    if status in {429, 529} or (status == 503 and wait is not None):
        return RateLimited(f"{engine}: asked to slow down (status {status})", after=wait)
    if status >= 500 or status == 408:
        return Retryable(f"{engine}: the server failed (status {status}); it will be tried again", after=wait)
    if status == 402:
        return QuotaExhausted(f"{engine}: nothing is left of what was paid for (status 402)", after=until_tomorrow())
    if 300 <= status < 400:
        return Blocked(f"{engine}: the server redirects (status {status}); write the address that it leads to as base_url")
    kind, why = _FINAL.get(status, (BadOutput, "the server refused the request"))
    return kind(f"{engine}: {why} (status {status})")


_KEY = "the server refuses the key; check api_key, and whether it is for this server"
_ADDRESS = "there is no such service or model at this address; check base_url and model"
_SIZE = "the text is too long for the server"
_FINAL: Mapping[int, tuple[type[TranslationError], str]] = {
    401: (AuthFailed, _KEY), 403: (AuthFailed, _KEY), 404: (Blocked, _ADDRESS), 405: (Blocked, _ADDRESS),
    413: (TooLong, _SIZE), 414: (TooLong, _SIZE),
}  # fmt: skip


def until_tomorrow() -> timedelta:
    """The time to the next day in UTC."""
    now = datetime.now(UTC)
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - now


def until_next_month() -> timedelta:
    """The time to the first of the next month in UTC."""
    now = datetime.now(UTC)
    return (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0) - now
