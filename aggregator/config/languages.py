"""Language tags, checked without a language database, which would double the time it takes to read a configuration."""

from __future__ import annotations

import re

from aggregator.config.words import quoted

TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<script>-[a-z]{4})?(?P<region>-(?:[a-z]{2}|[0-9]{3}))?(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,5})",
    re.ASCII | re.IGNORECASE,
)
ISO_639_1 = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff
    fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku
    kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu
    rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo
    wa wo xh yi yo za zh zu
"""
TWO_LETTERS = frozenset(ISO_639_1.split())
MISTAKEN = {  # countries and old habits that feeds and people write for languages
    "chs": "zh-Hans", "cht": "zh-Hant", "cn": "zh-CN", "cz": "cs", "dk": "da", "gr": "el", "hk": "zh-HK", "jp": "ja", "kr": "ko",
    "tw": "zh-TW", "ua": "uk",
}  # fmt: skip


def language(value: str) -> str:
    """A tag of language, script, region and variants in its proper case (RFC 5646 section 2.1); raises ValueError for anything else."""
    tag = _proper(value)
    if not tag:
        likely = MISTAKEN.get(value.lower()) or _proper(value.replace("_", "-"))
        advice = f"; did you mean {likely!r}?" if likely else ""
        raise ValueError(f"{quoted(value)} is no language tag; write one such as en, de or zh-CN{advice}")
    return tag


def _proper(value: str) -> str:
    """The tag in its proper case, or nothing for what is none."""
    match = TAG.fullmatch(value)
    if match is None or value.lower() in MISTAKEN or (len(match["language"]) == 2 and match["language"].lower() not in TWO_LETTERS):
        return ""
    script, region = match["script"] or "", match["region"] or ""
    return match["language"].lower() + script.title() + region.upper() + match["variants"].lower()
