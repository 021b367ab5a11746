from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from aggregator.core.dates import parse

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2025, 9, 26, 10, 17, 15, tzinfo=UTC)
MINUTE = MOMENT.replace(second=0)
EAST = timedelta(hours=8)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        # RFC 822, in order and out of it
        ("Fri, 26 Sep 2025 10:17:15 GMT", MOMENT),
        ("Fri, 26 Sep 2025 10:17:15 +0800", MOMENT - EAST),
        ("26 Sep 2025 10:17:15 -0000", MOMENT),
        ("Mon, 26 Sep 2025 10:17:15 Z", MOMENT),
        ("Fri, 26 Sep 25 10:17 UT", MINUTE),
        ("Fri,26 September 2025 10:17:15 GMT", MOMENT),
        ("Ven, 26 Sept. 2025 10:17:15 +0000 (UTC)", MOMENT),
        ("26-Sep-25 10:17 GMT", MINUTE),
        ("Fri, 26 Sep 2025 10:17:15 GMT+8", MOMENT - EAST),
        ("Fri, 26 Sep 2025 10:17:15 UTC-03:30", MOMENT + timedelta(hours=3.5)),
        ("Fri, 26 Sep 2025", MOMENT.replace(hour=0, minute=0, second=0) - EAST),
        ("Fri, 26 Sep 95 10:17:15 GMT", MOMENT.replace(year=1995)),
        ("Fri Sep 26 10:17:15 2025", MOMENT - EAST),
        ("Fri Sep 26 10:17:15 GMT 2025", MOMENT),
        # names of zones: the source's own first
        ("Fri, 26 Sep 2025 10:17:15 EST", MOMENT + timedelta(hours=5)),
        ("Fri, 26 Sep 2025 10:17:15 PDT", MOMENT + timedelta(hours=7)),
        ("Fri, 26 Sep 2025 10:17:15 JST", MOMENT - timedelta(hours=9)),
        ("Fri, 26 Sep 2025 10:17:15 HKT", MOMENT - EAST),
        ("Fri, 26 Sep 2025 10:17:15 CST", MOMENT - EAST),
        ("Fri, 26 Sep 2025 10:17:15 XYZ", MOMENT - EAST),
        # ISO 8601 and its relatives
        ("2025-09-26T10:17:15Z", MOMENT),
        ("2025-09-26T18:17:15+08:00", MOMENT),
        ("2025-09-26T10:17:15.250Z", MOMENT + timedelta(milliseconds=250)),
        ("2025-09-26 10:17:15", MOMENT - EAST),
        ("2025-9-26 10:17", MINUTE - EAST),
        ("2025/09/26 10:17", MINUTE - EAST),
        ("20250926T101715Z", MOMENT),
        ("20250926101715", MOMENT - EAST),
        ("2025-09-26T24:00:00Z", datetime(2025, 9, 27, tzinfo=UTC)),
        ("2025-09-26T10:17:60Z", MOMENT.replace(second=59)),
        ("2025-09-26T101715+00:00", MOMENT),
        ("20250926T10:17:15.250Z", MOMENT + timedelta(milliseconds=250)),
        ("2025-269T10:17:15Z", MOMENT),
        ("2025269", MOMENT.replace(hour=0, minute=0, second=0) - EAST),
        # Go's time.String, and French hours
        ("2025-09-26 10:17:15 +0800 CST", MOMENT - EAST),
        ("2025-09-26 10:17:15.250456789 +0000 UTC", MOMENT + timedelta(microseconds=250456)),
        ("2025-09-26 07:17:15 -0300 -03", MOMENT),
        ("2025-09-26 10h17", MINUTE - EAST),
        # Drupal, and what else stands between day and time
        ("Friday, September 26, 2025 - 10:17", MINUTE - EAST),
        ("Fri, 09/26/2025 - 10:17", MINUTE - EAST),
        ("Thu, 09/04/2025 - 10:17", MINUTE.replace(day=4) - EAST),
        ("Tue, 09/04/2024 - 10:17", datetime(2024, 4, 9, 10, 17, tzinfo=UTC) - EAST),
        ("9/26/2025 10:17:15 AM", MOMENT - EAST),
        ("26/09/2025 10:17", MINUTE - EAST),
        ("9/9/2025", datetime(2025, 9, 9, tzinfo=UTC) - EAST),
        # seconds, milliseconds, microseconds
        ("1758881835", MOMENT),
        (1758881835, MOMENT),
        (1758881835.0, MOMENT),
        ("1758881835000", MOMENT),
        (1758881835000000, MOMENT),
        ("/Date(1758881835000)/", MOMENT),
        ("/Date(1758881835000+0800)/", MOMENT),
        # the same number of figures, but those of a calendar
        ("202509261017", MINUTE - EAST),
        (202509261017, MINUTE - EAST),
        ("2025092610", MINUTE.replace(minute=0) - EAST),
        ("2025-09-26T10Z", MINUTE.replace(minute=0)),
        ("2025132610", datetime(2034, 3, 5, 0, 50, 10, tzinfo=UTC)),
        ("2087092610", datetime(2036, 2, 20, 3, 56, 50, tzinfo=UTC)),
        ("202513261017", datetime(1976, 6, 1, 21, 41, 1, 17000, tzinfo=UTC)),
        # East Asia
        ("2025年9月26日 10:17", MINUTE - EAST),
        ("2025年09月26日10时17分15秒", MOMENT - EAST),
        ("2025年9月26日 下午6:17", MINUTE + timedelta(hours=8) - EAST),
        ("2025年9月26日(金) 10:17", MINUTE - EAST),
        ("２０２５年９月２６日　10：17", MINUTE - EAST),
        ("2025년 9월 26일 오전 10:17", MINUTE - EAST),
        ("2025. 9. 26. 오후 6:17", MINUTE + EAST - EAST),
        ("2025. 9. 26.", MOMENT.replace(hour=0, minute=0, second=0) - EAST),
        ("2025年九月26日", MOMENT.replace(hour=0, minute=0, second=0) - EAST),
        ("二〇二五年九月二十六日 10:17", MINUTE - EAST),
        ("2025年十二月三十一日", datetime(2025, 12, 31, tzinfo=UTC) - EAST),
        ("2025年9月26日 星期五 10:17", MINUTE - EAST),
        ("2025年9月26日金曜日 10:17", MINUTE - EAST),
        # German and American
        ("26.09.2025 10:17", MINUTE - EAST),
        ("26.9.2025, 10:17:15", MOMENT - EAST),
        ("26. September 2025 10:17", MINUTE - EAST),
        ("September 26, 2025 at 10:17 am EDT", MINUTE + timedelta(hours=4)),
        ("Sept. 26th, 2025 12:00 AM GMT", datetime(2025, 9, 26, tzinfo=UTC)),
        # in words of other languages
        ("Пт, 26 сен 2025 10:17:15 +0300", MOMENT - timedelta(hours=3)),
        ("26 Eyl 2025", MOMENT.replace(hour=0, minute=0, second=0) - EAST),
        ("Παρ, 26 Σεπ 2025 10:17:15 EST", MOMENT + timedelta(hours=5)),
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", datetime(2004, 7, 11, 17, tzinfo=UTC)),
        ("2004-július-13T9:15-05:00", datetime(2004, 7, 13, 14, 15, tzinfo=UTC)),
        ("2025. szeptember 26. 10:17", MINUTE - EAST),
        ("26 marraskuuta 2025", datetime(2025, 11, 26, tzinfo=UTC) - EAST),
        # already a datetime
        (datetime(2025, 9, 26, 10, 17, 15), MOMENT - EAST),  # noqa: DTZ001
        (datetime(2025, 9, 26, 12, 17, 15, tzinfo=timezone(timedelta(hours=2))), MOMENT),
    ],
)
def test_dates_as_feeds_write_them(written, moment):
    parsed = parse(written, zone=SHANGHAI)
    assert parsed == moment
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        " ",
        "yesterday",
        "0000-00-00 00:00:00",
        "2025-02-31",
        "31 Feb 2025",
        "09/06/2025",
        "9/6/2025 10:17:15 AM",
        "Mon, 09/26/2025",
        "2025",
        "2025-09",
        "2025-09-26 around ten",
        "26 listopada 2025",  # November in Polish, October in Croatian
        "26 jui 2025",
        "10:17",
        "Fri, 26 Sep 2025 25:00:00 GMT",
        "1969-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "2025-09-26T10:17:15+99:99",
        "-5",
        "/Date(-62135596800000)/",
        "/Date(soon)/",
        float("nan"),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        "2025-09-26 13:00 pm",
        "9" * 10_000,
    ],
)
def test_what_is_no_date(written):
    assert parse(written, zone=SHANGHAI) is None


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("MET", 1), ("MEST", 2), ("WET", 0), ("WEST", 1), ("CET", 1), ("CEST", 2), ("EET", 2), ("EEST", 3), ("MSK", 3), ("IST", 5.5),
        ("SGT", 8), ("HKT", 8), ("KST", 9), ("JST", 9), ("AEST", 10), ("AEDT", 11), ("NZST", 12), ("NZDT", 13), ("BRT", -3), ("ART", -3),
        ("EST", -5), ("EDT", -4), ("CDT", -5), ("MST", -7), ("MDT", -6), ("PST", -8), ("PDT", -7), ("AKST", -9), ("HST", -10), ("UT", 0),
        ("GMT", 0), ("utc", 0), ("Z", 0), ("NPT", 5.75), ("CLT", -4),
    ],
)  # fmt: skip
def test_names_of_zones(name, hours):
    assert parse(f"Fri, 26 Sep 2025 10:17:15 {name}", zone=SHANGHAI) == MOMENT - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("name", "zone", "hours"),
    [("IST", "Asia/Jerusalem", 2), ("IST", "Europe/Dublin", 1), ("IST", "Asia/Kolkata", 5.5), ("CST", "America/Havana", -5)],
)
def test_what_the_source_calls_its_time_comes_first(name, zone, hours):
    for day in ("5 Feb 2025", "5 Aug 2025"):
        assert parse(f"{day} 10:17:15 {name}", zone=ZoneInfo(zone)) == parse(f"{day} 10:17:15Z", zone=UTC) - timedelta(hours=hours)


def test_cst_is_american_elsewhere():
    assert parse("Fri, 26 Sep 2025 10:17:15 CST", zone=UTC) == MOMENT + timedelta(hours=6)


@pytest.mark.parametrize("written", [0, "0", 0.0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01 00:00:00"])
@pytest.mark.parametrize("zone", [UTC, SHANGHAI, ZoneInfo("America/New_York")])
def test_the_beginning_of_the_epoch_is_a_date_that_nobody_set(written, zone):
    assert parse(written, zone=zone) is None


def test_a_language_decides_what_its_words_mean():
    assert parse("26 listopada 2025", zone=UTC, language="pl") == datetime(2025, 11, 26, tzinfo=UTC)
    assert parse("26 listopada 2025", zone=UTC, language="hr") == datetime(2025, 10, 26, tzinfo=UTC)


def test_the_ends_of_the_range_are_in_it():
    assert parse("1970-01-01T00:00:01Z", zone=UTC) == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert parse("2100-12-31T23:59:59Z", zone=UTC) is not None
