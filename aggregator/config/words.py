"""How a problem speaks of what it found: quoted safely, named by type, with what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_QUOTE = 60
TYPES = {bool: "true or false", int: "a whole number", float: "a number", str: "text", list: "a list", dict: "a table"}


def type_of(value: object) -> str:
    """The TOML type of a value, in words."""
    return TYPES.get(type(value), "a date or time")


def quoted(value: object) -> str:
    """A value as a message may show it: short, on one line, without control characters; tables and lists by type only."""
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_QUOTE else value[: LONGEST_QUOTE - 3] + "...")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) < 2**63:
        return str(value)
    return type_of(value)


def meant(word: str, choices: Iterable[str]) -> str:
    """'; did you mean "url"?' for the choice nearest to the word, or nothing."""
    near = get_close_matches(word.lower(), list(choices), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def dotted(*parts: str | int) -> str:
    """A place in a file as TOML writes it: sources.bbc.headers."X Y", routes[0].engines[1]."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{_key(part)}" for part in parts)
    return path.removeprefix(".")


def _key(name: str) -> str:
    """A key, in quotes where TOML wants them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name) else quoted(name)
