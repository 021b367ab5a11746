"""The subscriber's side of WebSub: asks hubs for subscriptions, answers their questions, takes in what they deliver."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.core import websub
from aggregator.model import Failed, Fetched, PollState, Request, Subscription
from aggregator.pipeline import Pipeline
from aggregator.runners.work import Watcher, log_event

log = logging.getLogger(__name__)

AT_ONCE = 50  # requests to hubs at one look


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Subscriptions of a pipeline's sources, called back under `base_url`."""

    pipeline: Pipeline
    base_url: str
    tell: Watcher = log_event

    async def tick(self) -> None:
        """Ask the hubs that are to be asked now, if they can call back."""
        now, opened = self.pipeline.clock(), self.pipeline.limits.allow_networks
        waiting = await asyncio.to_thread(self.pipeline.store.to_subscribe, now=now)
        reachable = [state for state in waiting if websub.can_be_called(self.base_url, state.websub_hub, opened=opened)]
        await asyncio.gather(*(self._ask(state) for state in reachable[:AT_ONCE]))

    async def _ask(self, state: PollState) -> None:
        subscription = await asyncio.to_thread(self._asked, state)
        if subscription is None:
            return
        limits, form = self.pipeline.limits, websub.form(subscription, base_url=self.base_url)
        outcome = await self.pipeline.fetcher.fetch(
            Request(
                url=subscription.hub, form=form, headers={"User-Agent": limits.user_agent}, timeout=limits.timeout,
                allow_networks=limits.allow_networks,
            )
        )  # fmt: skip
        if isinstance(outcome, Failed):
            log.warning("no subscription for %s: %s", state.source, outcome.message)
            await asyncio.to_thread(self._refused, state.source, outcome.message)

    def _asked(self, state: PollState) -> Subscription | None:
        """The subscription to ask for, stored before it is: a hub may ask back before it answers."""
        store, now = self.pipeline.store, self.pipeline.clock()
        held = store.subscription(source=state.source)
        if held is not None and held.trusted and held.lease_end <= now:
            log.warning("the subscription for %s has ended: it is polled by its own rhythm again", state.source)
            self._leave(held, state)
            held = store.subscription(source=state.source)
        if held is not None and not websub.is_due(held, state, now=now):
            return None
        token, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        subscription = websub.asked(state, held, token=token, secret=secret, now=now)
        store.save_subscription(subscription)
        return subscription

    def _refused(self, source: str, error: str) -> None:
        if (held := self.pipeline.store.subscription(source=source)) is not None:
            self.pipeline.store.save_subscription(websub.refused(held, error))

    def _leave(self, subscription: Subscription, state: PollState) -> None:
        """Rely on a hub no more."""
        store, source = self.pipeline.store, self.pipeline.sources[state.source]
        store.save_subscription(websub.distrusted(subscription))
        due_at = websub.own_due(state, now=self.pipeline.clock())
        store.postpone_sources({source.name: due_at}, rule="every" if source.every else "adaptive")

    def confirm(self, token: str, query: Mapping[str, str]) -> str | None:
        """The text to answer a hub's question with; None where nothing of the sort was asked for."""
        held = self.pipeline.store.subscription(token=token)
        mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
        if held is None or mode not in ("subscribe", "denied"):
            return None
        if mode == "denied":
            return self._denied(held, websub.denied(held, topic=topic, reason=query.get("hub.reason", "")))
        lease = query.get("hub.lease_seconds", "")
        confirmed = websub.confirmed(held, topic=topic, lease_seconds=lease, now=self.pipeline.clock())
        if confirmed is None or not query.get("hub.challenge"):
            return None
        self.pipeline.store.save_subscription(confirmed)
        log.info("subscribed to %s until %s", held.source, confirmed.lease_end)
        return query["hub.challenge"]

    def _denied(self, held: Subscription, denied: Subscription | None) -> str | None:
        if denied is None:
            return None
        log.warning("no subscription for %s: %s", held.source, denied.error)
        self.pipeline.store.save_subscription(denied)
        if state := self.pipeline.store.states([held.source]).get(held.source):
            self._leave(denied, state)
        return ""

    async def deliver(self, token: str, body: bytes, *, content_type: str, signature: str) -> bool | None:
        """Take in a delivery: whether the hub is done with it, or is to bring it again. None where nobody subscribed.

        A wrong signature is not the hub's business to know of (section 7.1).
        """
        held = await asyncio.to_thread(self.pipeline.store.subscription, token=token)
        if held is None or held.source not in self.pipeline.sources:
            return None
        if not websub.is_signed(body, signature, secret=held.secret):
            log.warning("a delivery for %s is not signed by its hub: ignored", held.source)
            return True
        return await self._take(held, body, content_type)

    async def _take(self, held: Subscription, body: bytes, content_type: str) -> bool:
        store, now = self.pipeline.store, self.pipeline.clock()
        lease = self.pipeline.lease
        states = await asyncio.to_thread(store.claim_sources, now=now, limit=1, lease=lease, names=[held.source], override=True)
        if not states:
            return False  # it is being polled right now
        delivered = Fetched(url=held.topic, body=body, status=226, headers={"content-type": content_type}, pushed=True)
        polled = await self.pipeline.take(states[0], delivered)
        if polled is None:
            log.warning("a delivery for %s can't be read: it is polled instead", held.source)
            await asyncio.to_thread(store.release_sources, [held.source])
            await asyncio.to_thread(store.postpone_sources, {held.source: now}, rule="push")
            return True
        self.tell(polled)
        await asyncio.to_thread(store.save_subscription, websub.pushed(held, now=now))
        return True
