"""Statements about subscriptions to hubs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, false, or_, select, update

from aggregator.model import LONG_AGO, PollState, Subscription
from aggregator.store.rows import STATE_COLUMNS, SUBSCRIPTION_COLUMNS, state_of, subscription_values
from aggregator.store.schema import sources, subscriptions
from aggregator.store.statements import put


def find(connection: Connection, *, source: str | None, token: str | None) -> Subscription | None:
    """The subscription of a source, or the one with a token."""
    same = subscriptions.c.token == token if source is None else subscriptions.c.source == source
    row = connection.execute(select(*SUBSCRIPTION_COLUMNS).where(same)).one_or_none()
    return None if row is None else Subscription(**row._asdict())


def save(connection: Connection, subscription: Subscription) -> None:
    """Insert or update."""
    put(connection, subscriptions, [subscription_values(subscription)])


def due(connection: Connection, *, now: datetime) -> list[PollState]:
    """The states of sources whose hub is to be asked: without a subscription, with one to another hub or topic, or one that is due."""
    held = sources.outerjoin(subscriptions, sources.c.source == subscriptions.c.source)
    waits = or_(
        (subscriptions.c.state != "denied") & (subscriptions.c.due_at <= now),
        (subscriptions.c.trusted != false()) & (subscriptions.c.lease_end <= now),
    )
    wanted: list[ColumnElement[bool]] = [sources.c.asleep == false(), sources.c.gone == false(), sources.c.websub_hub != ""]
    differs = or_(subscriptions.c.hub != sources.c.websub_hub, subscriptions.c.topic != sources.c.websub_topic)
    rows = connection.execute(
        select(*STATE_COLUMNS).select_from(held).where(*wanted, or_(subscriptions.c.source.is_(None), differs, waits))
    )
    return [state_of(row) for row in rows]


def distrust(connection: Connection, *, now: datetime) -> None:
    """Rely on no hub until it brings something, and let sources that did so be polled now."""
    connection.execute(update(subscriptions).where(subscriptions.c.trusted != false()).values(trusted=False))
    waiting = (sources.c.rule == "push", sources.c.lease_until == LONG_AGO, sources.c.due_at > now)
    connection.execute(update(sources).where(*waiting).values(due_at=now))
