"""What changes in an article while nobody edits it: counters of readers, relative times, the time of the last update."""

from __future__ import annotations

import re

from aggregator.core import identity
from aggregator.core.patterns import late

_CLOCK = r"(?:\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?[ T,]{0,2})?\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:[ap]m|[A-Z]{3,4})\b)?"
_READERS = "阅读|閱讀|浏览|瀏覽|评论|評論|点赞|點讚"
# Words, of which one stands in the text, and what to look for then: most texts have none of them, and looking takes long.
# Where one begins with a figure, that stands first and what may not stand before it follows: only so are figures soon found.
# Every repetition has a bound, so that no text takes more than linear time. What an article may be about stays: points, shares, votes.
_VOLATILE = tuple(
    (tuple(words.split("|")), late(pattern, re.IGNORECASE))
    for words, pattern in (
        (
            "views|comments|replies|likes|retweets|reposts",
            r"\d(?<!\w\d)[\d,.]{0,12}[km]?\s{0,3}(?:views|comments|replies|likes|retweets|reposts)\b",
        ),
        ("views|comments|replies|likes|points", r"\b(?:views|comments|replies|likes|points)\s?:\s{0,3}\d[\d,.]{0,12}[km]?"),
        (
            "ago",
            r"\b(?:\d{1,4}|an?)\s{0,3}(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\s{1,3}ago\b",
        ),
        ("il y a ", r"\bil y a \d{1,4} (?:secondes?|minutes?|heures?|jours?)\b"),
        ("hace ", r"\bhace \d{1,4} (?:segundos?|minutos?|horas?|días?)\b"),
        ("vor ", r"\bvor \d{1,4} (?:sekunden?|minuten?|stunden?|tagen?)\b"),
        (" назад", r"\d(?<!\d\d)\d{0,3} (?:секунд[уы]?|минут[уы]?|час(?:а|ов)?|день|дня|дней) назад"),
        ("전", r"\d(?<!\d\d)\d{0,3}\s?(?:초|분|시간|일)\s?전"),
        ("前", r"\d(?<!\d\d)\d{0,3}\s{0,3}(?:秒|分钟|分鐘|小时|小時|天|分|時間|日)前"),
        (_READERS, rf"(?:{_READERS})(?:数|數|量)?\s{{0,3}}[(（:：]?\s{{0,3}}\d[\d,.]{{0,12}}[万萬]?"),
        (_READERS, rf"\d(?<![\d,.]\d)[\d,.]{{0,12}}[万萬]?\s?[次人条條]?(?:{_READERS})"),
        ("updated", rf"\b(?:last )?updated(?: at| on)?:?\s{{0,3}}{_CLOCK}"),
        ("更新", rf"更新(?:时间|時間|于|於)?[:：]?\s{{0,3}}{_CLOCK}"),
    )
)
_WORDS = tuple(dict.fromkeys(word for words, _ in _VOLATILE for word in words))
_ASCII_WORDS = tuple(filter(str.isascii, _WORDS))


def steady(text: str) -> str:
    """The text with white space folded and without what changes by itself."""
    if said := _said(text):
        for words, pattern in _VOLATILE:
            if not said.isdisjoint(words):
                text = pattern.sub(" ", text)
    return " ".join(text.split())


def _said(text: str) -> set[str]:
    """Which of the words stand in a text, in letters of any case."""
    folded = text.casefold()
    return {word for word in (_ASCII_WORDS if text.isascii() else _WORDS) if word in folded}


def text_digest(title: str, text: str) -> str:
    """The digest of what people read, which changes when somebody edits it."""
    return identity.digest(steady(title), steady(text))
