"""The kinds of value a configuration holds; each check returns the value in its proper form or raises ValueError in words."""

from __future__ import annotations

import ipaddress
import re
import warnings
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal, get_args
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from aggregator.config import languages
from aggregator.config.durations import duration, pause, size
from aggregator.config.secrets import Place, Secret, is_reference, resolve, scrubbed
from aggregator.config.words import meant, quoted, type_of
from aggregator.model import FilterField

FILTERS = get_args(FilterField)
RESERVED = ("all", "tag")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
TAG = re.compile(r"\w[\w-]{0,59}")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HEADER_TEXT = re.compile(r"[\t\x20-\x7e]*")
REFERENCES = re.compile(r"\{(env|file):([^{}]*)\}")


def source_name(value: str) -> str:
    """A source's name, which is also a file name and a part of addresses."""
    if value in RESERVED:
        raise ValueError(f"the name {value!r} is taken by the feeds of that name; choose another one")
    return name(value)


def name(value: str) -> str:
    """A name for something configured: small letters, digits, - and _."""
    if not NAME.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no usable name; write small letters, digits, - and _, a letter or digit first, at most 64")
    return value


def folder(value: str) -> str:
    """One folder's name, safe on every file system."""
    if not FOLDER.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no name of one folder; write letters, digits, - _ and ., not beginning with a dot")
    return value


def tag(value: str) -> str:
    """A tag, which is also a file name and a part of addresses."""
    if not TAG.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no tag; write letters, digits, - and _, without spaces")
    return value


def timezone(value: str) -> str:
    """A time zone of the IANA database."""
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, LookupError):
        likely = meant(value, {zone.lower(): zone for zone in sorted(available_timezones())}.values())
        raise ValueError(f"{quoted(value)} is no IANA time zone; write one such as UTC or Asia/Shanghai{likely}") from None


def regex(value: str) -> str:
    """A regular expression in Python's syntax."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(value)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"{quoted(value)} is no regular expression: {error}; put a backslash before a character meant as itself") from None
    return value


def rule(value: str) -> str:
    """A regular expression that finds some text, and not whatever there is."""
    if re.compile(regex(value)).match(""):
        raise ValueError(f"{quoted(value)} also finds nothing at all; say what has to be there")
    return value


def patterns(value: object) -> dict[FilterField, str]:
    """Regular expressions by what they are for; one alone is for title, text and link."""
    if isinstance(value, str):
        return {"anywhere": regex(value)} if value else {}
    if not isinstance(value, dict):
        raise ValueError(f'must be a regular expression or a table such as {{ author = "Reuters" }}, not {type_of(value)}')
    for key, expression in value.items():
        if key not in FILTERS:
            raise ValueError(f"{quoted(key)} is nothing to filter by{meant(key, FILTERS) or '; use ' + ', '.join(FILTERS)}")
        if not isinstance(expression, str):
            raise ValueError(f"{key} must be a regular expression, not {type_of(expression)}")
    return {key: regex(expression) for key, expression in value.items() if expression}


def network(value: str) -> str:
    """An IP network or address, written as a network."""
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        likely = _network_around(value)
        raise ValueError(f"{quoted(value)} is no network; write one such as 127.0.0.0/8 or fd00::/8{likely}") from None


def _network_around(value: str) -> str:
    try:
        return f"; did you mean {str(ipaddress.ip_network(value, strict=False))!r}?"
    except ValueError:
        return ""


def web_url(value: str) -> str:
    """An absolute http(s) URL without a password in it."""
    if _split(value, schemes=("https", "http")).username is not None:
        raise ValueError(f'{quoted(scrubbed(value))} holds a password; write headers = {{ Authorization = {{ env = "..." }} }} instead')
    return value


def base_url(value: str) -> str:
    """An absolute http(s) URL that paths can be added to."""
    parts = urlsplit(web_url(value))
    if parts.query or parts.fragment:
        raise ValueError(f"{quoted(scrubbed(value))} has a part after ? or #; write the address that /feeds/... can be added to")
    return value.rstrip("/")


def _split(value: str, *, schemes: tuple[str, ...]) -> SplitResult:
    """The parts of an absolute URL; raises ValueError without ever showing a password."""
    try:
        parts = urlsplit(value)
        complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(_no_url(value, "is no URL", schemes)) from None
    if parts.scheme not in schemes or not complete:
        raise ValueError(_no_url(value, "is no complete URL", schemes))
    if not value.isprintable() or " " in value:
        raise ValueError(f"{quoted(scrubbed(value))} holds a space or a control character; write %20 for a space")
    return parts


def _no_url(value: str, what: str, schemes: tuple[str, ...]) -> str:
    allowed = " or ".join(f"{scheme}://" for scheme in schemes)
    return f"{quoted(scrubbed(value))} {what}; write one that begins with {allowed} and names a host"


def store_url(value: object, info: ValidationInfo[Place]) -> str:
    """The store's URL, SQLAlchemy's spelling; an SQLite file is looked up from the configuration's folder."""
    text = resolve(value, info.context)
    scheme, separator, rest = text.partition("://")
    if scheme == "sqlite" and separator:
        path = rest.removeprefix("/")
        return Secret(f"sqlite:///{info.context.folder / path}" if path and path != ":memory:" else "sqlite://")
    if scheme not in ("postgresql", "postgresql+psycopg") or not rest:
        likely = meant(scheme, ("sqlite", "postgresql"))
        raise ValueError(f"the scheme {quoted(scheme)} is no store's; write postgresql://USER@HOST/NAME or sqlite:///PATH{likely}")
    return Secret(text)


