"""The nouns: frozen values that every stage passes on, and nothing else. Times are aware UTC, durations timedelta, texts str."""

from __future__ import annotations

from aggregator.model.exchange import NOTHING, Failed, FailureKind, Fetched, NotModified, Outcome, Request
from aggregator.model.items import Alias, Change, Completed, Item, Media, ParsedFeed, RawItem
from aggregator.model.moments import LONG_AGO
from aggregator.model.polling import (
    Block,
    FilterField,
    IdentityPolicy,
    Polled,
    PollState,
    Profile,
    Pruned,
    Retention,
    Rule,
    Source,
    Subscription,
    Validators,
    Wait,
)
from aggregator.model.publishing import Document, Feed, Mark, Page, Published
from aggregator.model.translating import NO_HINTS, Capacity, Codec, Hints, Job, Segment, Term, Translated, Translation

__all__ = [
    "LONG_AGO",
    "NOTHING",
    "NO_HINTS",
    "Alias",
    "Block",
    "Capacity",
    "Change",
    "Codec",
    "Completed",
    "Document",
    "Failed",
    "FailureKind",
    "Feed",
    "Fetched",
    "FilterField",
    "Hints",
    "IdentityPolicy",
    "Item",
    "Job",
    "Mark",
    "Media",
    "NotModified",
    "Outcome",
    "Page",
    "ParsedFeed",
    "PollState",
    "Polled",
    "Profile",
    "Pruned",
    "Published",
    "RawItem",
    "Request",
    "Retention",
    "Rule",
    "Segment",
    "Source",
    "Subscription",
    "Term",
    "Translated",
    "Translation",
    "Validators",
    "Wait",
]
