"""Line breaks that only broke a line, in plain text and in HTML; macros that only their own site can fill in."""

from __future__ import annotations

import html as entities
import re

from aggregator.core.characters import CJK, printable
from aggregator.core.sanitize import BLOCKS

_MACRO = re.compile(r"\[\[[a-z]\w*\s*\|[^\[\]]*\]\]")
# A body that was plain text before somebody turned its line breaks into tags: nothing else in it is markup.
_WRAPPED_PLAIN = re.compile(r"\s*<div>([^<]*(?:<br ?/?>[^<]*)*)</div>\s*", re.IGNORECASE)
_BREAK_TAG = re.compile(r"<br ?/?>", re.IGNORECASE)
_BREAK = re.compile(r"(?P<before>[^\s])(?P<space> *)\n(?! *\n) *(?P<after>[^\s])")
# Of white space within a line what is not kept: runs, tabs, and what stands at an end of the line.
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n \u00a0\u202f\u3000]|[^\S\n](?=\n)|(?<=\n)[^\S\n]")
_CJK = re.compile(f"[{CJK}]")
_SENTENCE_ENDS = (".", "!", "?", ":", "…", "。", "！", "？", "：")
_CLAUSE_ENDS = (*_SENTENCE_ENDS, ";", "；")
_CLOSERS = "\"'”’」』)）"
_LAID_OUT = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
LINE_BORDER = re.compile(rf"(<br>|</?(?:{'|'.join(sorted(BLOCKS))})\b[^>]*>)")
_ANY_TAG = re.compile(r"<[^>]*>")
_SOFT_CJK = re.compile(f"(?<=[{CJK}])[ \t]*\n[ \t\n]*(?=[{CJK}])")
_FULL_LINE = 60  # characters: what breaks sooner is a poem, an address, a list
_ENOUGH = 200  # characters of a line, to tell whether it is full and how it ends
_STARTS_ITEM = re.compile(r"[-–—*>|#+]\s|[•·●■◆▪►①-⑳]|\d{1,3}[.)、](?!\d)")


def without_macros(text: str) -> str:
    """The text without `[[name |...]]`, nested ones included."""
    count = 1
    while count:
        text, count = _MACRO.subn("", text)
    return text


def plain_body(html: str) -> str | None:
    """The plain text that stands behind `<div>...<br />...</div>`, or None where there is other markup."""
    found = _WRAPPED_PLAIN.fullmatch(html)
    if not found:
        return None
    return _BREAK_TAG.sub("\n", found[1].replace("\n<br", "<br").replace("\n", " "))


def joined(text: str) -> str:
    """Plain text with entities decoded and with line breaks in mid-sentence gone: a space for them, or nothing between CJK characters.

    A break counts as such where a space stands before it, which is how wrapped lines arrive, or a lower-case letter after it, and where no
    sentence ends and no list item begins there. Blank lines and other breaks stay.
    """
    return _SPACES.sub(" ", _BREAK.sub(_join, _even(text)))


def breaks_sentences(text: str) -> bool:
    """Whether `joined` would join lines of this plain text."""
    return "\n" in text and any("\n" not in _join(match) for match in _BREAK.finditer(_even(text)))


def html_breaks_sentences(html: str) -> bool:
    """Whether foreign HTML has a `<br>` in mid-sentence."""
    lines = _BREAK_TAG.sub("<br>", html)
    if "<br>" not in lines:
        return False
    plain = plain_body(without_macros(lines))
    return breaks_sentences(plain) if plain is not None else any(_without_breaks(part) != part for part in _LAID_OUT.split(lines)[::2])


def _even(text: str) -> str:
    """Plain text without macros, with entities decoded, spaces evened and blank lines single."""
    text = _SPACES.sub(" ", printable(entities.unescape(without_macros(text))))
    return re.sub(r" *\n(?: *\n)+ *", "\n\n", text.strip())


def unwrapped(html: str) -> str:
    """Clean HTML without breaks in mid-sentence. What is in `<pre>` stays.

    A `<br>` between a full line that ends no sentence and a small letter becomes a space. Between CJK characters a line break of the
    source is nothing (CSS Text 3 section 4.1.3).
    """
    if "<br>" not in html and "\n" not in html:
        return html
    parts = _LAID_OUT.split(html)
    parts[::2] = (_without_soft_breaks(_without_breaks(part)) for part in parts[::2])
    return "".join(parts)


def _without_soft_breaks(html: str) -> str:
    return html if html.isascii() or "\n" not in html else _SOFT_CJK.sub("", html)


def _without_breaks(html: str) -> str:
    if "<br>" not in html:
        return html
    pieces, line = LINE_BORDER.split(html), ""
    for place in range(0, len(pieces) - 1, 2):
        line = (line + entities.unescape(_ANY_TAG.sub("", pieces[place])))[-_ENOUGH:]
        if pieces[place + 1] == "<br>" and _goes_on(line, pieces[place + 2]):
            pieces[place + 1], line = " ", f"{line} "
        else:
            line = ""
    return "".join(pieces)


def _goes_on(line: str, after: str) -> bool:
    line = " ".join(line.split())
    return len(line) >= _FULL_LINE and after.lstrip()[:1].islower() and not line[-5:].rstrip(_CLOSERS).endswith(_CLAUSE_ENDS)


def _join(match: re.Match[str]) -> str:
    before, after = match["before"], match["after"]
    if _sentence_ends(match) or not (match["space"] or after.islower()) or _STARTS_ITEM.match(match.string, match.start("after")):
        return f"{before}\n{after}"
    between = "" if _CJK.match(before) and _CJK.match(after) else " "
    return f"{before}{between}{after}"


def _sentence_ends(match: re.Match[str]) -> bool:
    end = match.end("before")
    return match.string[max(0, end - 5) : end].rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)
