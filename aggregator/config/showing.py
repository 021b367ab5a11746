"""The settings in effect, as TOML that could be loaded again, with every secret hidden."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from aggregator.config.durations import duration_text
from aggregator.config.secrets import HIDDEN, Secret, scrubbed
from aggregator.config.settings import Settings
from aggregator.config.words import dotted
from aggregator.model import Retention, Source


def table(settings: Settings) -> dict[str, Any]:
    """The settings in the form of a configuration file: plain text, numbers, lists and tables, secrets hidden."""
    return {
        "site": _plain(settings.site.model_dump(exclude={"retention"}) | _set(retention=settings.site.retention)),
        "paths": _plain(_set(**asdict(settings.paths))),
        "store": {"url": scrubbed(settings.store.url)},
        "fetch": _plain(settings.fetch.model_dump()),
        "budget": _plain(settings.budget.model_dump(exclude_none=True)),
        "feeds": _plain(settings.feeds.model_dump()),
        "hugo": _plain(_set(**settings.hugo.model_dump())),
        "git": _plain(settings.git.model_dump()),
        "web": _plain(_set(**settings.web.model_dump())),
        "translators": {name: _plain({"engine": each.engine} | each.limits | each.options) for name, each in settings.translators.items()},
        "routes": [_plain(route.model_dump(by_alias=True)) for route in settings.routes],
        "sources": {source.name: _source(source) for source in settings.sources},
    }


def show(settings: Settings) -> str:
    """The settings as TOML text, secrets hidden."""
    return "\n".join(line for section, value in table(settings).items() for line in _lines(section, value)).lstrip("\n") + "\n"


def _set(**values: object) -> dict[str, object]:
    """The values that there are."""
    return {key: value for key, value in values.items() if value is not None}


def _source(source: Source) -> dict[str, Any]:
    """A source's table without what is empty, its kind's own keys last, where the file has them."""
    facts = {key: getattr(source, key) for key in source.__dataclass_fields__ if key not in ("name", "options", "languages")}
    kept = {key: value for key, value in facts.items() if key == "translate_to" or value not in ("", None, (), {}, Retention())}
    options = source.options if source.kind in ("json", "html", "feed") else {"options": source.options}
    return {key: _plain(value) for key, value in (kept | {"url": scrubbed(source.url)} | dict(options)).items()}


def _plain(value: Any) -> Any:
    """A value as TOML and JSON can write it."""
    match value:
        case Secret():
            return HIDDEN
        case str() if "://" in value:
            return scrubbed(value)
        case timedelta():
            return duration_text(value)
        case Retention():
            return {name: _plain(limit) for name, limit in (("age", value.age), ("items", value.items)) if limit}
        case Path():
            return str(value)
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    return value


def _lines(section: str, value: dict[str, Any] | list[dict[str, Any]]) -> Iterator[str]:
    """The lines of a section: one table, a list of tables, or a table of tables."""
    if isinstance(value, list):
        for row in value:
            yield from ("", f"[[{section}]]", *pairs(row))
    elif section in ("translators", "sources"):
        for name, row in value.items():
            yield from ("", f"[{dotted(section, name)}]", *pairs(row))
    else:
        yield from ("", f"[{section}]", *pairs(value))


def pairs(row: Mapping[str, Any]) -> Iterator[str]:
    """The keys and values of a table, each as a line of TOML."""
    return (f"{_text(key)} = {_inline(value)}" for key, value in row.items())


def _inline(value: Any) -> str:
    """A value on one line of TOML."""
    match value:
        case dict():
            return f"{{ {', '.join(pairs(value))} }}" if value else "{}"
        case list():
            return f"[{', '.join(map(_inline, value))}]"
        case str():
            return _quoted(value)
        case bool():
            return str(value).lower()
    return str(value)


def _text(key: str) -> str:
    return key if key.isascii() and key.replace("-", "").replace("_", "").isalnum() else _quoted(key)


def _quoted(text: str) -> str:
    """A basic string; TOML wants DEL escaped as well, and knows JSON's other escapes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
