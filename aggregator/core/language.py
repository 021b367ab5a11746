"""Languages: BCP 47 tags as feeds write them, what a text's script says, and what an item therefore counts as."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from aggregator.core.hanzi import one_sided
from aggregator.core.patterns import late
from aggregator.core.slugs import language_name

UNKNOWN = "und"

_ALIASES = {
    "cn": "zh-CN", "chs": "zh-CN", "zh-chs": "zh-CN", "sc": "zh-CN", "zhs": "zh-CN", "gb": "zh-CN",
    "tw": "zh-TW", "cht": "zh-TW", "zh-cht": "zh-TW", "tc": "zh-TW", "zht": "zh-TW", "hk": "zh-HK", "zh-yue": "yue",
    "cmn": "zh", "jp": "ja", "ja-jp": "ja-JP", "kr": "ko", "ko-kr": "ko-KR", "us": "en-US", "cz": "cs", "ua": "uk", "gr": "el", "dk": "da",
}  # fmt: skip
_NO_LANGUAGE = frozenset({"mul", "zxx", "mis"})
_HANT_FAMILY = {"MO": "HK"}
# Usually written in Cyrillic or Arabic letters, but in Latin ones too.
_LATIN_TOO = frozenset({"sr", "uz", "kk", "az", "bs", "mn", "ku", "pa", "tg"})

_SAMPLE = 1000  # characters that are enough to tell
_LETTER = late(
    "(?P<Latn>[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff])|(?P<Hani>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd])"
    "|(?P<Kana>[\u3041-\u306d\u306f-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d])|(?P<No>\u306e)|(?P<Hang>[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e])"
    "|(?P<Cyrl>[\u0400-\u052f])|(?P<Arab>[\u0620-\u064a\u066e-\u06d3\u0750-\u077f])|(?P<Hebr>[\u05d0-\u05ea])|(?P<Grek>[\u0370-\u03ff\u1f00-\u1fff])"
    "|(?P<Thai>[\u0e01-\u0e4e])|(?P<Deva>[\u0900-\u0963])|(?P<Beng>[\u0980-\u09e3])|(?P<Taml>[\u0b82-\u0bd7])|(?P<Telu>[\u0c00-\u0c63])"
    "|(?P<Geor>[\u10a0-\u10ff])|(?P<Armn>[\u0531-\u0587])|(?P<Khmr>[\u1780-\u17d3])|(?P<Laoo>[\u0e81-\u0edf])|(?P<Mymr>[\u1000-\u109f])"
)
_LATIN_WORD = late("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]+")
_ONE_LANGUAGE = {
    "Hebr": "he", "Grek": "el", "Thai": "th", "Deva": "hi", "Beng": "bn", "Taml": "ta", "Telu": "te", "Geor": "ka", "Armn": "hy",
    "Khmr": "km", "Laoo": "lo", "Mymr": "my",
}  # fmt: skip
# Words that English text is full of and that no other language in Latin letters shares.
_ENGLISH_WORDS = (
    "the and that with from this which their they have has been were would will should after before about because what when while how why"
    " its are says said into than these those your our for of to"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


@lru_cache(maxsize=1024)
def canonical(tag: str) -> str:
    """The tag in BCP 47 form: language, script, region, or "" when it is none. Knows what feeds write instead: cn, zh_CN, kr, chs.

    >>> canonical("EN-us"), canonical("zh_hk"), canonical("tw"), canonical("nonsense")
    ('en-US', 'zh-HK', 'zh-TW', '')
    """
    from langcodes import Language  # its tables take 0.1 s to load, and only here

    first = re.split(r"[\s,;.@]", tag.strip(), maxsplit=1)[0].replace("_", "-")
    if first.lower() == UNKNOWN:
        return UNKNOWN
    try:
        parsed = Language.get(_ALIASES.get(first.lower(), first))
    except ValueError:
        return ""
    plain = Language.make(language=parsed.language, script=parsed.script, territory=parsed.territory)
    named = parsed.language and parsed.language not in _NO_LANGUAGE and not parsed.language.startswith("x-")
    return str(plain) if named and plain.is_valid() else ""


def nameable(label: str) -> str:
    """A label as it came, "und" where no folder can have it for a name: what stands in one folder counts as one language. None stays none.

    >>> nameable("zh_hk"), nameable("english (us)"), nameable("")
    ('zh_hk', 'und', '')
    """
    return label and language_name(label)


class _Maximal(NamedTuple):
    language: str
    script: str
    region: str


@lru_cache(maxsize=1024)
def _maximal(tag: str) -> _Maximal | None:
    from langcodes import Language

    known = canonical(tag)
    if not known or known == UNKNOWN:
        return None
    shared = Language.get(known)  # by all threads: what one of them fills in while it maximizes, others would read half done
    full = Language(language=shared.language, script=shared.script, territory=shared.territory).maximize()
    return _Maximal(full.language or "", full.script or "", full.territory or "")


@lru_cache(maxsize=1024)
def written(tag: str) -> str:
    """One tag for all that name a language in one script: en for en-US, zh-CN for zh and zh-Hans. The tag itself where it is unknown.

    Traditional Chinese keeps Taiwan and Hong Kong apart.

    >>> written("en-GB"), written("pt-BR"), written("zh-Hans-SG"), written("zh-MO"), written("sr-Latn-RS")
    ('en', 'pt', 'zh-CN', 'zh-HK', 'sr-Latn')
    """
    full = _maximal(tag)
    if full is None:
        return canonical(tag)
    if full.language == "zh":
        return "zh-CN" if full.script == "Hans" else "zh-HK" if _HANT_FAMILY.get(full.region, full.region) == "HK" else "zh-TW"
    usual = _maximal(full.language)
    return full.language if usual and usual.script == full.script else f"{full.language}-{full.script}"


def same(a: str, b: str) -> bool:
    """Whether two tags name one language in one script: zh-CN and zh-Hans do, zh-CN and zh-TW don't. Unknown ones never do."""
    one, other = _maximal(a), _maximal(b)
    return one is not None and other is not None and one[:2] == other[:2]


