from datetime import UTC, datetime, timedelta

import pytest

from aggregator.core import caching

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    ["Wed, 01 May 2024 13:00:00 GMT", "Wednesday, 01-May-24 13:00:00 GMT", "Wed May  1 13:00:00 2024", "Wed, 01 May 2024 15:00:00 +0200"],
)
def test_dates_are_read_in_every_form(text: str) -> None:
    assert caching.http_date(text) == NOW + HOUR


@pytest.mark.parametrize("text", ["", "0", "-1", "soon", "Wed, 99 May 2024 13:00:00 GMT", "Wed, 01 May 99999 13:00:00 GMT", "1714568400"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert caching.http_date(text) is None


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, 0),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 0120 "}, 120),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "1.5"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "٣"}, 0),
        ({"retry-after": "Wed, 01 May 2024 13:00:00 GMT"}, 3600),
        ({"retry-after": "Wed, 01 May 2024 11:00:00 GMT"}, 0),
        ({"retry-after": "Wed, 01 May 2024 13:00:00 GMT", "date": "Wed, 01 May 2024 12:30:00 GMT"}, 1800),
        ({"retry-after": "9" * 5000}, caching.LONGEST.total_seconds()),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, caching.LONGEST.total_seconds()),
    ],
)
def test_retry_after(headers: dict[str, str], wait: float) -> None:
    assert caching.retry_after(headers, now=NOW).total_seconds() == wait


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, 0),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'Public, MAX-AGE="600" , must-revalidate'}, 600),
        ({"cache-control": "max-age=600, max-age=5"}, 600),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": "no-store, max-age=600"}, 0),
        ({"cache-control": "s-maxage=600"}, 0),
        ({"cache-control": "max-age=600", "age": "500"}, 100),
        ({"cache-control": "max-age=600", "age": "900"}, 0),
        ({"cache-control": "max-age=600", "expires": "Wed, 01 May 2024 13:00:00 GMT"}, 600),
        ({"cache-control": "max-age=x", "expires": "Wed, 01 May 2024 13:00:00 GMT"}, 3600),
        ({"expires": "Wed, 01 May 2024 13:00:00 GMT"}, 3600),
        ({"expires": "Wed, 01 May 2024 13:00:00 GMT", "date": "Wed, 01 May 2024 12:59:00 GMT"}, 60),
        ({"expires": "0"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
    ],
)
def test_freshness(headers: dict[str, str], fresh: float) -> None:
    assert caching.freshness(headers, now=NOW).total_seconds() == fresh
