"""What a site's robots.txt lets us read (RFC 9309). It holds for pages that are scraped, not for feeds that were subscribed to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never
from urllib.parse import quote, unquote_to_bytes, urlsplit

from aggregator.model import Failed, FailureKind, Fetched, NotModified, Outcome

PATH = "/robots.txt"
MOST_BYTES = 500 * 1024  # section 2.5: what comes after that is not read
KEPT = timedelta(days=1)  # section 2.4
KEPT_UNREACHABLE = timedelta(hours=1)
LONGEST_DELAY = timedelta(minutes=1)
ANYBODY = "*"

_TOKEN = re.compile(r"[A-Za-z_-]+|\*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_LINE = re.compile(r"\r\n|\r|\n")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: a path from its beginning, with `*` for anything and `$` for the end."""

    path: str
    allow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for us at one site, for how long, and why; `delay` is the pause that the site asks for between two pages."""

    lines: tuple[Line, ...] = ()
    delay: timedelta = timedelta(0)
    kept: timedelta = KEPT
    reason: str = "its robots.txt forbids it"
    kind: FailureKind = "robots"  # of what is not allowed

    def allow(self, url: str) -> bool:
        """Whether a page may be read: the longest rule that matches decides, of two as long the one that allows (section 2.2.2)."""
        parts = urlsplit(url)
        path = _normal(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}".replace("*", "%2A").replace("$", "%24"))
        matching = [line for line in self.lines if _matches(line.path, path)]
        return path == PATH or max(((len(line.path), line.allow) for line in matching), default=(0, True))[1]


EVERYTHING = Rules()
NOTHING = Rules(lines=(Line("/", False),), kept=KEPT_UNREACHABLE, kind="no_robots")


def product_token(user_agent: str) -> str:
    """The name that rules are addressed to (section 2.2.1): what a User-Agent begins with."""
    found = _TOKEN.match(user_agent)
    return found[0] if found else ""


def rules_of(outcome: Outcome, *, token: str) -> Rules:
    """What an answer for robots.txt means (section 2.3.1): refused or missing lets everything through, a fault lets nothing through."""
    match outcome:
        case Fetched(body=body):
            return parse(body, token=token)
        case NotModified():
            return EVERYTHING
        case Failed(kind="empty" | "redirects"):
            return EVERYTHING
        case Failed(status=status, message=message):
            unread = replace(NOTHING, reason=f"without its robots.txt nothing may be read ({message})")
            return EVERYTHING if 400 <= status < 500 and status != 429 else unread
        case _:
            assert_never(outcome)


def parse(body: bytes, *, token: str) -> Rules:
    """The rules for a product token: those of all groups that name it, else those for anybody; lines that can't be read are passed over."""
    named: dict[str, list[tuple[str, str]]] = {}
    for agents, key, value in _records(body):
        for agent in agents:
            named.setdefault(agent, []).append((key, value))
    records = named.get(token.lower(), named.get(ANYBODY, []))
    lines = tuple(
        Line(_normal(value), key == "allow") for key, value in records if key in ("allow", "disallow") and value[:1] in ("/", "*")
    )
    delays = [_delay(value) for key, value in records if key == "crawl-delay"]
    return Rules(lines=lines, delay=max(delays, default=timedelta(0)))


def _records(body: bytes) -> Iterator[tuple[Sequence[str], str, str]]:
    """(agents of the group in lower case, key, value) of every record; a group that has no record yet has an empty one."""
    agents: list[str] = []
    closed = False
    for line in _LINE.split(body[:MOST_BYTES].decode("utf-8-sig", "replace")):
        key, colon, value = (part.strip(" \t") for part in line.partition("#")[0].partition(":"))
        key = key.lower()
        if key == "user-agent" and colon:
            agents = [] if closed else agents
            agents = [*agents, found[0].lower()] if (found := _TOKEN.match(value)) else agents
            closed = False
            yield agents, "", ""
        elif key in ("allow", "disallow", "crawl-delay") and colon:
            closed = closed or key != "crawl-delay"  # other records don't end a group (section 2.2.4)
            yield agents, key, value


def _delay(value: str) -> timedelta:
    try:
        return timedelta(seconds=max(min(float(value), LONGEST_DELAY.total_seconds()), 0.0))
    except ValueError:
        return timedelta(0)


def _normal(path: str) -> str:
    """One spelling of a path: escapes only where they must be, in upper case (section 2.2.2)."""
    return quote(_ESCAPE.sub(_escape, path), safe=_PRINTABLE)


def _escape(found: re.Match[str]) -> str:
    character = unquote_to_bytes(found[0]).decode("latin-1")
    return character if character in _UNRESERVED else found[0].upper()


def _matches(pattern: str, path: str) -> bool:
    """Each piece between two stars is found after the one before it: no pattern takes long."""
    anchored = pattern.endswith("$")
    first, *others = (pattern[:-1] if anchored else pattern).split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not anchored or path == first
    place, last = len(first), others.pop() if anchored else ""
    for piece in others:
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return not anchored or (path.endswith(last) and len(path) - len(last) >= place)
