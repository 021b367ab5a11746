"""Statements about translation jobs and what comes of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import BigInteger, ColumnElement, Connection, Executable, bindparam, case, delete, false, literal, select, true, update

from aggregator.core import revisions
from aggregator.errors import LostClaim, Overtaken
from aggregator.model import LONG_AGO, Change, Item, Job, Translation
from aggregator.store.columns import Instant, Prose, microseconds
from aggregator.store.indexing import index_translation
from aggregator.store.items import find_items, languages_of, save_items, show
from aggregator.store.prepared import find
from aggregator.store.rows import JOB_COLUMNS, job_of, job_values, translation_values
from aggregator.store.schema import items, jobs, translations
from aggregator.store.statements import claimed, claiming, insert_into, put
from aggregator.store.translations import find_translations

_IS_OPEN = jobs.c.given_up == false()
_DATES = select(items.c.id, items.c.published).where(items.c.id.in_(bindparam("ids", expanding=True)))
_TRANSLATED = select(translations.c.item_id, translations.c.language, translations.c.of_digest).where(
    translations.c.item_id.in_(bindparam("ids", expanding=True))
)


def add_jobs(connection: Connection, wanted: Sequence[Job], *, again: bool = False) -> int:
    """Ask for translations of stored items. What exists or was given up, unless `again`, or is asked for is left out.

    An older digest's job is replaced.
    """
    ids = {job.item_id for job in wanted}
    published = _published(connection, ids)
    done = set() if again else _done(connection, ids)
    missing = {
        (job.item_id, job.language): job_values(job, published=published[job.item_id])
        for job in wanted
        if job.item_id in published and (job.item_id, job.language, job.digest) not in done
    }
    rows = [missing[key] for key in sorted(missing)]
    return len(connection.execute(_ask(connection.dialect.name, again), rows).all()) if rows else 0


def claim_jobs(
    connection: Connection,
    *,
    now: datetime,
    limit: int,
    lease: timedelta,
    sources: Collection[str] | None,
    due_by: datetime | None = None,
    pages: bool = False,
) -> list[Job]:
    """Jobs of the newest items. The new fence is later than any that the item's earlier jobs in this language had, ended ones included."""
    asked = {"due_by": due_by or now, "fence": microseconds(now)} | ({} if sources is None else {"of_sources": sorted(set(sources))})
    statement = _claiming(pages=pages, of_sources=sources is not None)
    rows = claimed(connection, statement, now=now, limit=limit, lease=lease, **asked)
    return [job_of(row) for row in sorted(rows, key=lambda row: (row.published, row.item_id, row.language), reverse=True)]


@cache
def _claiming(*, pages: bool, of_sources: bool) -> Executable:
    ready = [_IS_OPEN, jobs.c.due_at <= bindparam("due_by", type_=Instant), jobs.c.language == "" if pages else jobs.c.language != ""]
    if of_sources:
        ready.append(jobs.c.source.in_(bindparam("of_sources", expanding=True)))
    moment = bindparam("fence", type_=BigInteger)
    fence = case((jobs.c.fence >= moment, jobs.c.fence + 1), else_=moment)
    return claiming(jobs, ready=ready, order=[jobs.c.published.desc(), jobs.c.item_id.desc(), jobs.c.language.desc()], fence=fence)


def hurry_jobs(connection: Connection, sources: Collection[str] | None, *, now: datetime) -> int:
    """Make the postponed jobs of these sources, or of all, due. Returns how many."""
    hurry = update(jobs).where(jobs.c.due_at > now).values(due_at=now)
    return connection.execute(hurry if sources is None else hurry.where(jobs.c.source.in_(sorted(set(sources))))).rowcount


def pending_jobs(connection: Connection, sources: Collection[str] | None) -> list[Job]:
    """All jobs, those that are given up too, newest items first."""
    query = select(*JOB_COLUMNS).order_by(jobs.c.published.desc(), jobs.c.item_id.desc(), jobs.c.language.desc())
    query = query if sources is None else query.where(jobs.c.source.in_(sorted(set(sources))))
    return [Job(**row._asdict()) for row in connection.execute(query)]