def needs_translation(source: str, target: str) -> bool:
    """Whether text in `source` has to be translated or converted for readers of `target`; text in an unknown language has to be.

    Regions don't matter (en-US reads en-GB), but for traditional Chinese, whose vocabulary and glyphs differ between Taiwan and Hong Kong.
    """
    one, other = _maximal(source), _maximal(target)
    if one is None or other is None or one[:2] != other[:2]:
        return True
    return one.script == "Hant" and _HANT_FAMILY.get(one.region, one.region) != _HANT_FAMILY.get(other.region, other.region)


def shelf(tag: str, site: Sequence[str]) -> str:
    """The tag of the site that text in this language stands under: one whose readers need no translation of it, or else its own.

    >>> shelf("en-US", ["zh-CN", "en"]), shelf("zh-Hans", ["zh-CN"]), shelf("zh-HK", ["zh-TW"]), shelf("de", ["en"])
    ('en', 'zh-CN', 'zh-HK', 'de')
    """
    return tag if tag in site else next((one for one in site if not needs_translation(tag, one)), tag)


def detect(text: str) -> str:
    """The language, where the script decides it: ja, ko, zh-Hans, zh-Hant, zh, ru, uk, ar, th ... "" for Latin letters and in doubt."""
    found = evidence(text)
    return "" if found == "en" or found.startswith(UNKNOWN) else found


