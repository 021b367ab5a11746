from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import dateformats, dates

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("14 de mayo de 2025, 10:30 h", "es", "2025-05-14T10:30"),
        ("miércoles, 14 de mayo de 2025 a las 10:30 hrs.", "es-MX", "2025-05-14T10:30"),
        ("14 de Maio de 2025 às 10h30", "pt-BR", "2025-05-14T10:30"),
        ("14 mai 2025 à 10h30", "fr", "2025-05-14T10:30"),
        ("1 août 2025", "fr", "2025-08-01T00:00"),
        ("14. Dezember 2025 um 10:30 Uhr", "de", "2025-12-14T10:30"),
        ("14 sept. 2025", "es", "2025-09-14T00:00"),
        ("14 out. 2025", "pt", "2025-10-14T00:00"),
        ("14 maja 2025", "pl", "2025-05-14T00:00"),
        ("14 мая 2025 г.", "ru", "2025-05-14T00:00"),
        ("14 Kasım 2025 10:30", "tr", "2025-11-14T10:30"),
        ("14. mai 2025 kl. 10:30", "no", "2025-05-14T10:30"),
        ("14 May 2025", "es", "2025-05-14T00:00"),
        ("14 jui 2025", "fr", None),  # June or July
        ("14 de mayo de 2025", "ja", "2025-05-14T00:00"),  # a wrong label, and a word that means May wherever it is one
    ],
)
def test_dates_in_words_of_the_language(text, language, read):
    found = dates.parse(dateformats.plain(text, language), zone=UTC)
    assert found == (datetime.fromisoformat(read).replace(tzinfo=UTC) if read else None)


def test_what_holds_no_month_stays_to_the_byte():
    for text in ("2025-05-14T10:30:00+02:00", " hace 2 h ", "10h30", ""):
        assert dateformats.plain(text, "es") == text


def test_a_form_with_a_zone_keeps_it():
    found = dateformats.parse("14/05/25 10:30 -0300", "%d/%m/%y %H:%M %z", language="", zone=LISBON)
    assert found == datetime(2025, 5, 14, 10, 30, tzinfo=timezone(timedelta(hours=-3)))


def test_a_text_in_another_form_is_none():
    assert dateformats.parse("14/05/2025", "%Y-%m-%d", language="pt", zone=LISBON) is None


@given(st.text(max_size=40), st.sampled_from(["es", "de", "ru", "", "xx"]))
def test_any_text_is_taken(text, language):
    dateformats.plain(text, language)
    assert dateformats.parse(text, "%d %B %Y", language=language, zone=UTC) is None or any(map(str.isdigit, text))
