"""From what an upstream sent to an item, by profile: `compat` keeps every byte, `clean` mends what is broken and invents nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aggregator.core import dates, defects, filters, identity, images, language, markup, volatile, wraps
from aggregator.core.attachments import magnet
from aggregator.core.characters import decoded, one_line
from aggregator.core.links import public_url
from aggregator.core.stripping import stripped
from aggregator.core.titles import clean_title
from aggregator.model import Item, Media, ParsedFeed, RawItem, Source

FLASH = "2"
"""The `kind` of an entry that is a one-line flash and no article."""

_AHEAD = timedelta(days=1)
_SAMPLE = 1000
_SEEN_WITHOUT_TEXT = ("<img", "<video", "<audio")


def normalize(raw: RawItem, source: Source, *, feed: ParsedFeed, now: datetime) -> Item:
    """The item that an entry is. `feed` is what it came in; `now` dates what has no date, and bounds dates in the future.

    In `compat` title, body, language, addresses and the document's date are exactly as they came. In `clean`, giving an item's own title
    and body back gives the same title and body.
    """
    return _compat(raw, source, feed, now) if source.profile == "compat" else _clean(raw, source, feed, now)


def skip_reason(raw: RawItem, item: Item, source: Source) -> str:
    """Why a rule leaves this entry out, or "": in `compat` flashes and what has no language, and the source's include and exclude."""
    if source.profile == "compat" and raw.kind.strip() == FLASH:
        return "a flash (kind 2)"
    if source.profile == "compat" and not item.language:
        return "no language"
    return filters.early_reason(item, source)


def _compat(raw: RawItem, source: Source, feed: ParsedFeed, now: datetime) -> Item:
    html = raw.html or (markup.compat_html(raw.text) if raw.text else raw.summary)
    text = markup.visible_text(html)
    declared = _declared(raw, source, feed)
    published, summary = _instant(raw, source, declared), markup.compat_summary(html, declared)
    return Item(
        id=identity.item_id(raw, source),
        source=source.name,
        guid=identity.guid_of(raw, source.identity),
        url=raw.link if "://" in raw.link else _link(raw.link, raw, source, feed),
        title=raw.title,
        html=html,
        summary=summary,
        published=min(published or now, now + _AHEAD),
        dated=published if published and published > now + _AHEAD else None,
        updated=_updated(raw, source, declared, now=now),
        language=language.nameable(declared),
        declared=declared,
        detected=language.evidence(f"{raw.title}\n{text[:_SAMPLE]}"),
        authors=raw.authors,
        image=raw.image,
        media=raw.media,
        tags=_distinct((*raw.tags, *source.tags)),
        label=raw.label or source.name,
        digest=volatile.text_digest(raw.title, text),
        flags=defects.flags(raw, shown=(raw.title, summary), empty=_is_empty(html, text), dated=published is not None, language=declared),
    )


def _clean(raw: RawItem, source: Source, feed: ParsedFeed, now: datetime) -> Item:
    title = clean_title(raw.title, is_text=raw.title_is_text)
    url = web_url(_link(raw.link or _permalink(raw.guid), raw, source, feed))
    base = _link(raw.base, raw, source, feed) or url or _link(".", raw, source, feed)
    html = clean_body(raw, base, rules=source.strip)
    text = markup.visible_text(html)
    html = "" if _is_empty(html, text) else html
    declared = _declared(raw, source, feed)
    detected = language.evidence(f"{title}\n{text[:_SAMPLE]}")
    counts_as = language.effective(declared, detected)
    published = _instant(raw, source, declared)
    return Item(
        id=identity.item_id(raw, source),
        source=source.name,
        guid=identity.guid_of(raw, source.identity),
        url=url,
        title=title,
        html=html,
        summary=markup.clean_summary(_abstract(raw, base, source.strip) or text, counts_as),
        published=min(published or now, now + _AHEAD),
        updated=_updated(raw, source, declared, now=now),
        language=counts_as,
        declared=declared,
        detected=detected,
        authors=_distinct(raw.authors),
        image=_image(raw, source, feed),
        media=_media(raw, source, feed),
        tags=_distinct((*raw.tags, *source.tags)),
        label=one_line(raw.label or source.title or source.name),
        digest=volatile.text_digest(title, text),
        flags=defects.flags(
            raw, shown=_undecoded(raw, html, text), empty=_is_empty(html, text), dated=published is not None, language=declared
        ),
    )


