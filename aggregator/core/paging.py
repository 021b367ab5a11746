"""How the older pages of a source are asked for (RFC 5005): like the source itself, but each of them once and as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from aggregator.core import decide
from aggregator.model import PollState, Request, Source


def page_state(source: Source, state: PollState, url: str) -> PollState:
    """The state to read an older page with: nothing of it is held."""
    return replace(decide.first_state(source, now=state.due_at), url=url, interval=state.interval, repeated=state.repeated)


def page_request(source: Source, page: PollState, *, of: PollState, limits: decide.Limits, now: datetime) -> Request:
    """The request for a page that a document links to. Configured headers may be secret: they stay at the document's own origin."""
    same = urlsplit(page.url)[:2] == urlsplit(of.url or source.url)[:2]
    return decide.request_for(source if same else replace(source, headers={}), page, limits=limits, now=now)
