"""A feed put together of what was lately written of its entries: what one new item costs does not depend on the others' length.

The bytes are those of writing the whole feed. An entry is written the same in every feed, but for which namespaces its document declares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from aggregator.core.kept import Kept
from aggregator.publishers.channel import Channel, Entry, Format
from aggregator.publishers.jsonfeed import json_feed, json_item
from aggregator.publishers.rss_atom import PREFIXES, atom, rss

ROOM = 2_000_000  # bytes of fragments, and about as many of the entries that they are known by

_ROOT = re.compile(rb"<(?:rss|feed) [^>]*>")
_DECLARED = re.compile(rb' xmlns(?::(\w+))?="([^"]*)"')
_USED = re.compile(rb"<(\w+):")


class _Shape(NamedTuple):
    """How a document in XML is written, and where its entries stand: each ends so, and after the last one this follows."""

    write: Callable[[Channel], bytes]
    begin: bytes
    end: bytes
    rest: bytes


_SHAPES: dict[Format, _Shape] = {
    "rss": _Shape(rss, b"    <item ", b"</item>\n", b"  </channel>\n</rss>\n"),
    "atom": _Shape(atom, b"  <entry ", b"</entry>\n", b"</feed>\n"),
}


class Fragments:
    """Writes feeds, and remembers the bytes of their entries."""

    def __init__(self) -> None:
        self._kept: Kept[tuple[Format, str], tuple[Entry, bytes]] = Kept(room=ROOM)

    def document(self, channel: Channel, form: Format) -> bytes:
        """The feed in a format."""
        return self._json(channel) if form == "json" else self._xml(channel, form)

    def _json(self, channel: Channel) -> bytes:
        items = [self._of(entry, "json") or self._keep(entry, "json", _written(entry)) for entry in channel.entries]
        empty = json_feed(replace(channel, entries=()))
        return empty.removesuffix(b"[]\n}\n") + b"[\n  " + b",\n  ".join(items) + b"\n ]\n}\n" if items else empty

    def _xml(self, channel: Channel, form: Format) -> bytes:
        shape, known = _SHAPES[form], {entry.id: self._of(entry, form) for entry in channel.entries}
        missing = tuple(entry for entry in channel.entries if known[entry.id] is None)
        document = shape.write(replace(channel, entries=missing)).removesuffix(shape.rest)
        start = document.find(shape.begin) if missing else len(document)
        for entry, fragment in zip(missing, document[start:].split(shape.end), strict=False):
            known[entry.id] = self._keep(entry, form, fragment + shape.end)
        fragments = [fragment for fragment in known.values() if fragment]
        return b"".join([_declaring(document[:start], fragments), *fragments, shape.rest])

    def _of(self, entry: Entry, form: Format) -> bytes | None:
        """What is known of exactly this entry: its id may stand for another text by now."""
        found = self._kept.get((form, entry.id))
        return found[1] if found and found[0] == entry else None

    def _keep(self, entry: Entry, form: Format, fragment: bytes) -> bytes:
        self._kept.keep((form, entry.id), (entry, fragment), weight=2 * len(fragment))
        return fragment


def _written(entry: Entry) -> bytes:
    return json.dumps(json_item(entry), ensure_ascii=False, indent=1).replace("\n", "\n  ").encode()


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
