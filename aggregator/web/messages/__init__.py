"""What the pages say, in each of their languages: the same keys in all."""

from __future__ import annotations

from collections.abc import Mapping

from aggregator.web.messages.de import GERMAN
from aggregator.web.messages.en import ENGLISH
from aggregator.web.messages.zh_hans import SIMPLIFIED
from aggregator.web.messages.zh_hant import TRADITIONAL

MESSAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh-Hans": SIMPLIFIED, "zh-Hant": TRADITIONAL, "de": GERMAN}
