"""Titles and bodies that are made to break what is made of them: more than four hundred of each class, the same in every run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle, islice, product
from random import Random

EACH = 420
_WORDS = ["Zinsen", "steigen", "市場", "利率", "मौसम", "اقتصاد", "рынок", "économie", "株価", "stocks", "&", "bonds", "5", "<", "6"]
_XSS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/a.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi xlink:href='data:text/html,<script>alert(1)</script>'>x</mi></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html;base64,PHNjcmlwdD4='></object>",
    "<embed src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<body onload=alert(1)>",
    "<form action='javascript:alert(1)'><input type=submit></form>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<video><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><script>alert(1)</script>]]>",
    "[x](javascript:alert(1))",
    '![x](x"onerror="alert(1))',
    "<<script>alert(1)//<</script>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "</title><script>alert(1)</script>",
    "</content><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>",
    '<img src="x" alt="`<script>alert(1)</script>">',
    '<a href="http://x.example/" onclick=alert(1) onmouseover=alert(1)>x</a>',
)
_PIECES: dict[str, tuple[str, ...]] = {
    "control characters": (*map(chr, (*range(1, 32), *range(127, 160))), "\r\n", "\x1b[31m", "\x0b\x0c"),
    "NUL": ("\0", "a\0b", "\0\0\0", "&#0;", "&#x0;", "\\0", "%00"),
    "surrogates": ("\ud800", "\udfff", "\ud83d", "\ude00", "\ude00\ud83d", "&#xD800;", "\\ud800", "\ufffe", "\uffff",
        "\U0001fffe"),
    "entities": ("&amp;", "&lt;b&gt;", "&amp;lt;", "&nbsp;", "&#39;", "&#x3C;", "&unknown;", "&", "&#", "&#x110000;",
        "&copy", "&#128;", "&;"),
    "markup": ("<b>", "</b>", "<p>", "<", ">", "<br/>", "<a href=/x>", "</div>", "<table><tr><td>", "<x:y>", "< b",
        "<?php ?>", "<!DOCTYPE x>"),
    "CDATA": ("]]>", "<![CDATA[", "]]]]><![CDATA[>", "]]&gt;", "<![CDATA[x]]>", "]]", "<![cdata["),
    "comments": ("<!--", "-->", "--", "--!>", "<!-->", "<!---->", "<!-- a -- b -->"),
    "shortcodes": ("{{< x >}}", "{{% x %}}", "{{", "}}", "{{</* x */>}}", "{{ .Site }}", "{%raw%}", "{{<x", "[x]: y",
        "{.class onclick=x}"),
    "bidi": ("\u202e", "\u202d", "\u202a", "\u2066", "\u2067", "\u2069", "\u200f", "\u200e", "\u061c", "שלום",
        "مرحبا", "\ufeff", "\u200b"),
    "emoji": ("😀", "👩‍👩‍👧‍👦", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽", "❤️", "e\u0301\u0302\u0303", "\u200d", "\ufe0f", "🧑🏻‍🚀",
        "\U000e0041"),
    "front matter": ("---", "+++", ": ", "- ", "#", "!!python/object", "&a *a", "\"", "'", "\\", "%YAML", "|", ">",
        "@", "`", "\u2028", "\x85", "[", "{"),
    "separators": ("\u2028", "\u2029", "\x85", "\u00a0", "\u3000", "\u2003", "\t", "\n\n", "\x1c", "\x1d", "\x1e", "\u1680"),
    "addresses": ("https://a.example/?a=b&c=d", "//a", "http://[::1", "%zz", "file:///etc/passwd", "../..",
        "mailto:a@b.example", "a@b", "?", "#"),
}  # fmt: skip


def hostile() -> dict[str, list[str]]:
    """The texts of every class."""
    made = {name: _distinct(_mixed(pieces, Random(name))) for name, pieces in _PIECES.items()}
    return made | {"XSS": _distinct(_vectors()), "huge": _distinct(_huge())}


def _distinct(texts: Iterator[str]) -> list[str]:
    seen: dict[str, None] = {}
    return list(islice((seen.setdefault(text, None) or text for text in texts if text not in seen), EACH))


def _mixed(pieces: tuple[str, ...], random: Random) -> Iterator[str]:
    """Each piece alone, at either end and in the middle; then mixtures of several, some without any harmless word."""
    for piece, form in product(pieces, ("{0}", "{0} x", "x {0}", "x{0}x", "{0}{0}{0}")):
        yield form.format(piece)
    while True:
        parts = [random.choice(pieces) if random.random() < 0.6 else random.choice(_WORDS) for _ in range(random.randint(2, 9))]
        yield random.choice(("", " ")).join(parts)


def _vectors() -> Iterator[str]:
    """The vectors as they are, and in disguises that undo one cleaning."""
    disguises: tuple[Callable[[str], str], ...] = (
        str,
        str.upper,
        lambda text: text.replace("<", "&lt;").replace(">", "&gt;"),
        lambda text: text.replace("script", "scr<script>ipt"),
        lambda text: text.replace("<", "<\0"),
        lambda text: text.replace(" ", "\x0c"),
        lambda text: f"harmless {text} harmless",
        lambda text: f"<p>{text}",
        lambda text: f'"><{text}',
        lambda text: text.replace("a", "&#97;"),
        lambda text: text.replace(":", "&colon;"),
        lambda text: f"`{text}`\n\n    {text}",
    )
    for first, second, vector in product(disguises, disguises, _XSS):
        yield first(second(vector))


def _huge() -> Iterator[str]:
    for number, piece in enumerate(cycle(("word ", "字", "x", "&amp;", "<b>", "]]>", "\u202e", "😀", "<p>a</p>", "&", "[", "*a* ", "\n"))):
        yield piece * ((10_000 if number % 60 == 59 else 100) + number)
