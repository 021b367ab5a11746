"""What the waiting translations will cost, before anything is sent.

jobs -> items -> pages -> cut -> memory -> what is not there, by tier -> prices
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice

from aggregator.core import budget, codes, feeding, language, memory
from aggregator.core.budget import FREE, Forecast, Price
from aggregator.core.memory import Pair
from aggregator.core.segment import cut
from aggregator.model import Item, Job, Segment, Tier, Translation
from aggregator.pipeline import Pipeline
from aggregator.translators.items import sent_of

AT_ONCE = 100  # items


def waiting(pipeline: Pipeline, names: Sequence[str], *, again: bool = False) -> list[Job]:
    """The translations that are asked for, or that the settings ask for and nobody has made; with `again` those that are made too."""
    asked = {(job.item_id, job.language): job for job in pipeline.store.pending_jobs(names) if job.language}
    wanted = {(job.item_id, job.language): job for job in pipeline.wanted_jobs(names)}
    made = {} if again else pipeline.store.translations({id for id, _ in wanted})
    missing = {key: job for key, job in wanted.items() if not _is_made(job, made.get(job.item_id, {}))}
    return [job for job in (missing | asked).values() if again or not job.given_up]


def plan(pipeline: Pipeline, jobs: Iterable[Job], prices: Mapping[str, Price]) -> list[Forecast]:
    """What jobs will cost, by source, language and the first engine that would be asked; what two of them share is counted once."""
    found: dict[tuple[str, str, str], Forecast] = {}
    sent: set[tuple[Pair, Segment]] = set()
    for item, job in _with_items(pipeline, jobs):
        pair = Pair(language.effective(item.language, item.detected), job.language)
        way = pipeline.router.paid_for(pair)
        engine = next(iter(pipeline.router.engines_for(*way)), "none")
        segments = _tiers(pipeline, item)
        known = pipeline.router.look_up(list(segments), way) | pipeline.router.memory.look_up(list(segments), pair, engines=())
        new = {segment: tier for segment, tier in segments.items() if segment not in known and (way, segment) not in sent}
        sent.update((way, segment) for segment in new)
        key = (job.source, job.language, engine)
        before = found.get(key) or Forecast(source=job.source, language=job.language, engine=engine)
        costs, requests = [(tier, len(segment.text)) for segment, tier in new.items()], pipeline.router.requests_for(list(new), way)
        price = prices.get(engine, FREE)
        found[key] = budget.with_document(before, costs, segments=len(segments), requests=requests, price=price)
    return [found[key] for key in sorted(found)]


def unread(pipeline: Pipeline, names: Sequence[str]) -> int:
    """How many articles' own pages are still to be read: only then it is known what there is to translate of them."""
    return sum(not job.language for job in pipeline.store.pending_jobs(names))


def _tiers(pipeline: Pipeline, item: Item) -> dict[Segment, Tier]:
    """The distinct segments of an item that an engine would get, with the first tier that each belongs to."""
    page = feeding.page_of(item, item.language, {}, pipeline.sources)
    tiers: dict[Segment, Tier] = {}
    for number, segment in enumerate(sent_of(item, cut(page.body), page.source.profile)):
        if codes.has_letters(segment.text):
            tiers.setdefault(memory.unit(segment), budget.TIERS[min(number, 2)])
    return tiers


def _with_items(pipeline: Pipeline, jobs: Iterable[Job]) -> Iterator[tuple[Item, Job]]:
    """Each job with its item, read in portions; a job whose item is gone is left out."""
    by_item = groupby(sorted(jobs, key=lambda job: (job.item_id, job.language)), key=lambda job: job.item_id)
    grouped = ((id, list(of_item)) for id, of_item in by_item)
    while portion := dict(islice(grouped, AT_ONCE)):
        items = pipeline.store.items(portion)
        yield from ((items[id], job) for id, of_item in portion.items() if id in items for job in of_item)


def _is_made(job: Job, translations: Mapping[str, Translation]) -> bool:
    made = translations.get(job.language)
    return made is not None and made.of_digest == job.digest
