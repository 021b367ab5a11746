"""What is loaded by its first use, as most commands never need it; a daemon loads it at its start, or who is served would wait for it."""

from __future__ import annotations

from importlib import import_module

from aggregator.core import links
from aggregator.core.judging import judged
from aggregator.core.memory import Pair
from aggregator.model import Segment

LATE = (
    "aggregator.comparing", "aggregator.core.compat", "aggregator.core.markdown", "aggregator.core.summary", "aggregator.discovering",
    "aggregator.publishers.feeds", "aggregator.publishers.incidents", "aggregator.publishers.markdown", "aggregator.translators.items",
    "aggregator.wiring.laying",
)  # fmt: skip


def load() -> None:
    """Load all of it, and make the tables that answers are judged by: 0.1 s in all."""
    for module in LATE:
        import_module(module)
    links.http_url("https://news.example/")
    judged(Segment(text="One of them"), "Eins davon", Pair("en", "de"))
