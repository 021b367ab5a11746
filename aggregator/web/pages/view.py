"""A page and its JSON twin: both tell of the same data, gathered once in a thread beside the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, Literal, TypeVar, cast
from urllib.parse import quote

from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from aggregator.web.pages.rendering import Pages
from aggregator.wiring import House

Data = TypeVar("Data")


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request asks for: the parts of its path and its query by name."""

    path: Mapping[str, str]
    query: Mapping[str, str]

    def text(self, name: str) -> str:
        """A value of the query; empty where there is none."""
        return self.query.get(name, "").strip()

    def number(self, name: str, bound: int) -> int | None:
        """A whole number of the query within a bound, if there is any. Raises HTTPException for anything else."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = int(text)
        except ValueError:
            value = bound + 1
        if abs(value) > bound:
            raise HTTPException(400, f"{name} is no number that this site has given out.")
        return value


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of a path or query, for the description of the interface."""

    name: str
    about: str
    place: Literal["path", "query"] = "query"
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a program was not answered."""

    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[Data]):
    """One page. `gather` is called in a thread; it raises HTTPException for what is not there."""

    path: str
    twin: str
    template: str
    about: str
    data: type[Data]
    gather: Callable[[House, Ask], Data]
    parameters: tuple[Parameter, ...] = ()

    def html(self, pages: Pages) -> Callable[[Request], Any]:
        """The page."""

        async def answer(request: Request) -> Response:
            return await asyncio.to_thread(self._rendered, pages, request)

        return answer

    def json(self, pages: Pages) -> Callable[[Request], Any]:
        """Its data."""

        async def answer(request: Request) -> Response:
            return await asyncio.to_thread(self._dumped, pages, request)

        return answer

    def _rendered(self, pages: Pages, request: Request) -> Response:
        data = self.gather(pages.house(), asked(request))
        twin = self.twin.format(**{name: quote(value, safe="") for name, value in request.path_params.items()})
        return pages.render(request, self.template, data=data, twin=twin)

    def _dumped(self, pages: Pages, request: Request) -> Response:
        return Response(dump(self.data, self.gather(pages.house(), asked(request))), media_type="application/json")


def asked(request: Request) -> Ask:
    """What a request asks for; of several values of a name the last counts."""
    return Ask(path=request.path_params, query=dict(request.query_params))


def dump(form: type[Data], data: Data) -> bytes:
    """Data as JSON."""
    return adapter(form).dump_json(data)


def adapter(form: type[Data]) -> TypeAdapter[Data]:
    """What knows the form of some data in JSON."""
    return cast(TypeAdapter[Data], _adapter(cast(Hashable, form)))


@cache
def _adapter(form: Any) -> TypeAdapter[Any]:
    return TypeAdapter(form)
