"""Simplified and traditional Chinese into each other with OpenCC, in this process: no network, no key, no cost.

OpenCC replaces phrases by dictionary and knows no markup, so it gets bare text only. A converter may be used from several threads at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import ClassVar

from opencc import OpenCC

from aggregator.core.language import canonical
from aggregator.errors import Unsupported
from aggregator.model import NO_HINTS, Capacity, Codec, Hints

_VARIANTS = {
    "zh": "CN", "zh-Hans": "CN", "zh-CN": "CN", "zh-SG": "CN", "zh-MY": "CN", "zh-Hans-CN": "CN", "zh-Hans-SG": "CN", "zh-Hans-MY": "CN",
    "zh-TW": "TW", "zh-Hant": "TW", "zh-Hant-TW": "TW", "zh-HK": "HK", "zh-MO": "HK", "zh-Hant-HK": "HK", "zh-Hant-MO": "HK",
    "zh-Hans-HK": "CN", "zh-Hans-MO": "CN",
}  # fmt: skip
# OpenCC's configurations, one after the other; Taiwan has a vocabulary of its own (the final p)
_STEPS = {
    ("CN", "TW"): ("s2twp",),
    ("CN", "HK"): ("s2hk",),
    ("TW", "CN"): ("tw2sp",),
    ("HK", "CN"): ("hk2s",),
    ("HK", "TW"): ("hk2t", "t2tw"),
    ("TW", "HK"): ("tw2t", "t2hk"),
}


@cache
def _converter(configuration: str) -> OpenCC:
    return OpenCC(configuration)


class OpenCCTranslator:
    """The embedded engine for Chinese. `name` is what the configuration calls it."""

    codec: Codec = "runs"
    capacity: ClassVar = Capacity()
    embedded: ClassVar = True  # works without a network

    def __init__(self, name: str = "opencc") -> None:
        self.name = name

    def supports(self, source: str, target: str) -> bool:
        """Whether both tags are Chinese and written differently."""
        return _pair(source, target) in _STEPS

    async def translate(self, texts: Sequence[str], *, source: str, target: str, hints: Hints = NO_HINTS) -> Sequence[str]:
        """The texts in the other script or region. Raises Unsupported."""
        steps = _STEPS.get(_pair(source, target))
        if steps is None:
            raise Unsupported(
                f"{self.name}: converts between zh-CN, zh-TW and zh-HK only, not {source} to {target}; route this pair elsewhere"
            )
        return await asyncio.to_thread(_convert, tuple(texts), steps)

    async def aclose(self) -> None:
        """Nothing to let go of."""


def _pair(source: str, target: str) -> tuple[str, str]:
    return _VARIANTS.get(canonical(source), ""), _VARIANTS.get(canonical(target), "")


def _convert(texts: tuple[str, ...], steps: tuple[str, ...]) -> tuple[str, ...]:
    for step in steps:
        convert = _converter(step).convert
        texts = tuple(convert(text) for text in texts)
    return texts
