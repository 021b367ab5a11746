"""How an engine sees a segment's markup, and how its answer is read back.

    codec   an atom         a pair
    plain   {0}             {1}..{2}
    tags    {0}             <g1>..</g1>
    xml     <x id="0"/>     <g id="1">..</g>      text XML-escaped
    braces  {0}             {1}..{2}              text XML-escaped: what else an engine that reads XML can be given
    runs    nothing: the bare texts between

A pair has the number that opens it. Engines put spaces into what stands for markup and widen its characters: that is accepted. Nothing is
accepted that does not have exactly the segment's atoms and pairs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Literal

from aggregator.core import codes
from aggregator.core.patterns import late
from aggregator.model import Codec, Segment

Form = Codec | Literal["braces"]

OTHER: Mapping[Form, Form] = {"plain": "tags", "tags": "plain", "xml": "braces"}  # what to try with an engine that damaged the first

_OPEN, _CLOSE, _END = r"[<＜]\s*", r"\s*[>＞]", r"[/／]\s*"
_ID = r"\s+[iI][dD]\s*[=＝]\s*[\"'“”＂]?\s*(\d{1,6})\s*[\"'“”＂]?\s*"
_XML_TAG = late(
    rf"{_OPEN}[xX]{_ID}(?:{_END})?{_CLOSE}(?:{_OPEN}{_END}[xX]{_CLOSE})?"  # 1: an atom
    rf"|{_OPEN}[gG]{_ID}{_CLOSE}"  # 2: where a pair begins
    rf"|({_OPEN}{_END}[gG]{_CLOSE})"  # 3: where it ends
)
_ENTITY = late(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
_NAMES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_TAG_LEFT = late(r"</?[A-Za-z]")


def encode(segment: Segment, codec: Form) -> str:
    """The segment's text as an engine of this codec gets it. Raises ValueError for "runs", which are several texts: see `texts`."""
    return _ENCODERS[codec](segment) if codec in _ENCODERS else _no_single_text()


def decode(segment: Segment, answer: str, codec: Form) -> str:
    """The answer as canonical text. Raises ValueError, which holds no text, unless its atoms, pairs and their nesting are the segment's."""
    return codes.decode(segment, _DECODERS[codec](answer) if codec in _DECODERS else _no_single_text())


def texts(segment: Segment, codec: Form) -> tuple[str, ...]:
    """All that an engine of this codec is sent for the segment: one text, or each stretch of bare text that has letters."""
    if codec == "runs":
        return tuple(run for run in codes.runs(segment.text) if codes.has_letters(run))
    return (encode(segment, codec),)


def text_of(segment: Segment, answers: Sequence[str], codec: Form) -> str:
    """The answers to `texts` as canonical text. Raises ValueError as `decode`."""
    if codec != "runs":
        (answer,) = answers
        return decode(segment, answer, codec)
    waiting = iter(answers)
    runs = [next(waiting, "") if codes.has_letters(run) else run for run in codes.runs(segment.text)]
    if any(codes.LOOSE.search(run) for run in runs):
        raise ValueError("placeholders invented in a text without any")
    return codes.decode(segment, codes.refill(segment.text, runs))


def said(answers: Sequence[str], codec: Form) -> str:
    """What an engine said, without anything that may stand for markup: for a look at answers that don't fit."""
    text = " ".join(answers)
    bare = codes.LOOSE_TAG.sub("", codes.LOOSE.sub("", _XML_TAG.sub("", text) if codec == "xml" else text))
    return unescaped(bare) if codec in ("xml", "braces") else bare


def _no_single_text() -> str:
    raise ValueError("bare texts are several for one segment")


def _as_is(segment: Segment) -> str:
    return segment.text


def _as_tags(segment: Segment) -> str:
    opening = codes.openers(segment.codes)

    def tag(match: re.Match[str]) -> str:
        number = int(match[1])
        return f"<g{number}>" if number in opening else f"</g{number - 1}>" if number - 1 in opening else match[0]

    return codes.PLACEHOLDER.sub(tag, segment.text)


def _as_xml(segment: Segment) -> str:
    opening = codes.openers(segment.codes)

    def tag(match: re.Match[str]) -> str:
        number = int(match[1])
        return f'<g id="{number}">' if number in opening else "</g>" if number - 1 in opening else f'<x id="{number}"/>'

    return codes.PLACEHOLDER.sub(tag, escape(segment.text, quote=False))


def _as_braces(segment: Segment) -> str:
    return escape(segment.text, quote=False)


def _from_tags(answer: str) -> str:
    return codes.LOOSE_TAG.sub(lambda match: f"{{{int(match[2]) + bool(match[1])}}}", answer)


def _from_xml(answer: str) -> str:
    written, done = "", 0
    opened: list[int] = []
    for match in _XML_TAG.finditer(answer):
        written += _xml_text(answer[done : match.start()]) + f"{{{_number(match, opened)}}}"
        done = match.end()
    if opened:
        raise ValueError("a pair is not closed")
    return written + _xml_text(answer[done:])


def _number(match: re.Match[str], opened: list[int]) -> int:
    """The placeholder that an element's tag stands for."""
    if match[3]:
        if not opened:
            raise ValueError("a pair is closed that was not opened")
        return opened.pop() + 1
    if match[1]:
        return int(match[1])
    opened.append(int(match[2]))
    return opened[-1]


def _xml_text(text: str) -> str:
    if _TAG_LEFT.search(text) or codes.LOOSE.search(text):
        raise ValueError("markup that was not sent")
    return unescaped(text)


def _from_braces(answer: str) -> str:
    if _TAG_LEFT.search(answer):
        raise ValueError("markup that was not sent")
    return unescaped(answer)


def unescaped(text: str) -> str:
    """XML's entities and character references as the characters they stand for, once: `&amp;lt;` is `&lt;`."""
    return _ENTITY.sub(_character, text)


def _character(entity: re.Match[str]) -> str:
    if entity[1]:
        return _NAMES[entity[1]]
    number = int(entity[2]) if entity[2] else int(entity[3], 16)
    return chr(number) if 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else entity[0]


_ENCODERS: Mapping[Form, Callable[[Segment], str]] = {"plain": _as_is, "tags": _as_tags, "xml": _as_xml, "braces": _as_braces}
_DECODERS: Mapping[Form, Callable[[str], str]] = {"plain": str, "tags": _from_tags, "xml": _from_xml, "braces": _from_braces}
