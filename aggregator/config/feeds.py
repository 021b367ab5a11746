"""What a configuration says of the feeds that are published."""

from __future__ import annotations

from pydantic import Field

from aggregator.config.table import Table
from aggregator.config.templates import SummaryTemplate, TitleTemplate
from aggregator.config.values import AnyUrl, SomeFormats
from aggregator.core.templates import PLAIN, Templates


class Feeds(Table):
    """What is published."""

    limit: int = Field(default=50, ge=1, le=5000, description="Most items of a feed.")
    formats: SomeFormats = Field(default=("rss", "atom", "json"), description="Formats that every feed is written in.")
    bilingual: bool = Field(default=True, description="Write a bilingual variant of every translated feed.")
    title: TitleTemplate = Field(
        default=PLAIN.title, description="Titles of entries: text with {title}, {original}, {source}, {language} (the original's)."
    )
    summary: SummaryTemplate = Field(default=PLAIN.summary, description="Summaries of entries: the same with {summary}.")
    bilingual_title: TitleTemplate = Field(default=PLAIN.bilingual_title, description="Titles in bilingual variants.")
    bilingual_summary: SummaryTemplate = Field(default=PLAIN.bilingual_summary, description="Summaries in bilingual variants.")
    websub: AnyUrl = Field(default="", description="A WebSub hub that feeds name, and that is told when they change; default: none.")

    @property
    def templates(self) -> Templates:
        """What titles and summaries are made of."""
        return Templates(
            title=self.title, summary=self.summary, bilingual_title=self.bilingual_title, bilingual_summary=self.bilingual_summary
        )
