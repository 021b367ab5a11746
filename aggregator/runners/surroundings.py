"""What stands around the configuration and does not fit to it: found before it is missed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from aggregator.config import Settings, loading
from aggregator.core.slugs import language_name
from aggregator.runners import programs

HUGO_FILE = "hugo.toml"


def misfits(settings: Settings) -> Iterator[str]:
    """Sentences: what is configured and can't come to anything as things stand."""
    if settings.hugo.site:
        yield from unseen_languages(settings)
    if settings.git.commit and (reason := programs.not_committed(settings.paths.content)):
        yield reason


def unseen_languages(settings: Settings) -> Iterator[str]:
    """The languages that a Hugo site leaves out: it says nothing, and builds without them. None where its file can't tell."""
    file = Path(settings.hugo.site or "") / HUGO_FILE
    there = loading.read(file).table.get("languages")
    known = {key.lower() for key in there} if isinstance(there, dict) else set()
    for tag in dict.fromkeys([*languages(settings), *filled(settings.paths.content)]) if known else ():
        if tag.lower() not in known:
            yield f"{file} has no [languages.{tag.lower()}]: documents in {tag} are not on the site. Add its tables beside the others."


def filled(content: Path) -> list[str]:
    """The languages that there are documents in: what a source without a language says of its items is not known before."""
    return sorted(folder.parent.name for folder in content.glob("*/news") if folder.is_dir())


def languages(settings: Settings) -> list[str]:
    """The languages that documents will be in, as far as the configuration tells; the site's own first."""
    wanted = (tag for source in settings.sources for tag in (source.language, *source.translate_to))
    return list(dict.fromkeys(language_name(tag) for tag in (*settings.site.languages, *wanted) if tag)) or ["en"]
