"""An item in one of its languages, as the page that publishers get: its texts are made when somebody wants them, and then once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aggregator.core import remembered
from aggregator.model import Item, Page, Source, Translation

Making = Mapping[str, Callable[[], str]]


def original(item: Item, source: Source, *, languages: tuple[str, ...]) -> Page:
    """The item in the language it was written in. `languages` are all it exists in."""
    making: Making = {
        "body": lambda: remembered.to_markdown(item.html, source.profile),
        "html": lambda: remembered.clean(item.html, item.url),
        "original_body": str,
    }
    return _StoredPage(item, source, None, item.language, item.title, item.summary, languages, making)


def translated(item: Item, source: Source, translation: Translation, *, languages: tuple[str, ...]) -> Page:
    """The item in the language of one of its translations; it keeps the original's body for bilingual output."""
    making: Making = {
        "body": lambda: translation.body,
        "html": lambda: remembered.to_html(translation.body),
        "original_body": lambda: remembered.to_markdown(item.html, source.profile),
    }
    return _StoredPage(item, source, translation, translation.language, translation.title, translation.summary, languages, making)


class _StoredPage(Page):
    """A page whose texts follow from what is stored."""

    __slots__ = ("_made", "_making")
    _made: dict[str, str]
    _making: Making

    def __init__(
        self,
        item: Item,
        source: Source,
        translation: Translation | None,
        language: str,
        title: str,
        summary: str,
        languages: tuple[str, ...],
        making: Making,
    ) -> None:
        told = {"item": item, "source": source, "translation": translation, "language": language, "title": title, "summary": summary}
        for name, value in (told | {"languages": languages, "_making": making, "_made": {}}).items():
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
            self._made[name] = self._making[name]()
        return self._made[name]
