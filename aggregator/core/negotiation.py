"""Which content coding an answer gets (RFC 9110 section 12.5.3)."""

from __future__ import annotations

from functools import lru_cache

CODINGS = ("br", "gzip")  # the best first


@lru_cache(maxsize=1024)
def coding(accept_encoding: str) -> str:
    """The coding that a client wants most of those there are; empty for none. What can't be understood counts for nothing."""
    weights = dict(filter(None, map(_weight, accept_encoding.lower().split(","))))
    wanted = {name: weights.get(name, weights.get("*", 0.0)) for name in CODINGS}
    best = max(CODINGS, key=lambda name: wanted[name])
    return best if wanted[best] > 0 else ""


def _weight(element: str) -> tuple[str, float] | None:
    name, _, parameter = element.partition(";")
    key, _, value = parameter.partition("=")
    try:
        return name.strip(), float(value) if key.strip() == "q" else 1.0
    except ValueError:
        return None
