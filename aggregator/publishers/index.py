"""The pages around the feeds for a site without a program behind it: a catalogue, lists for readers, a style sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote

from aggregator.core.characters import one_line
from aggregator.core.feeding import ALL, TAG, heading
from aggregator.core.shelves import Kind, Shelf, of_kind, shelves
from aggregator.core.slugs import feed_path, language_name
from aggregator.model import Document, Feed
from aggregator.publishers.listing import names, only
from aggregator.publishers.opml import opml
from aggregator.publishers.places import MEDIA_TYPES, Format, place

PAGES = "index/"  # the folder of all pages but the first
END = b"</main>\n</body>\n</html>\n"

STYLE = """\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .35rem .5rem; border-bottom: 1px solid #8888; }
th { font-weight: normal; overflow-wrap: anywhere; }
td a { margin-inline-end: .5rem; }
ul { columns: 16rem; padding-inline-start: 1rem; }
"""
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{root}style.css">
{links}</head>
<body>
<main>
<h1>{title}</h1>
<p>{words}</p>
{tables}"""
ADVICE = "Copy an address below into a feed reader, or take {others}."
ALL_LISTS = '<a href="opml.xml">all of them as OPML</a>'
BACK = '<a href="{root}index.html">all feeds</a>'
LINK = '<link rel="alternate" type="{type}" title="{title}" href="{address}">\n'
OPML = "<p>{links}</p>\n"
LIST = '<a href="opml/{name}.xml">{words}</a>'
TABLE = '<h2 id="{language}">{language}</h2>\n{lists}<table>\n{rows}</table>\n'
ROW = '<tr><th scope="row">{title}</th><td>{links}</td></tr>\n'
CONTENTS = '<h2 id="{kind}s">{heading}</h2>\n<ul>\n{rows}</ul>\n'
CHAPTER = '<li><a href="{address}">{span}</a></li>\n'
HEADINGS: dict[Kind, str] = {"source": "Sources", "tag": "Tags"}


def index(
    feeds: Iterable[Feed], *, title: str, base_url: str, formats: Sequence[Format], sources: Iterable[str] = ()
) -> Iterator[Document]:
    """All documents of the root `site`. Pages link relatively; the OPML lists do where there is no base URL.

    `sources` are the names of all, also of those that have brought nothing yet; else of those that have a feed.
    """
    ordered = sorted(feeds, key=_order)
    named: dict[str, list[Feed]] = {}
    for feed in ordered:
        named.setdefault(feed.name, []).append(feed)
    filled = list(_filled(named, sources))
    elsewhere = {name for shelf in filled for name in shelf.names}
    yield home([feed for feed in ordered if feed.name not in elsewhere], filled, title=title, formats=formats)
    for shelf in filled:
        yield page(shelf, [feed for name in shelf.names for feed in named[name]], title=title, formats=formats)
    yield from _lists(ordered, title=title, base_url=base_url, form=formats[0])
    yield Document(root="site", path="style.css", data=STYLE.encode())


def home(feeds: Iterable[Feed], shelves: Iterable[Shelf], *, title: str, formats: Sequence[Format]) -> Document:
    """The first page: the feeds that stand on no other, and what stands on the others, which have all at least one name."""
    ordered = sorted(feeds, key=_order)
    links = "".join(_links(ordered, formats))
    tables = "".join([*_tables(ordered, formats, root="", with_lists=True), *_contents(shelves)])
    return _page("index.html", title, tables, links=links, others=ALL_LISTS)


def page(shelf: Shelf, feeds: Iterable[Feed], *, title: str, formats: Sequence[Format]) -> Document:
    """Another page: the feeds of one shelf."""
    path, ordered = path_of(shelf.kind, shelf.first), sorted(feeds, key=_order)
    root = "../" * path.count("/")
    tables = "".join(_tables(ordered, formats, root=root, with_lists=False))
    return _page(path, f"{title}: {_span(shelf)}", tables, links="", others=BACK.format(root=root))


