"""`why`: the reasons behind a source's polls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.cli.context import Context
    from aggregator.core.explain import Explanation
    from aggregator.model import Polled, PollState, Source

SHOWN = 10  # polls


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(why)


def why(context: typer.Context, what: Annotated[str, typer.Argument(metavar="NAME|URL", help="A source, or its address.")]) -> None:
    """Say why a source was polled when it was, why it is due when it is, and which rule decided."""
    from aggregator.core.explain import explain
    from aggregator.core.hosts import host_of

    options: Context = context.obj
    settings = options.settings()
    with options.house(settings) as house:
        now, store = house.pipeline.clock(), house.store
        store.sync_sources(settings.sources, now=now)
        source = source_of(what, settings.sources, store.states())
        state, history = store.states([source.name])[source.name], store.history(source.name, limit=SHOWN)
        block = store.blocks(now=now).get(host_of(state.url))
        reasons = explain(source, state, history, limits=house.pipeline.limits, block=block, now=now)
    tell(source, reasons, history, as_json=options.json)


def source_of(what: str, sources: Sequence[Source], states: Mapping[str, PollState]) -> Source:
    """The source of that name, or at that address, learned ones included. Raises UsageError."""
    from aggregator.cli.context import known_names

    named = {source.name: source for source in sources}
    for source in sources:
        if "://" in what and what in (source.url, states[source.name].url):
            return source
    if "://" in what:
        raise UsageError(f"No source of the configuration has the address {what}. See `aggregator sources`.")
    return named[known_names([what], named)[0]]


def tell(source: Source, reasons: Explanation, history: Sequence[Polled], *, as_json: bool) -> None:
    """Print it as one object, or as sentences and two tables."""
    from aggregator.cli.output import lines, printable, show

    polls: list[dict[str, Any]] = [
        {
            "polled": poll.at,
            "outcome": poll.outcome,
            "status": poll.status or "",
            "new": poll.new,
            "then_due": poll.next_due,
            "rule": poll.rule,
        }
        for poll in history
    ]
    weighed: list[dict[str, Any]] = [
        {
            "rule": rule.rule,
            "wait_seconds": round(rule.asks_for.total_seconds()),
            "decided": "yes" if rule.decided else "",
            "says": rule.says,
            "from": rule.source,
        }
        for rule in reasons.weighed
    ]
    sentences = {"polled": reasons.polled, "due": reasons.due, "request": reasons.request}
    if as_json:
        show([{"source": source.name, **sentences, "weighed": weighed, "polls": polls}], as_json=True)
        return
    lines([f"{source.name}\n", *(f"{printable(sentence)}\n" for sentence in sentences.values()), "\n"])
    show(weighed, as_json=False, title="What was weighed: the longest wait wins")
    show(polls, as_json=False, title="The last polls")
