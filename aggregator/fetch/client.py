"""Makes exchanges with origins: guarded, bounded, polite; whatever happens comes back as a value.

target -> turn -> resolve -> check -> connect to what was checked -> headers -> raw body      once for every hop
-> decode -> outcome                                                                          of the last one
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property, partial
from importlib import import_module
from urllib.parse import urlencode

import certifi

from aggregator.core.hosts import harmless
from aggregator.fetch import connect, guard
from aggregator.fetch.answer import PERMANENT, SAME_METHOD, Answer, is_quick, outcome_of, receive
from aggregator.fetch.failures import FetchError, asked_to_wait, scrubbed
from aggregator.fetch.target import Target, join, parse_target
from aggregator.fetch.turns import Neighbours, Turns
from aggregator.model import Outcome, Request

MAX_HOPS = 5
ACCEPT_ENCODING = "gzip, br, zstd"  # what can be undone within a bound
SET_HERE = frozenset(["host", "accept-encoding", "connection", "content-length", "transfer-encoding", "te", "upgrade", "referer"])
LATE = ("aggregator.fetch.breaks", "aggregator.fetch.odd", "aggregator.fetch.proxied")  # which most exchanges do without


class HttpFetcher:
    """The Fetcher of ports.py; one for the process.

    `concurrency` exchanges at once in all and `per_host` with one host; `spacing` is the pause after a request to a host.
    `resolve` gives all addresses of a name; `tls` is what certificates are judged by. Every request has a connection of its own: a
    source is polled too rarely to find it open again, and one that was checked for a source must not serve another. `beside` are other
    processes that share the hosts' places with this one.
    """

    def __init__(
        self,
        *,
        concurrency: int = 100,
        per_host: int = 1,
        spacing: timedelta = timedelta(seconds=1),
        resolve: guard.Resolver | None = None,
        tls: ssl.SSLContext | None = None,
        beside: Neighbours | None = None,
    ) -> None:
        self._limits: tuple[int, int, timedelta] | None = None
        self._beside = beside
        self.limit(concurrency=concurrency, per_host=per_host, spacing=spacing)
        self._system = guard.SystemResolver()
        self._resolve = resolve or self._system
        self._given_tls = tls

    def limit(self, *, concurrency: int, per_host: int, spacing: timedelta) -> None:
        """Keep to these limits from now on. Where nothing changes, hosts keep the turns that they have."""
        limits = (concurrency, per_host, spacing)
        if limits != self._limits:
            self._limits = limits
            self._slots = asyncio.Semaphore(concurrency)
            self._turns = Turns(per_host=per_host, spacing=spacing, beside=self._beside)

    async def fetch(self, request: Request) -> Outcome:
        """Make one exchange, redirects included. Raises nothing but CancelledError."""
        try:
            return await self._follow(request)
        except FetchError as error:
            return error.failed

    async def prepare(self) -> None:
        """Load what the first exchange would, so that nobody who is served meanwhile has to wait for that."""
        await asyncio.to_thread(getattr, self, "_tls")
        for module in LATE:
            await asyncio.to_thread(import_module, module)

    async def aclose(self) -> None:
        """Let go of the resolver's threads; there are no idle connections."""
        self._system.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """One for the process, made on first use: it takes 70 ms. The machine's authorities and certifi's."""
        if self._given_tls is not None:
            return self._given_tls
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context

    async def _follow(self, request: Request) -> Outcome:
        target, headers, permanent = parse_target(request.url), dict(request.headers), True
        left = request.timeout.total_seconds()
        for hop in range(MAX_HOPS + 1):
            answer, left = await self._turn(target, headers, request, left=left)
            if not answer.location or (request.form and answer.status not in SAME_METHOD):
                moved = target.url if hop and permanent else ""
                understand = partial(outcome_of, answer, target, request, permanent_url=moved)
                return understand() if is_quick(answer) else await asyncio.to_thread(understand)
            following = join(target, answer.location)
            headers = headers if following.origin == target.origin else harmless(headers)
            target, permanent = following, permanent and answer.status in PERMANENT
        raise FetchError("redirects", f"{scrubbed(request.url)}: more than {MAX_HOPS} redirects, the last to {target.shown}")

    async def _turn(self, target: Target, headers: Mapping[str, str], request: Request, *, left: float) -> tuple[Answer, float]:
        """One request when it is its turn, which does not count; `left` is what remains of the deadline, in seconds."""
        loop = asyncio.get_running_loop()
        async with self._turns.turn(target.host, lasts=timedelta(seconds=left)), self._slots:
            started = loop.time()
            try:
                async with asyncio.timeout(left):
                    answer = await self._exchange(target, headers, request)
            except TimeoutError as error:
                total = request.timeout.total_seconds()
                raise FetchError("timeout", f"{target.shown}: no complete answer within {total:g} seconds") from error
            except _transport_errors() as error:
                from aggregator.fetch import breaks

                raise breaks.broken_exchange(target.shown, error) from error
            if answer.status == 429 or (answer.status == 503 and "retry-after" in answer.headers):
                self._turns.refuse(target.host, asked_to_wait(target.host, answer.status, answer.headers))
        return answer, left - (loop.time() - started)

    async def _exchange(self, target: Target, headers: Mapping[str, str], request: Request) -> Answer:
        opened, content = guard.networks(request.allow_networks), urlencode(request.form).encode()
        tls = self._tls if target.scheme == "https" else None
        method, lines = "POST" if content else "GET", _wire_headers(target, headers) + _form_headers(content)
        if request.proxy:
            guard.check_literal(target.host, opened=opened)
            from aggregator.fetch import proxied  # with httpcore, which only this needs

            return await proxied.exchange(
                request.proxy, target, method=method, headers=lines, content=content, tls=tls, max_bytes=request.max_bytes
            )
        addresses = await guard.checked(target.host, target.port, resolve=self._resolve, opened=opened)
        async with await connect.direct(target, addresses, tls=tls) as wire:
            answer = await wire.ask(method.encode(), target.path.encode(), lines, content)
            return await receive(answer, target, max_bytes=request.max_bytes)


def _transport_errors() -> tuple[type[Exception], ...]:
    """What a connection may raise: asked for, and loaded, when something was raised."""
    from aggregator.fetch.breaks import ERRORS

    return ERRORS


def _wire_headers(target: Target, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    lines = {
        "Host": target.authority,
        **{name: value for name, value in headers.items() if name.lower() not in SET_HERE},
        "Accept-Encoding": ACCEPT_ENCODING,
        "Connection": "close",
    }
    return [(_bytes(name), _bytes(value)) for name, value in lines.items()]


def _form_headers(content: bytes) -> list[tuple[bytes, bytes]]:
    length = str(len(content)).encode()
    return [(b"Content-Type", b"application/x-www-form-urlencoded"), (b"Content-Length", length)] if content else []


def _bytes(text: str) -> bytes:
    """A header as it came (validators are kept byte for byte as Latin-1), or as UTF-8 where it was written by a person."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")
