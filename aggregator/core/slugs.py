"""Names of files, made so that nothing an upstream sends can leave the folder, hide, collide or be too long for a file system."""

from __future__ import annotations

import re
import unicodedata
from hashlib import md5
from typing import Literal

from aggregator.core.patterns import late

_LEGIBLE = 40  # characters of an id that stand in a name for people to recognize
NAME_BYTES = 255  # of one path component on every file system in use

_TERM_BYTES = 150  # so that what a site's generator adds still fits
_ONE_LEVEL = str.maketrans("/\\", "\uff0f\uff3c")

_ITEM_NAME = late(r"[a-z0-9][a-z0-9-]{0,63}")
_SOURCE_NAME = late(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}(?<!\.bilingual)(?<!\.)")
_TAG_NAME = late(r"[a-z0-9][a-z0-9_-]{0,63}(?<!-[0-9a-f]{10})")
_LANGUAGE = late(r"[A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8}){0,7}")
_DEVICE = late(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")  # file names that Windows keeps for itself
_BUNDLE = late(r"_?index(\..*)?", re.IGNORECASE)  # to Hugo its folder's own page (a page bundle), or the file of that
_SCHEME = late(r"^[a-z][a-z0-9+.-]*:(//)?(www\.)?")
_FORBIDDEN = late(r'[\\/*?:"<>|]')  # rule R1 of the reference format
_UNPRINTABLE = late("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def short(item_id: str) -> str:
    """Twelve hexadecimal digits that stand for an item: the first of its UUID."""
    digits = item_id.replace("-", "")[:12].lower()
    return digits if re.fullmatch("[0-9a-f]{12}", digits) else _digest(item_id)[:12]


def item_name(guid: str, item_id: str) -> str:
    """A file name of `[a-z0-9-]`: the guid where it is one already, else its last 40 legible characters and the item's short id."""
    if _ITEM_NAME.fullmatch(guid) and not _DEVICE.fullmatch(guid) and not _BUNDLE.fullmatch(guid):
        return guid
    return f"{_legible(guid)}-{short(item_id)}".lstrip("-")


def reference_name(stem: str, language: str, *, item_id: str) -> str:
    """The reference format's file name without `.md`: exact where a file system and Hugo can take it, else as `distinct_name`."""
    kept = _FORBIDDEN.sub("", stem)
    name = f"{kept}.{language}"
    if kept and not _UNPRINTABLE.search(kept) and not _BUNDLE.fullmatch(kept) and len(name.encode()) + len(".md") <= NAME_BYTES:
        return name
    return distinct_name(stem, language, item_id=item_id)


def distinct_name(stem: str, language: str, *, item_id: str) -> str:
    """`<stem>-<short id>.<language>`, the stem cut so that `.md` still fits behind it."""
    tail = f"-{short(item_id)}.{language}"
    room = NAME_BYTES - len(tail) - len(".md")
    kept = _UNPRINTABLE.sub("", _FORBIDDEN.sub("", stem)).encode()[:room].decode(errors="ignore")
    return f"{kept}{tail}".removeprefix("-")


def language_name(tag: str) -> str:
    """The language as a folder and a part of a file name; what can't be a tag counts as undetermined, `und` (RFC 5646)."""
    return tag if _LANGUAGE.fullmatch(tag) else "und"


def folder_name(folder: str, *, default: str) -> str:
    """A source's folder, one or more levels deep, without the parts and characters that could lead elsewhere."""
    parts = (_UNPRINTABLE.sub("", _FORBIDDEN.sub("", part)).strip() for part in folder.split("/"))
    kept = [part.encode()[:NAME_BYTES].decode(errors="ignore") for part in parts if part.strip(".")]
    return "/".join(kept) or _legible(default) or "unnamed"


def is_term(text: str) -> bool:
    """Whether a text can be a term of a site's taxonomy: Hugo makes a path of it, each `/` a level, and leaves most signs out."""
    return len(text.encode(errors="replace")) <= _TERM_BYTES and all(map(_has_substance, re.split(r"[/\\]", text)))


def term(text: str) -> str:
    """The text as a term that has one level and is short enough; empty where nothing in it is a letter or digit."""
    kept = text.translate(_ONE_LEVEL).encode(errors="replace")[:_TERM_BYTES].decode(errors="ignore").strip()
    return kept if _has_substance(kept) else ""


def feed_path(name: str, language: str, *, variant: Literal["translation", "bilingual"], extension: str, archive: int = 0) -> str:
    """Where a feed stands under the feeds' root, and below `/feeds/` in its URL: `zh-CN/all.rss`, `en/tag/markets.bilingual.atom`.

    Its archives stand in a folder of their own: `zh-CN/archive/all/12.rss`.
    """
    tag = name.removeprefix("tag/")
    stem = _feed_part(name, _SOURCE_NAME) if tag == name else f"tag/{_feed_part(tag, _TAG_NAME)}"
    middle = ".bilingual" if variant == "bilingual" else ""
    if archive:
        return f"{language_name(language)}/archive/{stem}{middle}/{archive}.{extension}"
    return f"{language_name(language)}/{stem}{middle}.{extension}"


def feed_stem(path: str) -> tuple[str, str]:
    """The language and the feed that a path of `feed_path` belongs to, whatever its variant, format and archive: ("en", "tag/markets")."""
    language, _, rest = path.partition("/")
    if rest.startswith("archive/"):
        return language, rest.removeprefix("archive/").rpartition("/")[0].removesuffix(".bilingual")
    return language, rest.rpartition(".")[0].removesuffix(".bilingual")


def _has_substance(part: str) -> bool:
    return any(map(str.isalnum, part))


def _feed_part(text: str, legal: re.Pattern[str]) -> str:
    return text if legal.fullmatch(text) else f"{_legible(text)}-{_digest(text)[:10]}".lstrip("-")


def _legible(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", _SCHEME.sub("", text.lower())).encode("ascii", "ignore").decode()
    whole = re.sub("[^a-z0-9]+", "-", ascii_text).strip("-")
    kept = whole[-_LEGIBLE:]
    broken = len(whole) > len(kept) and whole[-len(kept) - 1] != "-"  # in the middle of a word
    return ((kept.partition("-")[2] if broken else "") or kept).strip("-")


def _digest(text: str) -> str:
    return md5(text.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()
