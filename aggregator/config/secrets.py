"""Keys and passwords: read from the environment or a file, never from the configuration itself, hidden wherever they could be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aggregator.config.words import meant, quoted, type_of

HIDDEN = "***"
SENSITIVE = re.compile(r"(key|token|secret|password|passwd|passphrase|auth|authorization|cookie|signature|sig|session)$", re.IGNORECASE)
USERINFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?(?:[^@/?#]*|[^@]*:[^@]*)@")
QUERY_VALUE = re.compile(r"([?&;]([^=&;#]*)=)[^&;#]*")
REFERENCE = 'write { env = "NAME_OF_VARIABLE" } or { file = "PATH" }'


class Secret(str):
    """Text that its `repr` does not show, so that no log line, traceback or dump of settings does. Compares and sends as what it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Secret({HIDDEN!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file's relative paths and secrets are looked up: the folder it stands in, and the environment."""

    folder: Path
    environ: Mapping[str, str]


def is_sensitive(name: str) -> bool:
    """Whether a setting, header or query parameter of this name is likely to hold a secret."""
    return SENSITIVE.search(name) is not None


def is_reference(value: object) -> bool:
    """Whether a value is a table that says where a secret stands."""
    return isinstance(value, dict) and bool(value.keys() & {"env", "file"})


def resolve(value: object, place: Place) -> str:
    """The text itself, or what { env = ... } or { file = ... } stands for; raises ValueError in words that hold no secret."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        raise ValueError(f"must be text or a secret, not {type_of(value)}: {REFERENCE}")
    if len(value) != 1 or not is_reference(value):
        raise ValueError(_odd_reference(value))
    ((kind, name),) = value.items()
    if not isinstance(name, str) or not name:
        raise ValueError(f"{kind} must be the name of {'a variable' if kind == 'env' else 'a file'}, in quotes")
    return _from_environment(name, place.environ) if kind == "env" else _from_file(name, place.folder)


def _odd_reference(value: Mapping[str, Any]) -> str:
    unknown = next((key for key in value if key not in ("env", "file")), "")
    return (
        f"{quoted(unknown)} says nothing here; {REFERENCE}{meant(unknown, ('env', 'file'))}"
        if unknown
        else f"holds two places; {REFERENCE}"
    )


def _from_environment(name: str, environ: Mapping[str, str]) -> Secret:
    if not environ.get(name):
        raise ValueError(f"the environment variable {quoted(name)} is {'empty' if name in environ else 'not set'}; set it before starting")
    return Secret(environ[name])


def _from_file(name: str, folder: Path) -> Secret:
    try:
        text = (folder / name).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path to a text file in UTF-8"
        raise ValueError(f"the secret's file {quoted(name)} can't be read: {reason}; relative paths start at {folder}") from None
    if not text:
        raise ValueError(f"the secret's file {quoted(name)} is empty")
    return Secret(text)


def scrubbed(url: str) -> str:
    """A URL, or what was meant as one, without its user, its password and what looks like a key in its query."""
    bare = USERINFO.sub(rf"\1{HIDDEN}@", url)
    return QUERY_VALUE.sub(lambda match: match[1] + HIDDEN if is_sensitive(match[2]) else match[0], bare)
