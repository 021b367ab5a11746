"""The kind that finds an article on its page by its looks: what is not navigation, comment or legal notice."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser
from trafilatura import extract

from aggregator.model import Source
from aggregator.sources.article import ArticleBySelector

_PRE_TWICE = re.compile(r"<(/?)pre>\s*<\1pre>")  # what trafilatura makes of code


class ArticleByLooks(ArticleBySelector):
    """Reads a page as one entry, as its parent does, without a selector."""

    advice = "Look at the page: if it shows the article without scripts, set full_text to the CSS selector of it."

    def article(self, text: str, page: LexborHTMLParser, source: Source) -> str:
        """The article as HTML, or ""."""
        found = extract(
            text, output_format="html", include_images=True, include_links=True, include_formatting=True, include_comments=False
        )
        return _PRE_TWICE.sub(r"<\1pre>", found or "")
