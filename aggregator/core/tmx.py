"""The translation memory as TMX 1.4b, the form that other programs exchange such memories in: written and read piece by piece.

| of a segment | in the file |
|---|---|
| placeholder `{3}` | `<ph x="4">{3}</ph>`: a code is numbered from 1 |
| hits, dates | `usagecount`, `lastusagedate`, `creationdate` |
| engine, heading, terms, step, locked | `<prop type="x-...">`; a unit of another program has none and counts as a person's |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from aggregator.core.codes import PLACEHOLDER, numbers
from aggregator.core.language import canonical
from aggregator.core.memory import rekeyed
from aggregator.errors import ParseError
from aggregator.model import LONG_AGO, Remembered

TOOL = "aggregator"
LONGEST = 100_000  # characters of one segment
DEEPEST = 50  # elements within each other
MOST_VARIANTS = 500  # languages of one unit
_DATE = "%Y%m%dT%H%M%SZ"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PROPS = ("engine", "heading", "terms", "step", "locked")
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
<header creationtool="{tool}" creationtoolversion={version} segtype="block" o-tmf="{tool}"
 adminlang="en" srclang="*all*" datatype="plaintext"/>
<body>
"""


def written(entries: Iterable[Remembered], *, version: str) -> Iterator[str]:
    """The lines of a TMX document that holds the entries."""
    yield _HEAD.format(tool=TOOL, version=quoteattr(version))
    for entry in entries:
        yield _unit(entry)
    yield "</body>\n</tmx>\n"


def _unit(entry: Remembered) -> str:
    dates = {"creationdate": entry.made_at, "lastusagedate": entry.used_at}
    attributes = {"tuid": entry.key, "srclang": entry.source_language, "usagecount": str(entry.hits)}
    attributes |= {name: f"{at:{_DATE}}" for name, at in dates.items() if at > LONG_AGO}
    facts = {"engine": entry.engine, "heading": entry.heading, "terms": entry.terms, "step": entry.step}
    facts["locked"] = "yes" if entry.locked else ""
    props = "".join(f'<prop type="x-{name}">{_text(value)}</prop>' for name, value in facts.items() if value)
    said = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    variants = _variant(entry.source_language, entry.source) + _variant(entry.target_language, entry.text)
    return f"<tu{said}>{props}{variants}</tu>\n"


def _variant(language: str, text: str) -> str:
    seg = PLACEHOLDER.sub(lambda code: f'<ph x="{int(code[1]) + 1}">{code[0]}</ph>', _text(text))
    return f"<tuv xml:lang={quoteattr(language)}><seg>{seg}</seg></tuv>"


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub("\ufffd", text))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pair of texts that can't be used, and why; `line` is where its unit ends."""

    line: int
    why: str


