"""An item in one of its languages, as the page that publishers get: its texts are made when somebody wants them, and then once."""

from __future__ import annotations

from collections.abc import Callable

from aggregator.core import remembered
from aggregator.model import Item, Page, Source, Translation

Text = str | Callable[[], str]  # or how to make it


def original(item: Item, source: Source, *, languages: tuple[str, ...]) -> Page:
    """The item in the language it was written in. `languages` are all it exists in."""
    return _StoredPage(
        item=item,
        source=source,
        language=item.language,
        title=item.title,
        summary=item.summary,
        body=lambda: remembered.to_markdown(item.html, source.profile),
        html=lambda: remembered.clean(item.html, item.url),
        languages=languages,
    )


def translated(item: Item, source: Source, translation: Translation, *, languages: tuple[str, ...]) -> Page:
    """The item in the language of one of its translations; it keeps the original's body for bilingual output."""
    return _StoredPage(
        item=item,
        source=source,
        language=translation.language,
        title=translation.title,
        summary=translation.summary,
        body=translation.body,
        html=lambda: remembered.to_html(translation.body),
        languages=languages,
        translation=translation,
        original_body=lambda: remembered.to_markdown(item.html, source.profile),
    )


class _StoredPage(Page):
    """A page whose texts follow from the rest of it."""

    __slots__ = ("_made", "_texts")
    _texts: dict[str, Text]
    _made: dict[str, str]

    def __init__(
        self, *, body: Text, html: Text, original_body: Text = "", translation: Translation | None = None, **others: object
    ) -> None:
        texts = {"body": body, "html": html, "original_body": original_body}
        for name, value in {**others, "translation": translation, "_texts": texts, "_made": {}}.items():
            object.__setattr__(self, name, value)

    @property
    def made_of(self) -> tuple[object, ...]:
        """What all of it follows from."""
        return self.item, self.source, self.translation, self.language, self.languages

    @property
    def body(self) -> str:
        """Markdown."""
        return self._text("body")

    @property
    def html(self) -> str:
        """Clean HTML."""
        return self._text("html")

    @property
    def original_body(self) -> str:
        """Markdown of the original."""
        return self._text("original_body")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Page) and self.made_of == other.made_of

    __hash__ = None  # type: ignore[assignment]

    def _text(self, name: str) -> str:
        if name not in self._made:
            text = self._texts[name]
            self._made[name] = text if isinstance(text, str) else text()
        return self._made[name]
