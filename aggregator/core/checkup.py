"""What is wrong with a source, from its stored items and its state: each finding with a count, examples and the setting that cures it.

Nothing is asked of the origin: what was wrong with an entry as it came stands in its item's flags (`core.defects`).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aggregator.core import boilerplate, datings, health, identity, language, markup
from aggregator.model import Item, PollState, Source

Defect = Literal[
    "failing", "gone", "silent", "lost", "empty", "undated", "time zone", "guid", "language", "repeated titles", "repeated links",
    "repeated ids", "complaints", "entities", "wrapped", "relative", "images", "boilerplate",
]  # fmt: skip

EXAMPLES = 3
_SHOWN = 100  # characters of an example
_RULES = 8
_MENDED = "None needed: profile clean mends it."
_BY_PROFILE = 'profile = "clean" (its documents have another form)'
_REPEATED_BY_LINK = 'identity = "link" (new ids: what is in the feed at that moment comes once more)'
_BY_NUMBER = 'identity = "link-number" (new ids: what is in the feed at that moment comes once more)'
SHORTER = "A shorter `every` or `max_every`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with `count` of `of` items, or polls. `cure` is the setting to write, or says why there is none."""

    source: str
    defect: Defect
    count: int | None  # None for unknown
    of: int
    says: str
    examples: tuple[str, ...] = ()
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What is stored of a source: its newest items, and when each was first stored."""

    source: Source
    state: PollState
    items: Sequence[Item]
    first_seen: Mapping[str, datetime]
    now: datetime

    def finding(self, defect: Defect, items: Sequence[Item], says: str, cure: str, *, examples: Iterable[str] = ()) -> Iterator[Finding]:
        """The finding that these items have a defect; none where there are none."""
        if items:
            shown = tuple(text[:_SHOWN] for text in list(examples or map(_shown, items))[:EXAMPLES])
            yield Finding(
                source=self.source.name, defect=defect, count=len(items), of=len(self.items), says=says, examples=shown, cure=cure
            )


def examine(records: Records) -> list[Finding]:
    """All that is wrong with a source, what costs readers most first."""
    return [finding for check in _CHECKS for finding in check(records)]


def _shown(item: Item) -> str:
    return item.url or item.title or item.id


def _polling(records: Records) -> Iterator[Finding]:
    state, word = records.state, health.health_of(records.state, now=records.now)
    if word in ("failing", "gone", "silent"):
        says = state.error or health.silence_in_words(state, now=records.now)
        yield Finding(
            source=records.source.name,
            defect=word,
            count=state.failures,
            of=state.failures,
            says=says,
            cure=state.advice or "See `aggregator why`.",
        )
    if state.gap_at:
        says = f"It published more between two polls than its feed holds, at the latest {state.gap_at:%Y-%m-%d %H:%M}Z; counted from above."
        yield Finding(source=records.source.name, defect="lost", count=state.lost, of=len(records.items), says=says, cure=SHORTER)


def _flagged(flag: Defect, says: str, cure: str, in_compat: str = "") -> Callable[[Records], Iterator[Finding]]:
    """The check for a flag that items were given when they were read."""

    def check(records: Records) -> Iterator[Finding]:
        found = [item for item in records.items if flag in item.flags and not (flag == "empty" and item.media)]
        yield from records.finding(flag, found, says, in_compat if in_compat and records.source.profile == "compat" else cure)

    return check


def _undated(records: Records) -> Iterator[Finding]:
    says = "They have no date that can be read: the time of the first poll stands in for it."
    field = "" if records.source.kind == "feed" else ", or fields.published of another place"
    cure = f'date_format = "%d/%m/%Y %H:%M", as their dates are written{field}. None if they have no dates.'
    yield from _flagged("undated", says, cure)(records)


def _time_zone(records: Records) -> Iterator[Finding]:
    source, dated = records.source, [item for item in records.items if "undated" not in item.flags]
    seen = {item.id: (item.published, records.first_seen[item.id]) for item in dated if item.id in records.first_seen}
    found = datings.verdict(list(seen.values()), interval=records.state.interval)
    zoneless = [item for item in dated if "zoneless" in item.flags]
    if found.says:
        off = [item for item in dated if found.dates == "behind" or datings.is_ahead(*seen.get(item.id, (item.published, item.published)))]
        yield from records.finding("time zone", off, found.says, datings.cure(source, found, zoneless=bool(zoneless), now=records.now))
    elif found.dates == "unknown" and source.timezone == "UTC":
        says = "Their dates carry no time zone, and UTC is taken for it."
        yield from records.finding("time zone", zoneless, says, 'timezone = "..." where they are local times')


def _guid(records: Records) -> Iterator[Finding]:
    bare = [item for item in records.items if not item.guid]
    linked, unlinked = [item for item in bare if item.url], [item for item in bare if not item.url]
    says = "They have no id of their own: they are known by their links."
    yield from records.finding("guid", linked, says, "None needed as long as the links stay.")
    says = "They have neither id nor link: an edit makes another item of them."
    yield from records.finding("guid", unlinked, says, _field_or("id", records.source))


def _field_or(name: str, source: Source) -> str:
    """What brings a part of an entry that is missing: a kind that reads fields may have another one for it."""
    return f"fields.{name}, if the document has one." if source.kind != "feed" else "None: tell the publisher."


def _language(records: Records) -> Iterator[Finding]:
    found: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in records.items:
        reads_as = language.effective(item.declared, item.detected)
        if reads_as == language.UNKNOWN or (item.declared and not language.same(item.declared, reads_as)):
            found[item.declared, reads_as].append(item)
    for (declared, reads_as), items in sorted(found.items(), key=lambda pair: -len(pair[1])):
        label = f"They are labelled {declared}" if declared else "They carry no language"
        known = reads_as != language.UNKNOWN
        says = f"{label}, but are written in {reads_as}." if known else f"{label}, and what they are written in is not known."
        written = reads_as if known else _most_common(records.items)
        yield from records.finding("language", items, says, _language_cure(records.source, declared, written))


def _most_common(items: Iterable[Item]) -> str:
    """What most items are written in that are known to be written in anything."""
    known = Counter(item.language for item in items if item.language not in ("", language.UNKNOWN))
    return known.most_common(1)[0][0] if known else "..."


def _language_cure(source: Source, declared: str, written: str) -> str:
    if not declared or language.canonical(declared) == language.canonical(source.language):
        return f'language = "{written}"'
    return _BY_PROFILE if source.profile == "compat" else "None needed where the script tells; the label is the publisher's."


def _repeated(records: Records) -> Iterator[Finding]:
    titles = _groups(records.items, lambda item: item.title.casefold())
    numbered = any(len({identity.link_number(item.url) for item in same}) == 1 and identity.link_number(same[0].url) for same in titles)
    same_title = [item for same in titles for item in same]
    cure = _BY_NUMBER if numbered and records.source.identity != "link-number" else "`exclude`, if it is a series that nobody wants."
    yield from records.finding(
        "repeated titles", same_title, "Several items have one title.", cure, examples=(same[0].title for same in titles)
    )
    yield from _repeated_links(records)


def _repeated_links(records: Records) -> Iterator[Finding]:
    """Of those that differ in their text the link must not decide: all but one would be lost."""
    same_link = _groups(records.items, lambda item: item.url and identity.canonical_url(item.url))
    different = any(len({item.digest for item in same}) > 1 for same in same_link)
    says = "Several items lead to one address" + (", with different texts." if different else ", with one text.")
    cure = "None needed: each of them is kept." if different else _REPEATED_BY_LINK
    yield from records.finding("repeated links", [item for same in same_link for item in same], says, cure)


def _repeated_ids(records: Records) -> Iterator[Finding]:
    apart = [item for item in records.items if identity.is_apart(item.id)]
    says = "They came under an id, or at an address, that others have, too."
    yield from records.finding("repeated ids", apart, says, "None needed: they are told apart by address, date and title.")


def _complaints(records: Records) -> Iterator[Finding]:
    told = records.state.complaints
    if told:
        yield Finding(
            source=records.source.name,
            defect="complaints",
            count=len(told),
            of=len(told),
            says="Its last document is not as it should be; what could be read of it was.",
            examples=tuple(text[:_SHOWN] for text in told[:EXAMPLES]),
            cure=_told_cure(records.source),
        )


def _told_cure(source: Source) -> str:
    return "None: tell the publisher." if source.kind == "feed" else "`items` and `fields`, if they name what the document does not have."


def _groups(items: Iterable[Item], key: Callable[[Item], Hashable]) -> list[list[Item]]:
    """Items that share a key which is not empty, the largest groups first."""
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return sorted((group for shared, group in groups.items() if shared and len(group) > 1), key=lambda group: -len(group))


def _boilerplate(records: Records) -> Iterator[Finding]:
    source = records.source
    if source.profile == "compat":
        return
    found = [
        each for each in boilerplate.repeated(markup.visible_text(item.html) for item in records.items) if each.rule not in source.strip
    ]
    if found:
        rules = [*source.strip, *(each.rule for each in found[:_RULES])]
        yield Finding(
            source=source.name, defect="boilerplate", count=found[0].count, of=len(records.items),
            says="Items have the same lines. If nobody needs them, strip them; what is stored keeps them.",
            examples=tuple(each.text[:_SHOWN] for each in found[:EXAMPLES]),
            cure=f"strip = {json.dumps(rules, ensure_ascii=False)}",
        )  # fmt: skip


_CHECKS: Sequence[Callable[[Records], Iterator[Finding]]] = (
    _polling,
    _flagged(
        "empty",
        "They came without any text or picture.",
        "full_text = true, where the articles' own pages have it; of what is stored, it reaches what still stands in the feed.",
    ),
    _undated,
    _time_zone,
    _repeated,
    _repeated_ids,
    _complaints,
    _language,
    _guid,
    _flagged(
        "images", "Pictures in them have no address.", "None: one beside the tag is taken, else the picture is left out.", _BY_PROFILE
    ),
    _flagged("relative", "Addresses in them are relative.", _MENDED, _BY_PROFILE),
    _flagged("entities", "HTML entities stand where text should.", _MENDED, _BY_PROFILE),
    _flagged("wrapped", "Lines are broken in mid-sentence.", _MENDED, _BY_PROFILE),
    _boilerplate,
)
