"""The one cleaner of foreign HTML: what it lets through is safe in every output, absolute and the same on every run."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

import nh3

from aggregator.core.characters import folded, printable

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_PHRASES = frozenset({
    "a", "audio", "b", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "strong", "sub", "sup", "var", "video",
})  # fmt: skip
_TAGS = (BLOCKS - {"center", "fieldset", "form", "nav"}) | _PHRASES | {"source"}
_EMPTY_IS_NOTHING = _TAGS - {"audio", "br", "hr", "img", "source", "td", "th", "video"}
_DROPPED = frozenset({"button", "iframe", "noembed", "noframes", "object", "script", "select", "style", "svg", "template"})
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-actualsrc")
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "audio": {"controls", "src"},
    "blockquote": {"cite"},
    "code": {"class"},
    "img": {"alt", "height", "src", "srcset", "width", *_LAZY},
    "ol": {"reversed", "start"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "video": {"controls", "height", "poster", "src", "width"},
}
_RULES: dict[str, Any] = {
    "tags": set(_TAGS),
    "clean_content_tags": set(_DROPPED),
    "attributes": _ATTRIBUTES,
    "url_schemes": {"http", "https", "mailto"},
    "link_rel": None,
}

_NOSCRIPT = re.compile(r"(?i)</?noscript[^>]*>")  # what it holds is text to the cleaner, yet often the only picture
_DEEPEST = 500  # nh3 takes time quadratic in the depth: 400 s for a megabyte of <div>
_MOST_TAGS = 100_000  # of one text; what reads it, here or where it becomes Markdown, takes half a kilobyte for each
# Void elements, and those whose end tag people leave out.
_UNCLOSED = frozenset({
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "p", "param", "source", "td", "tr",
    "track", "wbr",
})  # fmt: skip
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^<>]*?(/?)>")
# The rest reads the cleaner's own output, where every value stands in double quotes and `<` opens tags only.
_WRITTEN = r'(?:\s[\w-]+="[^"]*")*'
_IMAGE = re.compile(rf"<img({_WRITTEN})>")
_CODE = re.compile(rf"<code({_WRITTEN})>")
_CLASS = re.compile(r'\sclass="([^"]*)"')
_LANGUAGE = re.compile(r"(?<!\S)language-[A-Za-z0-9_+#.-]{1,20}(?!\S)")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_EMPTY = re.compile(rf"<({'|'.join(sorted(_EMPTY_IS_NOTHING))}){_WRITTEN}>(?:\s|&nbsp;)*</\1>")
_MAY_BE_EMPTY = re.compile(rf"<[a-z][a-z0-9]*{_WRITTEN}>(?:\s|&nbsp;)*</")  # what every such place has: the above tries each name
_TWICE = re.compile(r'(<img src="([^"]*)"[^>]*>)\s*<img src="\2"[^>]*>')
_SOURCELESS = re.compile(r"<(audio|video)(?![^>]*\ssrc=)[^>]*>(?:(?!<source)[^<])*</\1>|<source(?![^>]*\ssrc=)[^>]*>")
_PIXEL_HOST = re.compile(r"(?i)//(?:pixel\.|feeds\.feedburner\.com/~|[^/]*feedsportal\.com/|stats\.wordpress\.com/|[^/]*doubleclick\.net/)")


def clean(html: str, base: str) -> str:
    """Safe HTML: no scripts, styles, ids, comments, tracking pixels or invisible characters; of classes only a code's language; http, https
    and mailto URLs only, absolute by `base` or removed. Cleaning what is clean changes nothing.
    """
    if _is_too_much(html):
        return _without_tags(html)
    sanitizer = _sanitizer(base)
    before = printable(_NOSCRIPT.sub("", html))
    for _ in range(6):  # the second pass proves the first; misnested markup needs more
        if before.count("<") > _MOST_TAGS:
            return _without_tags(before)
        after = _tidy(sanitizer.clean(before))
        if after == before:
            return after
        before = after
    return plain_to_html(visible_text(before))


def is_pixel(found: Mapping[str, str]) -> bool:
    """Whether an image tag with these attributes counts readers and shows nothing."""
    return bool(_PIXEL_HOST.search(picture_address(found))) or not {"0", "1"}.isdisjoint((found.get("width"), found.get("height")))


def visible_text(html: str) -> str:
    """What a reader sees, entities decoded: one line a block or `<br>`, white space folded (see characters)."""
    flat = folded(printable(html))
    if _is_too_much(flat):
        flat = entities.unescape(_ANY_TAG.sub("\n", flat))
    elif "<" in flat or "&" in flat:
        flat = entities.unescape(_LAYOUT_TAG.sub("\n", _LAYOUT.clean(_NOSCRIPT.sub("", flat))))
    return "\n".join(filter(None, map(folded, printable(flat).split("\n"))))


def plain_to_html(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, other line breaks become `<br>`. Of very many lines one paragraph is left."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", printable(text)))
    html = "".join(f"<p>{_escaped(part)}</p>" for part in paragraphs if part)
    return html if html.count("<") <= _MOST_TAGS else f"<p>{_escaped(folded(printable(text)))}</p>"


def _escaped(text: str) -> str:
    lines = (folded(line) for line in text.split("\n"))
    return "<br>".join(line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in lines)


@lru_cache(maxsize=256)
def _sanitizer(base: str) -> nh3.Cleaner:
    try:
        if base.startswith(("http://", "https://")):
            return nh3.Cleaner(**_RULES, url_relative=("rewrite_with_base", base))
    except ValueError:  # no URL after all
        pass
    return nh3.Cleaner(**_RULES, url_relative="deny")


_LAYOUT_TAG = re.compile("<[^>]*>")
_LAYOUT = nh3.Cleaner(tags={*BLOCKS, "br"}, clean_content_tags=set(_DROPPED), attributes={}, link_rel=None)


def _is_too_much(html: str) -> bool:
    return html.count("<") > _MOST_TAGS or depth(html) > _DEEPEST


def _without_tags(html: str) -> str:
    return plain_to_html(entities.unescape(_ANY_TAG.sub(" ", html)))


def depth(html: str) -> int:
    """How deep elements stand in one another at most, about; 0 where it can't be too deep."""
    if html.count("<") <= _DEEPEST:
        return 0
    steps = (0 if void or name.lower() in _UNCLOSED else -1 if closing else 1 for closing, name, void in _ANY_TAG.findall(html))
    return max(accumulate(steps), default=0)


