"""The kind that finds an article on its page by its looks: what is not navigation, comment or legal notice."""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser
from trafilatura import extract, load_html

from aggregator.core import markup
from aggregator.core.characters import printable
from aggregator.model import Source
from aggregator.sources.address import join, path
from aggregator.sources.article import ArticleBySelector

_PRE_TWICE = re.compile(r"<(/?)pre>\s*<\1pre>")  # what trafilatura makes of code
_MARK = "#.jpg"  # trafilatura takes for a picture only what ends as the name of one does
_MARKED = re.compile(rf'(\ssrc="[^"]*){re.escape(_MARK)}"')


class ArticleByLooks(ArticleBySelector):
    """Reads a page as one entry, as its parent does, without a selector."""

    advice = "Look at the page: if it shows the article without scripts, set full_text to the CSS selector of it."

    def article(self, text: str, page: LexborHTMLParser, source: Source, *, base: str) -> str:
        """The article as HTML, or ""."""
        tree = load_html(text)
        if tree is None:
            return ""
        for image in list(tree.iter("img")):
            _show(image, base)
        found = extract(
            tree, output_format="html", include_images=True, include_links=True, include_formatting=True, include_comments=False
        )
        return _PRE_TWICE.sub(r"<\1pre>", _MARKED.sub(r'\1"', found or ""))


def _show(image: Any, base: str) -> None:
    """Give an image tag its real address, marked as that of a picture; drawings are mostly buttons, and stay for trafilatura to judge."""
    found = dict(image.attrib)
    address = join(base, printable(markup.picture_address(found)))
    if markup.is_pixel(found):
        image.drop_tree()
    elif address and not path(address).lower().endswith(".svg"):
        image.set("src", address + _MARK)
        image.attrib.pop("data-src", None)