def read(chunks: Iterable[bytes]) -> Iterator[Remembered | Skipped]:
    """What a TMX document holds, as it comes; each text in each language but the source's is one entry.

    Nothing outside of the document is looked at. Raises ParseError for what is not well-formed, or has entities of its own.
    """
    reader = _Reader()
    try:
        for chunk in chunks:
            yield from reader.feed(chunk)
        yield from reader.feed(b"", final=True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ParseError(f"this is not TMX: {error}", advice="Export it again as TMX 1.4.") from error
    if not reader.is_tmx:
        raise ParseError("this is XML, but not TMX", advice="Give a file whose root element is tmx.")


@dataclass(slots=True)
class _Tuv:
    language: str
    text: str = ""
    foreign: bool = False  # has markup whose meaning only another program knows


@dataclass(slots=True)
class _Tu:
    source_language: str
    attributes: dict[str, str]
    props: dict[str, str] = field(default_factory=dict)
    variants: list[_Tuv] = field(default_factory=list)

    def add(self, variant: _Tuv) -> None:
        if len(self.variants) == MOST_VARIANTS:
            raise ValueError(f"a unit has more than {MOST_VARIANTS} languages")
        self.variants.append(variant)


class _Reader:
    """Follows expat through a document. Elements that are not known are passed over."""

    def __init__(self) -> None:
        self.is_tmx = False
        self._source_language = ""
        self._tu: _Tu | None = None
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._code = 0  # where in the text the last code begins
        self._prop = ""
        self._done: list[Remembered | Skipped] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._parser.SkippedEntityHandler = self._refuse

    def feed(self, chunk: bytes, *, final: bool = False) -> list[Remembered | Skipped]:
        """What the chunk brought to an end."""
        self._done = []
        self._parser.Parse(chunk, final)
        return self._done

    def _refuse(self, *_: object) -> None:
        raise ValueError("it has entities of its own, which are not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise ValueError(f"elements lie more than {DEEPEST} deep in each other")
        match name:
            case "tmx":
                self.is_tmx = len(self._path) == 1
            case "header":
                self._source_language = attributes.get("srclang", "")
            case "tu":
                self._tu = _Tu(attributes.get("srclang", self._source_language), attributes)
            case "tuv" if self._tu:
                self._tu.add(_Tuv(attributes.get("xml:lang") or attributes.get("lang", "")))
            case "ph":
                self._code = len(self._text)
            case "prop" | "seg":
                self._text, self._length, self._prop = [], 0, attributes.get("type", "").removeprefix("x-")

    def _characters(self, text: str) -> None:
        if "seg" in self._path or self._path[-1:] == ["prop"]:
            self._length += len(text)
            if self._length > LONGEST:
                raise ValueError(f"a segment is longer than {LONGEST} characters")
            self._text.append(text)

    def _end(self, name: str) -> None:
        self._path.pop()
        tu = self._tu
        if tu is None:
            return
        text = "".join(self._text)
        match name:
            case "prop":
                tu.props[self._prop] = text
            case "seg" if tu.variants:
                tu.variants[-1].text = text
            case "ph" if PLACEHOLDER.fullmatch("".join(self._text[self._code :])):
                pass
            case "ph" | "bpt" | "ept" | "it" | "ut" if tu.variants:
                tu.variants[-1].foreign = True
            case "tu":
                self._done += _entries(tu, line=self._parser.CurrentLineNumber)
                self._tu = None


def _entries(tu: _Tu, *, line: int) -> Iterator[Remembered | Skipped]:
    source = next((variant for variant in tu.variants if canonical(variant.language) == canonical(tu.source_language) != ""), None)
    source = source or next(iter(tu.variants), None)  # the source is "*all*", or another form of the same language
    for variant in tu.variants:
        if source is not None and variant is not source:
            why = _problem(source, variant)
            yield Skipped(line, why) if why else _entry(tu, source, variant)


def _problem(source: _Tuv, target: _Tuv) -> str:
    if not canonical(source.language) or not canonical(target.language):
        return "its language is missing or unknown"
    if not source.text.strip() or not target.text.strip():
        return "it has no text"
    if source.foreign or target.foreign:
        return "it has inline codes of another program"
    if sorted(numbers(source.text).elements()) != list(range(numbers(source.text).total())):
        return "its placeholders are not {0}, {1} and so on, each once, as in every text here"
    return "its two sides have different placeholders" if numbers(source.text) != numbers(target.text) else ""


def _entry(tu: _Tu, source: _Tuv, target: _Tuv) -> Remembered:
    facts = {name: tu.props.get(name, "") for name in _PROPS}
    hits = tu.attributes.get("usagecount", "")
    return rekeyed(
        Remembered(
            key="",
            source_language=canonical(source.language),
            target_language=canonical(target.language),
            source=" ".join(source.text.split()),
            text=" ".join(target.text.split()),
            heading=facts["heading"],
            engine=facts["engine"],
            terms=facts["terms"],
            step=facts["step"],
            locked=bool(facts["locked"]) or not facts["engine"],
            hits=int(hits) if re.fullmatch(r"[0-9]{1,15}", hits) else 0,
            made_at=_date(tu.attributes.get("creationdate", "")),
            used_at=_date(tu.attributes.get("lastusagedate", "")),
        )
    )


def _date(text: str) -> datetime:
    try:
        return max(datetime.strptime(text, _DATE).replace(tzinfo=UTC), LONG_AGO)
    except ValueError:
        return LONG_AGO