def clean_body(raw: RawItem, base: str, *, rules: Sequence[str] = ()) -> str:
    """The entry's body as clean HTML, absolute by `base`. Wrapped lines are joined; macros and what the `rules` find go."""
    written = raw.html or (markup.plain_to_html(wraps.joined(raw.text)) if raw.text.strip() else raw.summary)
    cleaned = markup.clean(images.addressed(written), base)
    while (mended := _mended(cleaned, rules)) != cleaned:
        cleaned = markup.clean(mended, base)
    return cleaned


def _mended(html: str, rules: Sequence[str]) -> str:
    """Clean HTML without macros, without breaks in mid-sentence, and without what the rules find."""
    bare = wraps.without_macros(html)
    plain = wraps.plain_body(bare)
    return stripped(wraps.unwrapped(bare), rules) if plain is None else markup.plain_to_html(wraps.joined(plain))


def web_url(url: str) -> str:
    """The URL if it is absolute with http or https, else ""."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def _is_empty(html: str, text: str) -> bool:
    return not text and not any(sign in html for sign in _SEEN_WITHOUT_TEXT)


def _undecoded(raw: RawItem, html: str, text: str) -> Iterator[str]:
    """The texts of an entry that hold entities only by mistake."""
    if not raw.title_is_text:
        yield decoded(raw.title)
    yield raw.text
    if "<code" not in html:
        yield text


def _abstract(raw: RawItem, base: str, rules: Sequence[str]) -> str:
    """The upstream's own summary as visible text, where it has one beside the body."""
    if not raw.summary:
        return ""
    return markup.visible_text(stripped(wraps.without_macros(markup.clean(raw.summary, base)), rules))


def _declared(raw: RawItem, source: Source, feed: ParsedFeed) -> str:
    return raw.language or source.language or feed.language


def _link(link: str, raw: RawItem, source: Source, feed: ParsedFeed) -> str:
    """The link made absolute by what the configuration says, then the entry, then the feed; exactly as it came where it is absolute."""
    return identity.absolute_url(link, source.link_base, raw.base, feed.link, public_url(source.url)) if link.strip() else ""


def _permalink(guid: str) -> str:
    return guid if web_url(guid.strip()) else ""


def _instant(raw: RawItem, source: Source, language: str) -> datetime | None:
    zone = ZoneInfo(source.timezone)
    return dates.parse(raw.published, zone=zone, language=language) or dates.parse(raw.updated, zone=zone, language=language)


def _updated(raw: RawItem, source: Source, language: str, *, now: datetime) -> datetime | None:
    updated = dates.parse(raw.updated, zone=ZoneInfo(source.timezone), language=language)
    return updated and min(updated, now + _AHEAD)


def _image(raw: RawItem, source: Source, feed: ParsedFeed) -> str:
    """The entry's picture: its own, else the first of its media that is one; never one from the body."""
    pictures = (media.url for media in raw.media if media.role == "image" or media.type.startswith("image/"))
    candidates = (web_url(_link(url, raw, source, feed)) for url in (raw.image, *pictures))
    return next(filter(None, candidates), "")


def _media(raw: RawItem, source: Source, feed: ParsedFeed) -> tuple[Media, ...]:
    found: dict[str, Media] = {}
    for media in raw.media:
        url = magnet(media.url) or web_url(_link(media.url, raw, source, feed))
        if url:
            found.setdefault(url, replace(media, url=url, title=one_line(media.title), length=max(media.length, 0)))
    return tuple(found.values())


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts as single lines, without empty ones and repetitions, in order."""
    return tuple(dict.fromkeys(filter(None, map(one_line, texts))))