def save_translation(
    connection: Connection,
    job: Job,
    translation: Translation,
    *,
    again_at: datetime | None = None,
) -> None:
    """Store a translation, end its job or put it back, and show the page. Raises LostClaim."""
    item = find_items(connection, [job.item_id], lock=True).get(job.item_id)  # first, as in save_poll: no deadlock
    asked = connection.scalars(select(jobs.c.digest).where(*_claimed(job)).with_for_update()).one_or_none()
    if item is None or asked is None:
        raise _lost(job)
    before = find_translations(connection, [item.id]).get(item.id, {}).get(translation.language)
    made = revisions.retranslated(translation, before, item)
    put(connection, translations, [translation_values(made)])
    index_translation(connection, item, before, made)
    if asked not in (job.digest, translation.of_digest):  # the item was edited in the meantime, and asks again
        connection.execute(update(jobs).where(*_claimed(job)).values(lease_until=LONG_AGO))
    elif again_at:
        connection.execute(update(jobs).where(*_claimed(job)).values(lease_until=LONG_AGO, due_at=again_at))
    else:
        connection.execute(delete(jobs).where(*_claimed(job)))
    others = languages_of(connection, item.id)
    is_first = job.language not in others  # then the other pages name one translation more
    show(connection, [(item, job.language)], also_pages=[(item, language) for language in others if is_first])


def save_completed(connection: Connection, job: Job, before: Item, after: Item, wanted: Sequence[Job], *, now: datetime) -> None:
    """Store an item whose page was dealt with, end that job and add those that come next. Raises LostClaim and Overtaken."""
    stored = find_items(connection, [job.item_id], lock=True).get(job.item_id)
    if stored is None or not connection.execute(delete(jobs).where(*_claimed(job))).rowcount:
        raise _lost(job)
    if stored != before:
        raise Overtaken(f"the item {job.item_id} was edited while its page was read")
    save_items(connection, [Change(item=after, kind="updated")], first_seen={after.id: now})
    add_jobs(connection, wanted)


def postpone_job(connection: Connection, job: Job, *, due_at: datetime | None, error: str, is_failure: bool = False) -> None:
    """Put a job back, or give it up; one that was replaced in the meantime is only freed. Raises LostClaim.

    Where a translation of an earlier text stands, its page and feeds are out of date after the first failure: they have to say so.
    """
    item = find_items(connection, [job.item_id], lock=True).get(job.item_id)  # first, as in save_poll: no deadlock
    same = jobs.c.digest == job.digest
    later = {
        "due_at": case((same, literal(due_at or job.due_at, Instant)), else_=jobs.c.due_at),
        "attempts": case((same, jobs.c.attempts + 1), else_=jobs.c.attempts),
        "failures": case((same, jobs.c.failures + int(is_failure)), else_=jobs.c.failures),
        "given_up": case((same, literal(due_at is None)), else_=jobs.c.given_up),
        "error": case((same, literal(error, Prose)), else_=jobs.c.error),
    }
    if not connection.execute(update(jobs).where(*_claimed(job)).values(lease_until=LONG_AGO, **later)).rowcount:
        raise _lost(job)
    if item and not job.attempts:
        _show_outdated(connection, item, job.language)


def _show_outdated(connection: Connection, item: Item, language: str) -> None:
    made = find_translations(connection, [item.id]).get(item.id, {}).get(language)
    if made and made.of_digest != item.digest:
        show(connection, [(item, language)])


def _published(connection: Connection, ids: Collection[str]) -> dict[str, datetime]:
    return {row.id: row.published for row in find(connection, _DATES, ids)}


def _done(connection: Connection, ids: Collection[str]) -> set[tuple[str, str, str]]:
    return {(row.item_id, row.language, row.of_digest) for row in find(connection, _TRANSLATED, ids)}


@cache
def _ask(dialect: str, again: bool) -> Executable:
    """A replaced job keeps its claim: whoever has it is on this item, and the lease sees to it if they are not."""
    ask = insert_into(dialect, jobs)
    new = {name: ask.excluded[name] for name in ("source", "digest", "due_at", "attempts", "failures", "given_up", "error")}
    edited = jobs.c.digest != ask.excluded.digest
    replaced = edited | (jobs.c.given_up == true()) if again else edited
    return ask.on_conflict_do_update(index_elements=[jobs.c.item_id, jobs.c.language], set_=new, where=replaced).returning(jobs.c.item_id)


def _claimed(job: Job) -> list[ColumnElement[bool]]:
    return [jobs.c.item_id == job.item_id, jobs.c.language == job.language, jobs.c.fence == job.fence]


def _lost(job: Job) -> LostClaim:
    what = f"the translation of {job.item_id} into {job.language}" if job.language else f"the page of {job.item_id}"
    return LostClaim(f"{what} took longer than its lease and was given to another worker")
