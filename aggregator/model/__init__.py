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
from aggregator.model.publishing import Archive, Document, Feed, Mark, Page, Published, Topic
from aggregator.model.remembering import MemoryCount, Remembered
from aggregator.model.spending import STEPS, Cap, Refusal, Reservation, Tier, Unit, Usage
from aggregator.model.translating import NO_HINTS, Capacity, Codec, Hints, Job, Meter, Segment, Term, Translated, Translation

__all__ = [
    "LONG_AGO",
    "NOTHING",
    "NO_HINTS",
    "STEPS",
    "Alias",
    "Archive",
    "Block",
    "Cap",
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
    "MemoryCount",
    "Meter",
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
    "Refusal",
    "Remembered",
    "Request",
    "Reservation",
    "Retention",
    "Rule",
    "Segment",
    "Source",
    "Subscription",
    "Term",
    "Tier",
    "Topic",
    "Translated",
    "Translation",
    "Unit",
    "Usage",
    "Validators",
    "Wait",
]