def proxy(value: object, info: ValidationInfo[Place]) -> str:
    """A proxy's URL, which may hold a password."""
    text = resolve(value, info.context)
    if text:
        _split(text, schemes=("http", "https"))
    return Secret(text)


def header_name(value: str) -> str:
    """The name of an HTTP header (RFC 9110 section 5.1)."""
    if not HEADER_NAME.fullmatch(value):
        raise ValueError(f"{quoted(value)} is no name of an HTTP header; write letters, digits and -")
    return value


def header_text(value: object, info: ValidationInfo[Place]) -> str:
    """The value of an HTTP header, perhaps a secret or a text with secrets in it, `Bearer {env:KEY}`; never shown in a message."""
    text = resolve(value, info.context)
    if value is text and REFERENCES.search(text):
        text = Secret(REFERENCES.sub(lambda found: resolve({found[1]: found[2]}, info.context), text))
    if not HEADER_TEXT.fullmatch(text):
        raise ValueError("holds characters that an HTTP header can't carry; write ASCII on one line")
    return text


def user_agent(value: str) -> str:
    """What this program calls itself."""
    if not HEADER_TEXT.fullmatch(value):
        raise ValueError(f"{quoted(value)} holds characters that an HTTP header can't carry; write ASCII on one line")
    return value


def option(value: Any, info: ValidationInfo[Place]) -> Any:
    """An engine's option: a secret where the value says where to find one, one table down too; anything else as it is."""
    if is_reference(value):
        return resolve(value, info.context)
    if isinstance(value, dict):
        return {key: resolve(inner, info.context) if is_reference(inner) else inner for key, inner in value.items()}
    return value


def places(value: object) -> str | tuple[str, ...]:
    """One path or selector, or a list of them."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(path, str) for path in value):
        return tuple(value)
    raise ValueError(f'must be text in quotes such as "data.news", or a list of such texts, not {type_of(value)}')


def route_end(value: str) -> str:
    """One side of a route: a language tag, or * for every language."""
    return value if value == "*" else languages.language(value)


def full_text(value: object) -> bool | str:
    """A switch, or a CSS selector; whether it is one is for those to say who read pages."""
    if isinstance(value, bool) or (isinstance(value, str) and value.strip()):
        return value
    raise ValueError('must be true, false, or the CSS selector of the article, such as "article .body"')


def path(value: str) -> str:
    """A path of the file system."""
    if not value or not value.isprintable():
        raise ValueError(f"{quoted(value)} is no path; write a folder's, absolute or relative to the folder of this file")
    return value


def _or_empty(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda value: value and check(value)


def unique(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values without repetitions, in order."""
    return tuple(dict.fromkeys(values))


