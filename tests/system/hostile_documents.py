"""Documents that are made to break whoever reads them. Each is a body as it would come, by name."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from html import escape
from typing import Any

MB = 2**20
HEAD = "<rss version='2.0'><channel><title>t</title><link>https://e.example/</link>"
TAIL = "</channel></rss>"


def rss(inside: str, *, head: str = "") -> bytes:
    """A feed around some items."""
    return f"<?xml version='1.0' encoding='utf-8'?>{head}{HEAD}{inside}{TAIL}".encode("utf-8", "surrogatepass")


def item(*, title: str = "t", body: str = "", more: str = "") -> bytes:
    """A feed of one item, with its title and body as HTML."""
    return rss(f"<item><guid>1</guid><title>{escape(title)}</title><description>{escape(body)}</description>{more}</item>")


def jsonfeed(**fields: Any) -> bytes:
    """A JSON Feed of one item."""
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": "1", "title": "t"} | fields]}
    return json.dumps(document).encode()


def laughs() -> bytes:
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    return rss("<item><title>&l9;</title></item>", head=f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{entities}]>")


def quadratic() -> bytes:
    return rss(f"<item><title>{'&a;' * 100_000}</title></item>", head=f"<!DOCTYPE rss [<!ENTITY a '{'a' * 100_000}'>]>")


def external() -> bytes:
    entities = "<!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY % p SYSTEM 'http://127.0.0.1:9/x.dtd'> %p;"
    return rss("<item><title>&f;root</title></item>", head=f"<!DOCTYPE rss [{entities}]>")


XML: dict[str, Callable[[], bytes]] = {
    "billion laughs": laughs,
    "quadratic entities": quadratic,
    "external entities": external,
    "endless document type": lambda: rss("", head="<!DOCTYPE rss [" + "<!ENTITY x 'y'>" * 80_000),
    "attribute flood": lambda: rss("<item " + " ".join(f"a{n}='x'" for n in range(100_000)) + "/>"),
    "attributes without values": lambda: rss("<item " + "a " * 500_000),
    "an attribute of a megabyte": lambda: rss(f"<item a='{'x' * MB}'/>"),
    "quotes that never end": lambda: rss("<item a='" * 150_000),
    "comment flood": lambda: rss("<!--" * 350_000),
    "comments that end": lambda: rss("<!---->" * 200_000),
    "instruction flood": lambda: rss("<?x" * 400_000),
    "declaration flood": lambda: rss("<!D" * 400_000),
    "namespace flood": lambda: rss("<item " + " ".join(f"xmlns:n{n}='u:{n}'" for n in range(30_000)) + "/>"),
    "namespaces one in another": lambda: rss("".join(f"<n{n}:a xmlns:n{n}='u:{n}'>" for n in range(20_000))),
    "deep XML": lambda: rss("<a>" * 300_000),
    "deep items": lambda: rss("<item>" * 300_000),
    "deep and closed": lambda: rss("<a>" * 100_000 + "</a>" * 100_000),
    "ends without beginnings": lambda: rss("</item>" * 500_000),
    "character data floods": lambda: rss("<item><title>" + "<![CDATA[" * 200_000),
    "character data in pieces": lambda: rss("<item><description>" + "<![CDATA[x]]>" * 150_000 + "</description></item>"),
    "angle brackets": lambda: rss("<" * 2 * MB),
    "ampersands": lambda: rss("<item><title>" + "&" * MB + "</title></item>"),
    "references without end": lambda: rss("<item><title>" + "&#" * MB),
    "a reference of a million digits": lambda: rss(f"<item><title>&#{'9' * MB};</title></item>"),
    "many tiny items": lambda: rss("<item/>" * 300_000),
    "many items": lambda: rss("".join(f"<item><guid>{n}</guid><title>t {n}</title></item>" for n in range(20_000))),
    "many links": lambda: item(more="<link>https://e.example/</link>" * 100_000),
    "many enclosures": lambda: item(more="".join(f"<enclosure url='https://e.example/{n}'/>" for n in range(50_000))),
    "many categories": lambda: item(more="".join(f"<category>{n}</category>" for n in range(50_000))),
    "many authors": lambda: item(more="<author>a@e.example (A)</author>" * 50_000),
    "an entry of nine megabytes": lambda: rss(
        "<item><guid>1</guid><title>t</title><description>" + "word " * (9 * MB // 5) + "</description></item>"
    ),
    "a hundred thousand items": lambda: rss("".join(f"<item><guid>{n}</guid></item>" for n in range(100_000))),
    "an hour of many digits": lambda: rss(
        f"<skipHours><hour>{'9' * 100_000}</hour></skipHours><ttl>{'9' * 100_000}</ttl><item><title>t</title></item>"
    ),
    "zeros": lambda: b"\0" * 5 * MB,
    "zeros in a feed": lambda: rss("<item><title>a\0b</title></item>" + "\0" * MB),
    "UTF-7": lambda: b"<?xml version='1.0' encoding='utf-7'?>+ADw-rss version=+ACI-2.0+ACIAPgA8-channel+AD4-" + b"+ADw-item+AD4-" * 50_000,
    "half a UTF-16": lambda: b"\xff\xfe" + rss("<item><title>" + "\U0001f600" * 100_000).decode().encode("utf-16-le")[:-1],
    "UTF-16 that says UTF-8": lambda: rss("<item><title>x</title></item>").decode().encode("utf-16-be"),
    "lone surrogates": lambda: rss("<item><title>\ud800" + "\udfff" * 100_000 + "</title></item>"),
    "gzip inside": lambda: gzip.compress(rss("<item/>" * 1_000_000)),
    "noise": lambda: bytes(n * n * 31 % 251 for n in range(MB)),
}
TEXTS: dict[str, Callable[[], bytes]] = {
    "a huge title": lambda: item(title="word " * MB),
    "a huge text": lambda: item(body="word " * MB),
    "a huge word": lambda: item(title="x" * 4 * MB, body="x" * 4 * MB),
    "bold without end": lambda: item(body="<b>" * 100_000),
    "tables without end": lambda: item(body="<table>" * 100_000),
    "formatting that crosses": lambda: item(body="<b><i><a href='/x'></b></i>" * 30_000),
    "tables in cells": lambda: item(body="<table><tr><td>" * 50_000),
    "just not too deep": lambda: item(body=("<div>" * 490 + "x" + "</div>" * 490) * 200),
    "lists in lists": lambda: item(body="<ul><li>" * 490 + "x"),
    "scripts in a title": lambda: item(title="<script>" * 100_000),
    "comments in a title": lambda: item(title="<!--" * 250_000),
    "tags in a title": lambda: item(title="<a " * 300_000),
    "entities in a title": lambda: item(title="&amp;" * 300_000 + "&#x" * 100_000),
    "spaces": lambda: item(title=" " * MB + "x", body=" \n" * 500_000 + "x"),
    "empty elements": lambda: item(body="<p> </p>" * 150_000),
    "pictures": lambda: item(body="<img src=x>" * 100_000),
    "emphasis": lambda: item(body="<em>*_</em>" * 50_000),
    "brackets": lambda: item(body="[" * 200_000 + "](" * 100_000),
    "asterisks": lambda: item(body="*" * 2_000_000),
    "backticks": lambda: item(body="`" * 2_000_000),
    "signs in words": lambda: item(body="a*b_" * 500_000),
    "lines": lambda: jsonfeed(content_text="a\n" * 500_000),
    "line breaks": lambda: item(body="<br>a" * 400_000),
    "paragraphs": lambda: item(body="<p>a</p>" * 250_000),
    "short wrapped lines": lambda: jsonfeed(content_text=("word " * 14 + "\n") * 20_000),
    "an image source of megabytes": lambda: item(body=f"<img src='data:image/png;base64,{'A' * 4 * MB}'>"),
    "a date of a million digits": lambda: item(more=f"<pubDate>{'1' * MB}</pubDate>"),
    "a date of many parts": lambda: item(more=f"<pubDate>{'1:' * 300_000}</pubDate>"),
    "a date of spaces": lambda: item(more=f"<pubDate>Tue, 10 Mar 2026{' ' * 500_000}x</pubDate>"),
    "an address of megabytes": lambda: item(more=f"<link>https://e.example/{'../' * 500_000}</link>"),
    "an address of percents": lambda: item(more=f"<link>https://e.example/?{'%&a=' * 200_000}</link>"),
    "a host of dots": lambda: item(more=f"<link>https://{'a.' * 300_000}/</link>"),
    "an id of megabytes": lambda: jsonfeed(id="x" * 3 * MB),
}
JSON: dict[str, Callable[[], bytes]] = {
    "a million arrays": lambda: b"[" * 1_000_000,
    "a million objects": lambda: b'{"a":' * 1_000_000,
    "closed arrays": lambda: b"[" * 100_000 + b"]" * 100_000,
    "many empty objects": lambda: b'{"version":"https://jsonfeed.org/version/1","items":[' + b"{}," * 3_000_000 + b"{}]}",
    "a huge number": lambda: b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"9" * MB + b"}]}",
    "a huge float": lambda: b'{"version":"https://jsonfeed.org/version/1","items":[{"id":1e999999,"title":"t"}]}',
    "the same key again": lambda: b"{" + b'"items":[],' * 300_000 + b'"version":"https://jsonfeed.org/version/1"}',
    "many keys": lambda: b"{" + b",".join(b'"k%d":1' % n for n in range(500_000)) + b"}",
    "escaped surrogates": lambda: b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"' + rb"\ud800" * 500_000 + b'"}]}',
    "backslashes": lambda: b'{"a":"' + b"\\" * (2 * MB + 1),
    "tags by the thousand": lambda: jsonfeed(tags=[str(n) for n in range(200_000)]),
    "attachments by the thousand": lambda: jsonfeed(attachments=[{"url": f"https://e.example/{n}"} for n in range(60_000)]),
}
DOCUMENTS = XML | TEXTS | JSON
