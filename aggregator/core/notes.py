"""What a reader has to be told about a translated page, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.model import Page


def notes(page: Page) -> Iterator[str]:
    """English sentences: what stayed untranslated, and that the original has changed since. None for an original."""
    made = page.translation
    if made and made.untranslated:
        until = " until the budget allows" if "budget" in made.flags else ""
        yield f"Not translated: {made.untranslated} part{'s'[: made.untranslated > 1]} of this text, left in {page.item.language}{until}."
    if is_outdated(page):
        yield "The original was changed after this translation was made."


def is_outdated(page: Page) -> bool:
    """Whether a page's translation is of an earlier version of the text: the new one is still to come, or has failed."""
    return page.translation is not None and bool(page.item.digest) and page.translation.of_digest != page.item.digest
