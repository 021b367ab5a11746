"""The pages around the feeds for a site without a program behind it: a catalogue, a list for readers, a style sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote

from aggregator.core.characters import one_line
from aggregator.core.slugs import feed_path, language_name
from aggregator.model import Document, Feed
from aggregator.publishers.channel import MEDIA_TYPES, Format
from aggregator.publishers.opml import opml

STYLE = """\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .35rem .5rem; border-bottom: 1px solid #8888; }
th { font-weight: normal; overflow-wrap: anywhere; }
td a { margin-inline-end: .5rem; }
"""
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="style.css">
{links}</head>
<body>
<main>
<h1>{title}</h1>
<p>Copy an address below into a feed reader, or take <a href="opml.xml">all of them as OPML</a>.</p>
{tables}</main>
</body>
</html>
"""
LINK = '<link rel="alternate" type="{type}" title="{title}" href="{address}">\n'
TABLE = '<h2 id="{language}">{language}</h2>\n<table>\n{rows}</table>\n'
ROW = '<tr><th scope="row">{title}</th><td>{links}</td></tr>\n'


def index(feeds: Iterable[Feed], *, title: str, base_url: str, formats: Sequence[Format]) -> list[Document]:
    """The documents of the root `site`. Pages link relatively; the OPML list does where there is no base URL."""
    ordered = sorted(feeds, key=_order)
    page = PAGE.format(title=_text(title) or "Feeds", links="".join(_links(ordered, formats)), tables="".join(_tables(ordered, formats)))
    outlines = opml(ordered, title=title, base_url=base_url, form=formats[0], below="")
    return [
        Document(root="site", path="index.html", data=page.encode()),
        Document(root="site", path="opml.xml", data=outlines),
        Document(root="site", path="style.css", data=STYLE.encode()),
    ]


def _order(feed: Feed) -> tuple[str, bool, bool, str]:
    return feed.language, feed.name != "all", feed.name.startswith("tag/"), feed.name


def _links(feeds: Iterable[Feed], formats: Sequence[Format]) -> Iterator[str]:
    """For readers that are given the page's address: the feeds of everything."""
    for feed in (feed for feed in feeds if feed.name == "all"):
        for form in formats:
            yield LINK.format(type=MEDIA_TYPES[form], title=_text(f"{feed.title} ({feed.language})"), address=_address(feed, form))


def _tables(feeds: Iterable[Feed], formats: Sequence[Format]) -> Iterator[str]:
    for language, group in groupby(feeds, key=lambda feed: language_name(feed.language)):
        yield TABLE.format(language=_text(language), rows="".join(_row(feed, formats) for feed in group))


def _row(feed: Feed, formats: Sequence[Format]) -> str:
    links = "".join(f'<a href="{_address(feed, form)}">{form}</a>' for form in formats)
    return ROW.format(title=_text(feed.title) or _text(feed.name), links=links)


def _address(feed: Feed, form: Format) -> str:
    return _text(quote(f"feeds/{feed_path(feed.name, feed.language, variant=feed.variant, extension=form)}"))


def _text(value: str) -> str:
    return escape(one_line(value))
