"""An item in one of its languages, as the page that publishers get."""

from __future__ import annotations

from aggregator.core import remembered
from aggregator.model import Item, Page, Source, Translation


def original(item: Item, source: Source, *, languages: tuple[str, ...]) -> Page:
    """The item in the language it was written in. `languages` are all it exists in."""
    return Page(
        item=item,
        source=source,
        language=item.language,
        title=item.title,
        summary=item.summary,
        body=remembered.to_markdown(item.html, source.profile),
        html=remembered.clean(item.html, item.url),
        languages=languages,
    )


def translated(item: Item, source: Source, translation: Translation, *, languages: tuple[str, ...]) -> Page:
    """The item in the language of one of its translations; it keeps the original's body for bilingual output."""
    return Page(
        item=item,
        source=source,
        language=translation.language,
        title=translation.title,
        summary=translation.summary,
        body=translation.body,
        html=remembered.to_html(translation.body),
        languages=languages,
        translation=translation,
        original_body=remembered.to_markdown(item.html, source.profile),
    )
