"""The language a page speaks to its reader in: chosen by the browser or by `?ui=`, with numbers, sizes and times as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlencode

from aggregator.web.messages import MESSAGES

DEFAULT = "en"
NAMES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "de": "Deutsch"}
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
_UNITS = (("days", timedelta(days=2)), ("hours", timedelta(hours=2)), ("minutes", timedelta(minutes=2)))
_POINTS = {"de": str.maketrans(",.", ".,")}


@dataclass(frozen=True, slots=True)
class Speech:
    """One language of the interface. `asked` says that the address names it, so that links have to as well."""

    tag: str
    zone: tzinfo
    now: datetime
    asked: bool = False

    def say(self, key: str, **values: object) -> str:
        """A message, its places filled."""
        return MESSAGES[self.tag][key].format(**values)

    def count(self, key: str, number: int) -> str:
        """A message about so many of something."""
        return self.say(f"{key}.one" if number == 1 else key, count=self.number(number))

    def name(self, group: str, value: str) -> str:
        """What one value of a group is called; a value that has no name here is its own."""
        return MESSAGES[self.tag].get(f"{group}.{value}", value)

    def link(self, path: str, **query: object) -> str:
        """An address within the site, in the same language."""
        given = {name: value for name, value in query.items() if value not in ("", None)}
        pairs = given | ({"ui": self.tag} if self.asked else {})
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def here(self, query: Mapping[str, str], tag: str) -> str:
        """The same page in another language, relative to its own address."""
        return f"?{urlencode({**query, 'ui': tag})}"

    def number(self, value: float, digits: int = 0) -> str:
        """A number with its thousands parted."""
        return f"{value:,.{digits}f}".translate(_POINTS.get(self.tag, {}))

    def size(self, count: int) -> str:
        """A number of bytes."""
        for unit, one in (("MB", 1_000_000), ("kB", 1_000)):
            if count >= one:
                return f"{self.number(count / one, 1)} {unit}"
        return f"{count} B"

    def at(self, moment: datetime) -> str:
        """A moment where the site is."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def long(self, length: timedelta) -> str:
        """How long something takes, in the largest unit that it has two of."""
        for name, one in _UNITS:
            if length >= one:
                return self.say(f"time.{name}", count=length // (one / 2))
        return self.say("time.seconds", count=max(round(length.total_seconds()), 0))

    def ago(self, moment: datetime) -> str:
        """How long ago a moment was, or how soon it will be."""
        past = self.now - moment
        return self.say("time.ago", length=self.long(past)) if past >= timedelta(0) else self.say("time.in", length=self.long(-past))


def chosen(accepted: str, asked: str) -> tuple[str, bool]:
    """The language of the interface by Accept-Language (RFC 9110 section 12.5.4) and `?ui=`, and whether it was the latter."""
    if asked in NAMES:
        return asked, True
    weights = {name: weight for name, weight in map(_weight, accepted.lower().split(",")) if name and weight > 0}
    best = sorted(weights, key=lambda name: -weights[name])
    return next(filter(None, map(_spoken, best)), DEFAULT), False


def _weight(element: str) -> tuple[str, float]:
    name, _, parameter = element.partition(";")
    key, _, value = parameter.partition("=")
    try:
        return name.strip(), float(value) if key.strip() == "q" else 1.0
    except ValueError:
        return "", 0.0


def _spoken(tag: str) -> str:
    """The language here that a tag asks for, or empty."""
    if tag.startswith(_TRADITIONAL):
        return "zh-Hant"
    return {"zh": "zh-Hans", "de": "de", "en": "en"}.get(tag.partition("-")[0], "")


def closest(tag: str, languages: Mapping[str, object]) -> str:
    """That of the languages which a reader of the interface reads, or empty."""
    return next((language for language in languages if _spoken(language.lower()) == tag), "")