def some(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values, of which there must be one."""
    if not values:
        raise ValueError("is empty; write at least one")
    return values


REFERENCE_SCHEMA = [
    {"type": "object", "properties": {place: {"type": "string"}}, "required": [place], "additionalProperties": False}
    for place in ("env", "file")
]
TEXT_OR_SECRET = WithJsonSchema({"anyOf": [{"type": "string"}, *REFERENCE_SCHEMA]})

DURATION_SCHEMA = WithJsonSchema({"type": "string", "pattern": "^[0-9]+[smhd]$"})
Duration = Annotated[timedelta, BeforeValidator(duration), DURATION_SCHEMA]
Pause = Annotated[timedelta, BeforeValidator(pause), DURATION_SCHEMA]
Size = Annotated[
    int, BeforeValidator(size), WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]+ ?([KMG]i?B)?$"}]})
]
SourceName = Annotated[str, AfterValidator(source_name)]
Name = Annotated[str, AfterValidator(name)]
Folder = Annotated[str, AfterValidator(_or_empty(folder))]
Places = Annotated[
    str | tuple[str, ...],
    PlainValidator(places),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
Timezone = Annotated[str, AfterValidator(timezone)]
Language = Annotated[str, AfterValidator(languages.language)]
AnyLanguage = Annotated[str, AfterValidator(_or_empty(languages.language))]
RouteEnd = Annotated[str, AfterValidator(route_end)]
Patterns = Annotated[
    dict[FilterField, str],
    PlainValidator(patterns),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {field: {"type": "string"} for field in FILTERS}, "additionalProperties": False},
            ]
        }
    ),
]
Url = Annotated[str, AfterValidator(web_url)]
AnyUrl = Annotated[str, AfterValidator(_or_empty(web_url))]
BaseUrl = Annotated[str, AfterValidator(_or_empty(base_url))]
StoreUrl = Annotated[str, PlainValidator(store_url), TEXT_OR_SECRET]
Proxy = Annotated[str, PlainValidator(proxy), TEXT_OR_SECRET]
UserAgent = Annotated[str, AfterValidator(user_agent)]
HeaderName = Annotated[str, AfterValidator(header_name)]
HeaderText = Annotated[str, PlainValidator(header_text), TEXT_OR_SECRET]
Option = Annotated[Any, PlainValidator(option), WithJsonSchema({})]
FullText = Annotated[
    bool | str, PlainValidator(full_text), WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "string", "minLength": 1}]})
]
FilePath = Annotated[str, AfterValidator(path)]

AT_LEAST_ONE = Field(json_schema_extra={"minItems": 1})
LAX = Field(strict=False)  # TOML has lists, the settings tuples; what is in them stays strict
Languages = Annotated[tuple[Language, ...], LAX, AfterValidator(unique)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(network)], ...], LAX, AfterValidator(unique)]
Tags = Annotated[tuple[Annotated[str, AfterValidator(tag)], ...], LAX, AfterValidator(unique)]
Rules = Annotated[tuple[Annotated[str, AfterValidator(rule)], ...], LAX, AfterValidator(unique)]
SomeNames = Annotated[tuple[Name, ...], LAX, AfterValidator(unique), AfterValidator(some), AT_LEAST_ONE]
SomeFormats = Annotated[tuple[Literal["rss", "atom", "json"], ...], LAX, AfterValidator(some), AT_LEAST_ONE]