def path_of(kind: Kind, first: str) -> str:
    """Where the page that goes by a name stands; the one without a name as `-`, which no name becomes."""
    stem = feed_path(first, kind, variant="translation", extension="html").removeprefix(f"{kind}/").removeprefix(TAG) if first else "-.html"
    return f"{PAGES}{kind}/{stem}"


def _page(path: str, title: str, tables: str, *, links: str, others: str) -> Document:
    words, root = ADVICE.format(others=others), "../" * path.count("/")
    text = PAGE.format(title=_text(title) or "Feeds", root=root, links=links, words=words, tables=tables)
    return Document(root="site", path=path, data=text.encode() + END, owner=END)


def _filled(named: Iterable[str], sources: Iterable[str]) -> Iterator[Shelf]:
    """The shelves of what is too much for the first page, with the names that have a feed."""
    there = frozenset(named)
    for shelf in (*shelves(of_kind(sources, "source") or of_kind(there, "source"), "source"), *shelves(of_kind(there, "tag"), "tag")):
        if kept := tuple(name for name in shelf.names if name in there):
            yield shelf._replace(names=kept)


def _lists(feeds: Sequence[Feed], *, title: str, base_url: str, form: Format) -> Iterator[Document]:
    for path, name in [("opml.xml", ""), *((f"opml/{_file(name)}.xml", name) for name in names(feeds))]:
        data = opml(only(feeds, name), title=title, base_url=base_url, form=form, below="../" * path.count("/"))
        yield Document(root="site", path=path, data=data)


def _file(name: str) -> str:
    """A list's name as that of a file: a language may be what an upstream has written."""
    language, dot, variant = name.partition(".")
    return f"{language_name(language)}{dot}{variant}"


def _order(feed: Feed) -> tuple[str, bool, bool, str, bool]:
    return feed.language, feed.name != ALL, feed.name.startswith(TAG), feed.name, feed.variant == "bilingual"


def _links(feeds: Iterable[Feed], formats: Sequence[Format]) -> Iterator[str]:
    """For readers that are given the page's address: the feeds of everything."""
    for feed in (feed for feed in only(feeds, "") if feed.name == ALL):
        for form in formats:
            yield LINK.format(type=MEDIA_TYPES[form], title=_text(heading(feed)), address=_address(feed, form))


def _tables(feeds: Iterable[Feed], formats: Sequence[Format], *, root: str, with_lists: bool) -> Iterator[str]:
    for language, group in groupby(feeds, key=lambda feed: language_name(feed.language)):
        rows = list(group)
        lists = OPML.format(links=" ".join(_list(name) for name in names(rows))) if with_lists else ""
        yield TABLE.format(language=_text(language), lists=lists, rows="".join(_row(feed, formats, root) for feed in rows))


def _contents(shelves: Iterable[Shelf]) -> Iterator[str]:
    for kind, group in groupby(shelves, key=lambda shelf: shelf.kind):
        rows = (CHAPTER.format(address=_text(quote(path_of(kind, shelf.first))), span=_text(_span(shelf))) for shelf in group)
        yield CONTENTS.format(kind=kind, heading=HEADINGS[kind], rows="".join(rows))


def _span(shelf: Shelf) -> str:
    first, last = shelf.names[0].removeprefix(TAG), shelf.names[-1].removeprefix(TAG)
    return first if first == last else f"{first} \N{EN DASH} {last}"


def _list(name: str) -> str:
    return LIST.format(name=_text(_file(name)), words="OPML, bilingual" if name.endswith(".bilingual") else "OPML")


def _row(feed: Feed, formats: Sequence[Format], root: str) -> str:
    links = "".join(f'<a href="{root}{_address(feed, form)}">{form}</a>' for form in formats)
    bilingual = ", bilingual" if feed.variant == "bilingual" else ""
    return ROW.format(title=(_text(feed.title) or _text(feed.name)) + bilingual, links=links)


def _address(feed: Feed, form: Format) -> str:
    return _text(quote(f"feeds/{place(feed, form)}"))


def _text(value: str) -> str:
    return escape(one_line(value))
