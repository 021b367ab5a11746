"""A feed put together of what was lately written of its entries: what one new item costs does not depend on the others' length.

The bytes are those of writing the whole feed. An entry is written the same in every feed, but for which namespaces its document declares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from aggregator.core.kept import Kept
from aggregator.model import Document, Parts
from aggregator.publishers.channel import Channel, Entry
from aggregator.publishers.jsonfeed import json_feed, json_item
from aggregator.publishers.places import Format
from aggregator.publishers.rss_atom import PREFIXES, atom, rss

ROOM = 2_000_000  # bytes

_ROOT = re.compile(rb"<(?:rss|feed) [^>]*>")
_DECLARED = re.compile(rb' xmlns(?::(\w+))?="([^"]*)"')
_USED = re.compile(rb"<(\w+):")


class _Markup(NamedTuple):
    """How a document in XML is written, and where its entries stand: each begins and ends so, and after the last one this follows."""

    write: Callable[[Channel], bytes]
    begin: bytes
    end: bytes
    rest: bytes


class _Shape(NamedTuple):
    """What stands around a document's entries: before the first, between two, after the last; and after the head where there is none."""

    first: bytes
    between: bytes
    last: bytes
    none: bytes


_MARKUP: dict[Format, _Markup] = {
    "rss": _Markup(rss, b"    <item ", b"</item>\n", b"  </channel>\n</rss>\n"),
    "atom": _Markup(atom, b"  <entry ", b"</entry>\n", b"</feed>\n"),
}
_SHAPES: dict[Format, _Shape] = {
    **{form: _Shape(b"", b"", markup.rest, markup.rest) for form, markup in _MARKUP.items()},
    "json": _Shape(b"\n  ", b",\n  ", b"\n ]\n}\n", b"]\n}\n"),
}


class Made(NamedTuple):
    """A document, and where its entries stand in it."""

    data: bytes
    parts: Parts


class Fragments:
    """Writes feeds, and remembers the bytes of their entries by their stamps."""

    def __init__(self) -> None:
        self._kept: Kept[tuple[Format, int], bytes] = Kept(room=ROOM)

    def document(self, channel: Channel, form: Format) -> bytes:
        """The feed in a format."""
        return self.made(channel, form).data

    def made(self, channel: Channel, form: Format, before: Document | None = None) -> Made:
        """The feed in a format. What stands in the document `before` is taken from there."""
        stamps, standing = [slot.stamp for slot in channel.slots], _standing(before, form)
        known = {stamp: standing.get(stamp) or self._kept.get((form, stamp)) for stamp in stamps}
        missing = [place for place, stamp in enumerate(stamps) if known[stamp] is None]
        head, written = _written(replace(channel, entries=tuple(channel.entries[place] for place in missing)), form)
        for place, fragment in zip(missing, written, strict=True):
            known[stamps[place]] = self._kept.keep((form, stamps[place]), fragment, weight=len(fragment))
        return _together(head, [(stamp, known[stamp] or b"") for stamp in stamps], form)


def _standing(before: Document | None, form: Format) -> dict[int, bytes]:
    """The fragments of a document, by stamp."""
    if before is None or before.parts is None:
        return {}
    found, start = {}, before.parts.start
    for stamp, length in before.parts.entries:
        found[stamp] = before.data[start : start + length]
        start += length + len(_SHAPES[form].between)
    return found


def _written(channel: Channel, form: Format) -> tuple[bytes, Sequence[bytes]]:
    """What stands before a feed's entries, and each of these."""
    if form == "json":
        empty = json_feed(replace(channel, entries=()))
        return empty.removesuffix(_SHAPES["json"].none), [_in_json(entry) for entry in channel.entries]
    markup = _MARKUP[form]
    document = markup.write(channel).removesuffix(markup.rest)
    start = document.find(markup.begin) if channel.entries else len(document)
    return document[:start], [fragment + markup.end for fragment in document[start:].split(markup.end)[:-1]]


def _in_json(entry: Entry) -> bytes:
    return json.dumps(json_item(entry), ensure_ascii=False, indent=1).replace("\n", "\n  ").encode()


def _together(head: bytes, fragments: Sequence[tuple[int, bytes]], form: Format) -> Made:
    shape, pieces = _SHAPES[form], [fragment for _, fragment in fragments]
    if not pieces:
        return Made(head + shape.none, Parts(len(head), ()))
    begun = (head if form == "json" else _declaring(head, pieces)) + shape.first
    parts = Parts(len(begun), tuple((stamp, len(fragment)) for stamp, fragment in fragments))
    return Made(begun + shape.between.join(pieces) + shape.last, parts)


def _declaring(head: bytes, fragments: Iterable[bytes]) -> bytes:
    """The document's beginning, its root with the namespaces of these entries as well, in the order in which all are written."""
    used = {prefix for fragment in fragments for prefix in _USED.findall(fragment)}

    def declared(root: re.Match[bytes]) -> bytes:
        names = dict(_DECLARED.findall(root[0]))
        names |= {prefix: PREFIXES[prefix.decode()].encode() for prefix in used - names.keys()}
        told = b"".join(b' xmlns%s="%s"' % (prefix and b":" + prefix, names[prefix]) for prefix in sorted(names))
        name, space, rest = _DECLARED.sub(b"", root[0]).partition(b" ")
        return name + told + space + rest

    return _ROOT.sub(declared, head, count=1)
