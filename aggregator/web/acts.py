"""What a person does through the pages, by the same functions as the commands. Every act is a POST that wants the operator's token.

| route | fields | what it does | command |
|---|---|---|---|
| /acts/refresh | source | polls a source now | fetch NAME |
| /acts/pause | source | polls it no more | pause NAME |
| /acts/resume | source | polls it again | resume NAME |
| /acts/retry | item, language | translates an item once more, before all others | translate |
| /acts/edit | segment, text, language | puts a segment right for good, named as by `items --segments` | translate --edit |
| /acts/add | url | shows the feed behind an address and its first entries, and writes nothing | add --dry-run |
| /acts/add | url, name, confirm=yes | adds it as a source; `name` may be empty | add |

Fields come as a form or as a JSON object, at most MOST_BYTES of it. The token is a Bearer token, or the password of Basic, for which
browsers ask by themselves, or the field `token`. With `next`, a path of ours, a browser is led there afterwards.

Answers: to a browser (Accept has text/html) 303 to a page, or a page that says what is wrong; to all others JSON with a sentence, `done` or
`error`. 400 wrong fields, 401 no token or a wrong one, 403 no token is configured, or the page is not ours, 413 too much, 422 it can't be
done, 429 too often.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aggregator import acting, adding, correcting, wiring
from aggregator.core.admission import Keys
from aggregator.core.buckets import Buckets
from aggregator.errors import AggregatorError
from aggregator.web.files import OPERATOR
from aggregator.web.forms import TooLarge, fields_of
from aggregator.web.guard import attempts, no_token, too_many, unknown
from aggregator.web.pages.rendering import Pages
from aggregator.web.replies import accepted, previewed, refused, wants_page
from aggregator.wiring import House


class Done(NamedTuple):
    """What an act came to, in a sentence; the page to look at it; and facts for programs."""

    text: str
    page: str
    facts: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where acts are done: `house` is the one at work, `config` its file, `reread` asks the daemon to read that again, if there is one."""

    house: Callable[[], House]
    config: Path
    keys: Keys | None
    reread: Callable[[], None] | None = None
    attempts: Buckets = field(default_factory=attempts)
    clock: Callable[[], float] = time.monotonic


Fields = Mapping[str, str]
Deed = Callable[[Desk, Fields], Awaitable[Done]]


async def refresh(desk: Desk, fields: Fields) -> Done:
    """Poll a source now."""
    text = await asyncio.to_thread(acting.refresh, desk.house().pipeline, fields["source"])
    return Done(text, _page_of(fields["source"]))


async def pause(desk: Desk, fields: Fields) -> Done:
    """Poll a source no more."""
    await asyncio.to_thread(acting.pause, desk.house().pipeline, [fields["source"]])
    return Done(f"{fields['source']} is paused.", _page_of(fields["source"]))


async def resume(desk: Desk, fields: Fields) -> Done:
    """Poll a source again."""
    await asyncio.to_thread(acting.resume, desk.house().pipeline, [fields["source"]])
    return Done(f"{fields['source']} is polled again.", _page_of(fields["source"]))


async def retry(desk: Desk, fields: Fields) -> Done:
    """Translate an item once more."""
    job = await asyncio.to_thread(acting.retry, desk.house().pipeline, fields["item"], fields["language"])
    return Done(f"The item is translated into {job.language} next.", f"/items/{quote(job.item_id)}", {"language": job.language})


async def edit(desk: Desk, fields: Fields) -> Done:
    """Put a segment right for good."""
    items, language = await asyncio.to_thread(_edited, desk.house(), fields)
    page = f"/items/{quote(fields['segment'].partition(':')[0])}" if ":" in fields["segment"] else "/items"
    return Done(f"Remembered for good. {items} items hold this segment in {language}.", page, {"items": items, "language": language})


def _edited(house: House, fields: Fields) -> tuple[int, str]:
    chosen = correcting.chosen(house.pipeline, fields["segment"], fields["language"])
    jobs = correcting.put_right(house.pipeline, chosen, " ".join(fields["text"].split()))
    return len({job.item_id for job in jobs}), chosen.pair.target


async def add(desk: Desk, fields: Fields) -> Done:
    """Show the feed behind an address, or add it."""
    settings, url, name = desk.house().settings, adding.whole_address(fields["url"]), fields.get("name", "")
    adding.new_source(settings, url, name=name)  # what is known to be in the way needs no request
    found = await wiring.find(url, wiring.likeliest, settings=settings)
    new = adding.new_source(settings, found.chosen.url, title=found.chosen.title, name=name)
    facts = {"source": new.name, "url": found.chosen.url, "title": found.chosen.title, "others": adding.others(found)}
    if fields.get("confirm") != "yes":
        return Done(f"It would be the source {new.name}.", "", facts | {"entries": adding.preview(found)})
    path = await asyncio.to_thread(adding.written, desk.config, [new], stem=new.name, origin="Added on a page.")
    if desk.reread:
        desk.reread()
    then = "The daemon takes it up now." if desk.reread else "The daemon takes it up when it reads its configuration again."
    return Done(f"{new.name} was written to {path.name}. {then}", "/", facts | {"file": path.name})


class Act(NamedTuple):
    """An act: what does it, and its fields, those that may be left out last."""

    does: Deed
    needs: tuple[str, ...]
    may_have: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What it does, in a sentence."""
        return self.does.__doc__ or ""


ACTS: Mapping[str, Act] = {
    "/acts/refresh": Act(refresh, ("source",)),
    "/acts/pause": Act(pause, ("source",)),
    "/acts/resume": Act(resume, ("source",)),
    "/acts/retry": Act(retry, ("item", "language")),
    "/acts/edit": Act(edit, ("segment", "text"), ("language",)),
    "/acts/add": Act(add, ("url",), ("name", "confirm")),
}


def acts(desk: Desk) -> list[Route]:
    """The routes of all acts."""
    pages = Pages(desk.house, acts=True)
    return [Route(path, _answering(desk, act, pages), methods=["POST"]) for path, act in ACTS.items()]


def _answering(desk: Desk, act: Act, pages: Pages) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if desk.keys is None:
            return no_token()
        client, now = request.client.host if request.client else "", desk.clock()
        if seconds := desk.attempts.take(client, now=now):
            return too_many(seconds)
        fields, status, problem = await _told(request)
        if not (request.scope.get(OPERATOR) or desk.keys.is_token(fields.get("token", ""))):
            return unknown()
        return await (refused(pages, request, status, problem) if problem else _done(request, desk, act, fields, pages))

    return answer


async def _told(request: Request) -> tuple[dict[str, str], int, str]:
    """The fields, or with which status and in which words to refuse what can't be read."""
    try:
        return await fields_of(request), 200, ""
    except TooLarge:
        return {}, 413, "That is too much text."
    except ValueError as error:
        return {}, 400, str(error)


async def _done(request: Request, desk: Desk, act: Act, fields: dict[str, str], pages: Pages) -> Response:
    if missing := [name for name in act.needs if not fields.get(name, "").strip()]:
        return await refused(pages, request, 400, f"These fields are missing: {', '.join(missing)}.")
    given = {name: fields.get(name, "").strip() for name in (*act.needs, *act.may_have)}
    try:
        done = await act.does(desk, given)
    except AggregatorError as error:
        return await refused(pages, request, 422, str(error))
    if "entries" in done.facts and wants_page(request):
        return await previewed(pages, request, done.text, done.facts)
    return accepted(request, done.text, done.page, done.facts, to=fields.get("next", ""))


def _page_of(source: str) -> str:
    return f"/sources/{quote(source)}"