def evidence(text: str) -> str:
    """Everything the letters say, as BCP 47: what `detect` gives, "en" by its function words, "und-Latn" or "und-Cyrl", else ""."""
    text = text[:_SAMPLE]
    counts, words = _letters(text), _LATIN_WORD.findall(text.lower())
    cjk = counts["Hani"] + counts["Kana"] + counts["Hang"]
    # One Han character weighs as much as one Latin word: headlines in Chinese are full of English names.
    if cjk >= 2 and cjk >= len(words):
        return _cjk(text, counts, cjk)
    if found := _alphabet(text, counts):
        return found
    return _latin(words, cjk)


def effective(declared: str, detected: str) -> str:
    """What an item counts as, from its label and `evidence`: the label unless the script contradicts it; "und" when nothing is known.

    A label keeps its region as long as the script agrees. Simplified text under any other label becomes zh-CN, traditional text zh-TW;
    text without kana may still be Japanese, as headlines are. Latin text under a label like zh-HK is "en" or "und".
    """
    label = canonical(declared)
    if label in ("", UNKNOWN):
        return _settled(detected)
    if not detected or _agree(label, detected):
        return label
    language = label.partition("-")[0]
    if language in _LATIN_TOO and detected in ("und-Latn", "en"):
        return f"{language}-Latn"
    return _settled(detected)


def _agree(label: str, detected: str) -> bool:
    one, other = _maximal(label), _maximal(detected)
    script = one.script if one else ""
    if detected.startswith(f"{UNKNOWN}-"):
        return script == detected.removeprefix(f"{UNKNOWN}-")
    if detected == "zh":
        return script in ("Hans", "Hant", "Jpan")
    return other is not None and (script == other.script or (script == "Jpan" and other.language == "zh"))


def _settled(detected: str) -> str:
    if not detected or detected.startswith(UNKNOWN):
        return UNKNOWN
    return {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}.get(detected, detected)


@lru_cache(maxsize=8192)
def _script(character: str) -> str:
    found = _LETTER.match(character)
    return found.lastgroup or "" if found else ""


def _letters(text: str) -> Counter[str]:
    """How many letters of each script."""
    counts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        counts[_script(character)] += count
    del counts[""]
    return counts


def _cjk(text: str, counts: Counter[str], cjk: int) -> str:
    if counts["Hang"] * 2 > cjk:
        return "ko"
    simplified, traditional, japanese = (sum(map(characters.__contains__, text)) for characters in one_sided())
    # Chinese brand names borrow a single の, so it counts only beside other kana.
    if counts["Kana"] * 12 >= cjk - counts["Hang"] or japanese > simplified + traditional:
        return "ja"
    if simplified == traditional:
        return "zh"
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _alphabet(text: str, counts: Counter[str]) -> str:
    others = {script: count for script, count in counts.items() if script not in ("Latn", "Hani", "Kana", "No", "Hang")}
    if not others:
        return ""
    script, count = max(others.items(), key=lambda pair: pair[1])
    if count < 3 or count < counts["Latn"]:
        return ""
    if script == "Cyrl":
        return _cyrillic(text.lower())
    return _arabic(text) if script == "Arab" else _ONE_LANGUAGE[script]


def _cyrillic(text: str) -> str:
    if re.search("[ыэё]", text) and not re.search("[ѐђ-џѣ-ԯ]", text):
        return "ru"
    return "uk" if re.search("[їєґі]", text) and not re.search("[ыэёўђјљњћџәғқңөұү]", text) else f"{UNKNOWN}-Cyrl"


def _arabic(text: str) -> str:
    if re.search("[\u0679\u0688\u0691\u06ba\u06d2]", text):
        return "ur"
    return "fa" if len(re.findall("[\u067e\u0686\u0698\u06af\u06cc]", text)) > 1 else "ar"


def _latin(words: list[str], cjk: int) -> str:
    if len(words) < 6 or cjk * 4 > len(words):
        return ""
    known = sum(map(_ENGLISH.__contains__, words))
    if known >= 2 and known * 12 >= len(words):
        return "en"
    return f"{UNKNOWN}-Latn" if len(words) >= 10 else ""
