"""The kind that reads an article from its own page, by a CSS selector."""

from __future__ import annotations

from collections.abc import Sequence, Set
from importlib.util import find_spec

from selectolax.lexbor import LexborHTMLParser

from aggregator.core import markup
from aggregator.core.characters import one_line
from aggregator.core.links import public_url
from aggregator.errors import ParseError
from aggregator.model import Fetched, ParsedFeed, RawItem, Source
from aggregator.sources.diagnosis import is_wall, refusal, root
from aggregator.sources.encoding import decode
from aggregator.sources.pagelinks import DEEPEST, base_of
from aggregator.sources.selecting import is_selector, outermost

NO_SELECTOR = 'is no CSS selector; write one such as "article .body", or true to find the article by its looks'
NO_EXTRACTOR = (
    'needs what is not installed here: pip install "aggregator[extract]", or write the CSS selector of the article instead of true'
)


def problems(source: Source) -> Sequence[tuple[str, str]]:
    """What is wrong with `full_text`, as (key, message) pairs. Whether the library for it is there is seen without loading it."""
    if isinstance(source.full_text, str):
        return [] if is_selector(source.full_text) else [("full_text", NO_SELECTOR)]
    return [("full_text", NO_EXTRACTOR)] if source.full_text and not find_spec("trafilatura") else []


class ArticleBySelector:
    """Reads a page as one entry: its text is what `selector` finds, its title, link and summary are what the feed had.

    All four stand in `options`. Images and links are absolute by the page that was read.
    """

    advice = "The site may have been rebuilt: look at the page's source and correct full_text."

    def problems(self, source: Source) -> Sequence[tuple[str, str]]:
        """What is wrong with `full_text`."""
        return problems(source)

    def parse(self, source: Source, fetched: Fetched, *, known: Set[str] = frozenset()) -> ParsedFeed:
        """The one entry. Raises ParseError where the page has no article."""
        url, item = public_url(fetched.url), source.options
        text = _text(source, fetched)
        page = LexborHTMLParser(text)
        head = page.css_first("title")
        if head and is_wall(one_line(head.text())) and not is_wall(item["title"]):
            raise refusal(text, fetched, wanted="an article")
        base = base_of(page, url)
        html = markup.clean(self.article(text, page, source, base=base), base)
        if not markup.visible_text(html):
            raise ParseError(f"{url}: no article was found on the page", kind="empty", advice=self.advice)
        entry = RawItem(title=item["title"], title_is_text=True, link=item["link"], summary=item["summary"], html=html, base=base)
        return ParsedFeed(entries=(entry,), link=item["link"])

    def article(self, text: str, page: LexborHTMLParser, source: Source, *, base: str) -> str:
        """The article as HTML, or "". What is relative on the page is so by `base`."""
        return "".join(element.html or "" for element in outermost(page.css(source.options["selector"])))


def _text(source: Source, fetched: Fetched) -> str:
    text, _ = decode(fetched.body, content_type=fetched.headers.get("content-type", ""), language=source.language)
    if root(text) not in ("", "html") or "<" not in text or text.lstrip().startswith(("{", "[")):
        raise refusal(text, fetched, wanted="a page")
    if markup.depth(text) > DEEPEST:
        raise ParseError(f"{public_url(fetched.url)}: the page is nested more than {DEEPEST} deep", advice="Look at it in a browser.")
    return text
