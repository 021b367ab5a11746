"""Finds a feed's entries in its text without parsing it, so that those which have not changed need not be parsed again.

Pure and linear: it looks for a few strings and jumps from one to the next. It knows comments, CDATA sections and processing instructions,
and gives up where it is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from aggregator.core import identity

DIGEST_LENGTH = 16  # hexadecimal digits: of the few hundred entries of one source
_ROOT = re.compile(r"<\w")
_ENTRY = re.compile(r"<((?:[\w.-]+:)?(?:item|entry))(?=[\s/>])", re.IGNORECASE)
_TAG = re.compile(r"""<[^<>"']*(?:"[^<"]*"[^<>"']*|'[^<']*'[^<>"']*)*>""")
_SKIPPED = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
# What counts readers and comments: it changes while nobody edits anything, and nothing of it is read.
_COUNTERS = re.compile(
    r"<(slash:comments|slash:hit_parade|thr:total)>[\d,]{1,60}</\1>|<media:(?:statistics|starRating)\s[^<>]{0,200}/>"
    r"""|\sthr:(?:count|updated)=(?:"[\w:.+-]{0,40}"|'[\w:.+-]{0,40}')"""
)
_COUNTED_VALUE = re.compile(r"""(?<=>)[\d,]+(?=<)|(?<==")[\w:.+-]*(?=")|(?<==')[\w:.+-]*(?=')""")  # without its markup, which may be broken
_SHORTEST = len("<thr:total></thr:total>")
_COUNTED = {"xmlns:slash=": "slash:", "xmlns:thr=": "thr:", "xmlns:yt=": "media:sta"}  # what is declared where there are such counters


class Span(NamedTuple):
    """Where an entry stands in its document, its tags included."""

    start: int
    end: int


class Split(NamedTuple):
    """A document's first entries: where their text stands, and a digest of each without its counters.

    `name` is that of their element with its prefix, `prologue` what stands before the root, `whole` says that there are no more entries.
    """

    text: str
    prologue: str
    name: str
    spans: Sequence[Span]
    digests: tuple[str, ...]
    whole: bool

    def between(self) -> Iterator[str]:
        """What stands before, between and after the entries; white space between two of them counts for nothing."""
        done = 0
        for start, end in self.spans:
            piece = self.text[done:start]
            if not done or (piece and not piece.isspace()):
                yield piece
            done = end
        if self.whole:
            yield self.text[done:]


def split(text: str, *, limit: int) -> Split | None:
    """The first `limit` entries of a document; None where it has none, or where it is not certain what they are."""
    root = _ROOT.search(text)
    first = _ENTRY.search(text, root.start()) if root else None
    if root is None or first is None:
        return None
    spans = _spans(text, first[1], root.start())
    if not spans:
        return None
    head, wanted = text[root.start() : spans[0].start], spans[:limit]
    counted = [sign for declaration, sign in _COUNTED.items() if declaration in head]
    digests = tuple(_digest(text[start:end], counted) for start, end in wanted)
    return Split(text, text[: root.start()], first[1], wanted, digests, len(wanted) == len(spans))


def without(document: Split, known: Collection[str]) -> tuple[str, list[bool]]:
    """The document without its known entries, and of what is left whether each is one to read.

    Entries that follow upon each other stand in the same place: one of them is left to tell where that is, an empty one if all are known.
    """
    pieces: list[str] = []
    wanted: list[bool] = []
    done = 0
    for span, digest in zip(document.spans, document.digests, strict=True):
        between = document.text[done : span.start]
        follows = bool(wanted) and (not between or between.isspace())
        if digest not in known:
            if follows and not wanted[-1]:  # the empty one is not needed any more
                wanted.pop(), pieces.pop()
            pieces += between, document.text[span.start : span.end]
            wanted.append(True)
        elif not follows:
            pieces += between, f"<{document.name}/>"
            wanted.append(False)
        done = span.end
    return "".join((*pieces, document.text[done:])), wanted


def _spans(text: str, name: str, start: int) -> list[Span] | None:
    """All elements of this name, but those in comments and the like; None where one stands in another one, or does not end."""
    named = re.escape(name)
    marks = re.compile(rf"<(?:{named}[\s/>]|/{named}[\s/>]|!--|!\[CDATA\[|\?)")  # each begins with a sign of its own: soon told apart
    spans: list[Span] = []
    opened: int | None = None
    found = marks.search(text, start)
    while found:
        mark, after = found[0], found.end()
        if mark in _SKIPPED:
            after = _find(text, _SKIPPED[mark], after)
        else:
            place = found.start()
            end = after if mark[-1] == ">" else _end_of_tag(text, place)
            ending = mark[1] == "/"
            if not end or ending == (opened is None):
                return None
            if ending and opened is not None:
                spans.append(Span(opened, end))
                opened = None
            elif text.startswith("/>", end - 2):
                spans.append(Span(place, end))
            else:
                opened = place
        found = marks.search(text, after)
    return spans if opened is None else None


def _end_of_tag(text: str, start: int) -> int:
    """Where the tag that begins here ends, or 0."""
    tag = _TAG.match(text, start)
    return tag.end() if tag else 0


def _find(text: str, mark: str, start: int) -> int:
    """Where it is found next, or the end of the text. A single sign is found ten times sooner, and mostly it is the mark's."""
    place = text.find(mark[0], start)
    if place >= 0 and not text.startswith(mark, place):
        place = text.find(mark, place)
    return place if place >= 0 else len(text)


def _digest(entry: str, counted: Sequence[str]) -> str:
    if counted and any(sign in entry for sign in counted):
        entry = "".join(_without_counters(entry))
    return identity.body_digest(entry.encode("utf-8", "surrogatepass"))[:DIGEST_LENGTH]


def _without_counters(entry: str) -> Iterator[str]:
    """The entry's parts outside CDATA sections without their counters, and the sections as they are."""
    done = 0
    while (place := entry.find("<![CDATA[", done)) >= 0:
        end = _find(entry, "]]>", place)
        yield _COUNTERS.sub(_uncounted, entry[done:place]) if place - done > _SHORTEST else entry[done:place]
        yield entry[place:end]
        done = end
    yield _COUNTERS.sub(_uncounted, entry[done:])


def _uncounted(counter: re.Match[str]) -> str:
    return _COUNTED_VALUE.sub("", counter[0])
