"""Says in words why a source was polled when it was and why it is due when it is, from what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.core import decide, familiar
from aggregator.core.health import in_words
from aggregator.model import Block, Polled, PollState, Rule, Source, Wait

RULES: Mapping[Rule, tuple[str, str]] = {  # what each rule says, and where it comes from
    "first": ("it has never been polled", "the configuration"),
    "every": ("that is the interval set for it", "the configuration: every"),
    "adaptive": ("that is how often it has had news lately", "between min_every and max_every"),
    "ttl": ("its document asks for no more than that", "RSS 2.0: ttl; RSS 1.0 Syndication: updatePeriod, updateFrequency"),
    "fresh": ("its server says that the answer stays fresh until then", "RFC 9111 section 4.2: max-age, Expires"),
    "skip": ("its document asks to be left alone at other hours or days", "RSS 2.0: skipHours, skipDays (UTC)"),
    "retry-after": ("its server asked for no request before", "RFC 9110 section 10.2.3: Retry-After"),
    "back-off": ("it fails, and each failure doubles the wait", "up to a day"),
    "gone": ("its server says that it is gone for good; polling has stopped until you ask by name", "RFC 9110 section 15.5.11: 410"),
    "spread": ("many were due when the daemon started, one after the other", "start-up"),
    "push": ("a hub brings its news, so that it is polled once a day only", "W3C WebSub"),
    "asked": ("somebody asked for it", "refresh"),
    "outage": ("no site at all could be reached, which is not its fault", "own connection"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One rule that was weighed when the next poll was decided: of all the longest wait wins."""

    rule: Rule
    asks_for: timedelta
    says: str
    source: str
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a source was polled and why it is due: sentences, and what was weighed."""

    polled: str
    due: str
    request: str
    weighed: tuple[Weighed, ...]


def explain(
    source: Source, state: PollState, history: Sequence[Polled], *, limits: decide.Limits, block: Block | None, now: datetime
) -> Explanation:
    """The decisions of the last poll, made again from what is stored of it; `history` has the newest first."""
    return Explanation(
        polled=_why_polled(history),
        due=_why_due(state, block=block, now=now),
        request=_what_is_asked(source, state, limits=limits, now=now),
        weighed=tuple(_weighed(wait, state) for wait in sorted(state.waits, key=lambda wait: -wait.length)),
    )


def _why_polled(history: Sequence[Polled]) -> str:
    if not history:
        return "It was never polled."
    last, before = history[0], history[1] if len(history) > 1 else None
    result = f"It was last polled at {_at(last.at)}: {_came_to(last)}."
    if before is None:
        return f"{result} That was its first poll."
    early = before.next_due - last.at
    if early > timedelta(0):
        return f"{result} It was due {in_words(early)} later only: somebody asked for it, or the hub told of news."
    return f"{result} It was due since {_at(before.next_due)}, because {_says(before.rule)}."


def _came_to(polled: Polled) -> str:
    code = f" ({polled.status})" if polled.status else ""
    news = f", {polled.new} new, {polled.updated} updated" if polled.outcome == "fetched" else ""
    return f"{polled.error or polled.outcome}{code}{news}"


def _why_due(state: PollState, *, block: Block | None, now: datetime) -> str:
    if state.gone:
        return f"It is not polled any more: {_says('gone')}."
    if state.paused:
        return "It is not polled any more: somebody has paused it. `aggregator resume` goes on with it."
    left = state.due_at - now
    when = f"due in {in_words(left)}, at {_at(state.due_at)}" if left > timedelta(0) else f"due since {_at(state.due_at)}"
    held = f" Its host {block.host} is left alone until {_at(block.until)} all the same: {block.reason}." if block else ""
    return f"It is {when}, because {_says(state.rule)}.{_jittered(state)}{held}"


def _jittered(state: PollState) -> str:
    decided = next((wait for wait in state.waits if wait.rule == state.rule), None)
    if decided is None or state.polled_at is None:
        return ""
    more = state.due_at - state.polled_at - decided.length
    return f" {in_words(more)} were added by chance, so that sources do not align." if more >= timedelta(seconds=2) else ""


def _what_is_asked(source: Source, state: PollState, *, limits: decide.Limits, now: datetime) -> str:
    headers = {name.lower() for name in decide.request_for(source, state, limits=limits, now=now).headers}
    sent = [name for name in decide.CONDITIONS if name.lower() in headers]
    if sent:
        return f"The next request asks for changes only: it sends {', '.join(sent)} as its server gave them."
    if not familiar.is_current(source, state):
        return "The next request asks for everything: its settings are not those that it was last read with."
    if state.validators.etag or state.validators.last_modified:
        return f"The next request asks for everything: the last full answer is {in_words(decide.VALIDATORS_HOLD)} old."
    return "The next request asks for everything: its server gave nothing to ask for changes with."


def _weighed(wait: Wait, state: PollState) -> Weighed:
    says, source = RULES[wait.rule]
    return Weighed(rule=wait.rule, asks_for=wait.length, says=says, source=source, decided=wait.rule == state.rule)


def _says(rule: Rule) -> str:
    says, source = RULES[rule]
    return f"{says} [{rule}; {source}]"


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%SZ")
