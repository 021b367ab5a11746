"""What the adapters alone know to be wrong in settings."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator import plugins
from aggregator.config import Adapters, TranslatorSettings
from aggregator.errors import AggregatorError
from aggregator.model import Source
from aggregator.ports import SourceKind


def source_problems(source: Source) -> Sequence[tuple[str, str]]:
    """What is wrong with a source's kind and with what it says to its kind, as (key, message)."""
    try:
        kind: SourceKind = plugins.load(plugins.SOURCES, source.kind)()
    except AggregatorError as error:
        return [("kind", str(error))]
    return [*kind.problems(source), *_full_text_problems(source)]


def _full_text_problems(source: Source) -> Sequence[tuple[str, str]]:
    if not source.full_text:
        return ()
    from aggregator.sources import article  # with a parser of pages behind it, for those who want one

    return article.problems(source)


def engine_problems(name: str, settings: TranslatorSettings) -> Sequence[tuple[str, str]]:
    """Whether an engine is installed and understands its options, as (key, message)."""
    try:
        make = plugins.load(plugins.TRANSLATORS, settings.engine)
        if found := list(plugins.option_problems(make, settings.options, of=f"the engine {settings.engine}")):
            return found
        make(name, **settings.options)
    except AggregatorError as error:
        return [("engine", str(error))]
    except (TypeError, ValueError) as error:
        return [("", f"the engine {settings.engine} does not take these options: {error}")]
    except Exception as error:  # noqa: BLE001  a plug-in's own, whose message may hold a key
        return [("", f"the engine {settings.engine} breaks with these options: {type(error).__name__}; report it to who made that engine")]
    return []


ADAPTERS = Adapters(source=source_problems, translator=engine_problems)