def _tidy(html: str) -> str:
    html = _TWICE.sub(r"\1", _IMAGE.sub(_image, printable(html)))
    html = _SOURCELESS.sub("", html)
    if " class=" in html:
        html = _CODE.sub(_code, html)
    for _ in range(8):
        if not _MAY_BE_EMPTY.search(html):
            break
        html, emptied = _EMPTY.subn("", html)
        if not emptied:
            break
    return html.strip()


def _code(match: re.Match[str]) -> str:
    """A code tag whose class, if any, is the name of a language."""
    return f"<code{_CLASS.sub(_language, match[1])}>"


def _language(match: re.Match[str]) -> str:
    found = _LANGUAGE.search(match[1])
    return f' class="{found[0]}"' if found else ""


def _image(match: re.Match[str]) -> str:
    """An image tag with its real address, or nothing for a tracking pixel and for what has no address."""
    found = dict(_ATTRIBUTE.findall(match[1]))
    address = picture_address(found)
    if not address or is_pixel(found):
        return ""
    kept = "".join(f' {name}="{found[name]}"' for name in ("alt", "width", "height", "lang", "dir") if found.get(name))
    return f'<img src="{address}"{kept}>'


def picture_address(found: Mapping[str, str]) -> str:
    """The address of an image with these attributes, or "". Pages that load it late put a stand-in, or nothing, where it belongs."""
    candidates = (*(found.get(name, "") for name in _LAZY), found.get("src", ""), *found.get("srcset", "").split()[:1])
    return next((candidate for candidate in candidates if candidate and not candidate.startswith(("data:", "mailto:"))), "")
