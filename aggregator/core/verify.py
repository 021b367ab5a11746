"""Is this answer a credible translation? Hard problems refuse it, soft flags are stored with it, and a whole batch may be out of step.

The limits are calibrated on human translations: at most 3 % of them are flagged, and no copy, empty answer or wrong scale gets through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from aggregator.core import lengths, names, preambles, shifts
from aggregator.core.codes import bare, canonical, numbers, trim_url
from aggregator.core.figures import lost_and_new
from aggregator.core.scripts import is_wrong_script, language_of, only_converted, script

__all__ = ["flags", "is_suspicious", "problems", "script"]

_MARKUP = re.compile(
    r"</?[A-Za-z][^<>]*>|<!--|```|\]\(|\*\*(?=\S)|^#{1,6} |&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,6});", re.MULTILINE
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|(?<![\w.])(?:[a-z0-9-]+\.)+[a-z]{2,10}/[\w%]",
    re.IGNORECASE,
)
_BRACKETED = re.compile("[〈《＜【「]")  # 〈とらや〉 becomes <Toraya>
_TITLE = re.compile(
    r"<(?!(?i:a|b|br|code|div|em|embed|font|form|h[1-6]|i|iframe|img|input|li|link|meta|object|ol|p|pre|s|script|span|strong|style|svg|table"
    r"|td|tr|u|ul|video)\b)[A-Z][^<>/=\"]*>"
)
_SIGNS = ("://", "www.", "@", "/", "<", "`", "](", "**", "#", "&")  # one of these stands in all that the two above find
_ENDING = re.compile(r"[.!?。！？…؟।۔።։][^\w]*$")
_WITHOUT_FULL_STOP = frozenset({"Thai", "Laoo", "Khmr", "Mymr"})
_LOOP = 24  # characters from which on a text can go round in circles
_OUT_OF_STEP = frozenset({"numbers", "length", "repetition"})  # the flags that a shifted batch is full of
_DOUBTFUL, _DOUBTFUL_SHARE = 3, 0.2  # so many answers of a batch, in number and as a part of it, and the rest can't be trusted


def problems(source_text: str, answer: str, *, source: str, target: str) -> tuple[str, ...]:
    """What makes an answer unusable. Texts as engines see them, `source` and `target` BCP 47.

    "empty", "placeholders" not those of the source, "identical", the wrong "script", "refusal" of a model, "preamble" or remark of one, and
    "address" (a URL, an e-mail address) or "markup" (tag, link, emphasis, entity) that the source did not have.
    """
    text = canonical(answer)
    if not bare(text).strip() and bare(source_text).strip():
        return ("empty",)
    found = {
        "placeholders": numbers(source_text) != numbers(text),
        "identical": _is_echo(source_text, text) and not only_converted(source, target),
        "script": is_wrong_script(bare(text), source_text, source, target),
        "refusal": preambles.is_refusal(text) and not preambles.is_refusal(source_text),
        "preamble": preambles.is_talk(text) and not preambles.is_talk(source_text),
    }
    if any(sign in text for sign in _SIGNS):
        found |= {"address": _has_new_address(source_text, text), "markup": _has_new_markup(source_text, text)}
    return tuple(name for name, is_so in found.items() if is_so)


def flags(source_text: str, answer: str, *, source: str, target: str) -> tuple[str, ...]:
    """What makes an answer doubtful.

    "numbers" lost or invented, "length" far from what translations have, "names" and abbreviations in Latin letters lost, "ending" without
    the source's final punctuation, "repetition" of an engine that goes round in circles, "same" as the source.
    """
    before, after = bare(source_text).strip(), bare(canonical(answer)).strip()
    found = {
        "numbers": lost_and_new(source_text, canonical(answer), source=language_of(source), target=language_of(target)) != (0, 0),
        "length": not lengths.is_plausible(before, after, source, target),
        "names": names.are_lost(before, after, source=source, target=target),
        "ending": bool(_ENDING.search(before)) and not _ENDING.search(after) and script(target) not in _WITHOUT_FULL_STOP,
        "repetition": _variety(after) < 0.5 < _variety(before),
        "same": before == after and sum(map(str.isalpha, before)) > 3 and not only_converted(source, target),
    }
    return tuple(name for name, is_so in found.items() if is_so)


def is_suspicious(pairs: Sequence[tuple[str, str]], *, source: str, target: str) -> bool:
    """Whether a batch of (source, answer) pairs is better thrown away: answers stand beside the wrong sources, or too many are doubtful."""
    return shifts.is_shifted(pairs, source=source, target=target) or _are_many_doubtful(pairs, source=source, target=target)


def _are_many_doubtful(pairs: Sequence[tuple[str, str]], *, source: str, target: str) -> bool:
    doubtful = sum(not _OUT_OF_STEP.isdisjoint(flags(*pair, source=source, target=target)) for pair in pairs)
    return doubtful >= max(_DOUBTFUL, len(pairs) * _DOUBTFUL_SHARE)


def _is_echo(source_text: str, text: str) -> bool:
    before = _letters_only(bare(source_text))
    return len(before) > 3 and before == _letters_only(bare(text)) and not names.are_names(bare(source_text))


def _letters_only(text: str) -> str:
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text).casefold()))


def _has_new_address(source_text: str, text: str) -> bool:
    return any(trim_url(match[0]) not in source_text for match in _ADDRESS.finditer(text))


def _has_new_markup(source_text: str, text: str) -> bool:
    new = [match[0] for match in _MARKUP.finditer(text) if match[0] not in source_text]
    return any(not (_BRACKETED.search(source_text) and _TITLE.fullmatch(each)) for each in new)


def _variety(text: str) -> float:
    """How many of the four-character pieces of a text are different ones, from 0 to 1."""
    if len(text) < _LOOP:
        return 1.0
    return len(set(zip(text, text[1:], text[2:], text[3:], strict=False))) / (len(text) - 3)
