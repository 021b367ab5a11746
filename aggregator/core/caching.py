"""What an answer's headers say about when to ask again (RFC 9110, RFC 9111)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

NO_WAIT = timedelta(0)
LONGEST = timedelta(days=366)  # what a longer statement counts as


def http_date(value: str) -> datetime | None:
    """A date of HTTP in any of its three forms (RFC 9110 section 5.6.7), as aware UTC; None where it is not one."""
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def delta_seconds(value: str) -> timedelta | None:
    """A whole number of seconds (RFC 9111 section 1.2.2); None where it is not one."""
    digits = value.strip()
    if not (digits.isascii() and digits.isdecimal()):
        return None
    return min(timedelta(seconds=int(digits.lstrip("0")[:9] or "0")), LONGEST)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """How long the server asks to be left alone, as seconds or a date (RFC 9110 section 10.2.3); zero where it does not."""
    value = headers.get("retry-after", "")
    seconds = delta_seconds(value)
    return _until(value, headers, now=now) if seconds is None else seconds


def freshness(headers: Mapping[str, str], *, now: datetime, held: timedelta = NO_WAIT) -> timedelta:
    """How long this answer stays fresh: max-age less Age, else Expires less Date (RFC 9111 section 4.2).

    `held` is the max-age of the answer that this one revalidates: it goes on holding where this one says nothing (section 4.3.4).
    """
    directives = cache_control(headers.get("cache-control", ""))
    if "no-store" in directives or "no-cache" in directives:
        return NO_WAIT
    max_age = delta_seconds(directives.get("max-age", ""))
    if max_age is not None:
        return max(max_age - (delta_seconds(headers.get("age", "")) or NO_WAIT), NO_WAIT)
    return _until(headers["expires"], headers, now=now) if "expires" in headers else held


def max_age(headers: Mapping[str, str]) -> timedelta:
    """How long an answer says that it stays fresh after it was made or revalidated; zero where it does not."""
    directives = cache_control(headers.get("cache-control", ""))
    if "no-store" in directives or "no-cache" in directives:
        return NO_WAIT
    return delta_seconds(directives.get("max-age", "")) or NO_WAIT


def cache_control(value: str) -> dict[str, str]:
    """The directives of a Cache-Control field, names in lower case; of one that stands twice the first holds (RFC 9111 section 4.2.1)."""
    directives: dict[str, str] = {}
    for part in value.split(","):
        name, _, argument = part.partition("=")
        directives.setdefault(name.strip().lower(), argument.strip().strip('"'))
    return directives


def _until(value: str, headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """From the server's own clock, where it shows one: its dates are not to be judged by ours."""
    date = http_date(value)
    if date is None:
        return NO_WAIT
    return min(max(date - (http_date(headers.get("date", "")) or now), NO_WAIT), LONGEST)
