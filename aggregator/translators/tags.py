"""Which of an engine's language codes stands for a BCP 47 tag."""

from __future__ import annotations

from functools import lru_cache

from aggregator.core.language import UNKNOWN, canonical

FARTHEST = 10  # langcodes' distance, up to which readers of one language read the other: en-GB for en-AU, never es for gl
_NEIGHBOURS = {"nn": "nb", "yue": "zh-Hant"}  # what langcodes finds too far and readers don't


@lru_cache(maxsize=4096)
def closest(tag: str, known: tuple[str, ...]) -> str:
    """The one of the known tags that a reader of `tag` reads, or "". What feeds write (cn, tw, jp, kr) is understood."""
    from langcodes import closest_match  # its tables take 0.1 s to load

    wanted = canonical(tag)
    if wanted in {"", UNKNOWN}:
        return ""
    for candidate in (wanted, _NEIGHBOURS.get(wanted, "")):
        found = closest_match(candidate, known, max_distance=FARTHEST)[0] if candidate else UNKNOWN
        if found != UNKNOWN:
            return found
    return ""


def is_unknown(tag: str) -> bool:
    """Whether a tag leaves it to the engine to guess the language."""
    return canonical(tag) in {"", UNKNOWN}


def language(tag: str) -> str:
    """The tag without script and region."""
    return canonical(tag).partition("-")[0]
