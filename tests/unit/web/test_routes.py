"""Every route, every method: open to all or refused. A new route needs a line here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from starlette.routing import Mount, Route

from aggregator import config, wiring
from aggregator.cli.serving import web_of
from aggregator.runners.subscribing import Subscriber
from aggregator.runners.watch import Watch
from aggregator.web.guard import Guard
from aggregator.wiring import House
from tests.unit.web.asking import ask, post

Kind = Literal["page", "feed", "open", "hub", "operator", "act"]
TOKEN = "correct-horse-battery-staple"
BEARER = f"Bearer {TOKEN}"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW")
READ = {"GET", "HEAD"}

ROUTES: dict[tuple[str, Kind], set[str]] = {
    ("/feeds/{path:document}", "feed"): READ,
    ("/", "page"): READ,
    ("/index.json", "page"): READ,
    ("/items", "page"): READ,
    ("/items.json", "page"): READ,
    ("/items/{id}", "page"): READ,
    ("/items/{id}.json", "page"): READ,
    ("/items/{id}.md", "page"): READ,
    ("/items/{id}.txt", "page"): READ,
    ("/sources/{name}", "page"): READ,
    ("/sources/{name}.json", "page"): READ,
    ("/status", "page"): READ,
    ("/status.json", "page"): READ,
    ("/feeds/{language}/{name:feed}", "page"): READ,
    ("/openapi.json", "page"): READ,
    ("/static/{file}", "open"): READ,
    ("/opml.xml", "page"): READ,
    ("/opml/{name}.xml", "page"): READ,
    ("/healthz", "open"): READ,
    ("/healthz.json", "open"): READ,
    ("/readyz", "open"): READ,
    ("/readyz.json", "open"): READ,
    ("/metrics", "operator"): READ,
    ("/operations.atom", "operator"): READ,
    ("/websub/{token}", "hub"): READ | {"POST"},
    ("/acts/refresh", "act"): {"POST"},
    ("/acts/pause", "act"): {"POST"},
    ("/acts/resume", "act"): {"POST"},
    ("/acts/retry", "act"): {"POST"},
    ("/acts/edit", "act"): {"POST"},
    ("/acts/add", "act"): {"POST"},
}
NAMES = {"path:document": "en/all.rss", "name:feed": "all", "file": "style.css", "language": "en", "token": "x", "name": "news", "id": "x"}
WITHOUT: dict[Kind, set[int]] = {  # what those without a token are answered
    "page": {200, 404},
    "feed": {200, 404},
    "open": {200, 503},
    "hub": {202, 404},
    "operator": {401},
    "act": {401, 429},
}


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[dict[str, Guard]]:
    """The whole application: with a token, with everything private, and with tokens for feeds too."""
    made = {}
    with wiring.open_house(settings_of(tmp_path), offline=True) as house:
        for name, web in (("open", {}), ("private", {"private": True}), ("tokens", {"private": True, "feed_tokens": True})):
            other = wiring.build(settings_of(tmp_path, **web), house.store, offline=True, write=wiring.no_writer)
            made[name] = site_over(other, tmp_path)
        yield made


def site_over(house: House, folder: Path) -> Guard:
    subscriber = Subscriber(house.pipeline, "http://127.0.0.1:8080")
    return web_of(lambda: house, Watch(lambda: house), config=folder / "aggregator.toml", subscriber=subscriber)


def settings_of(folder: Path, **web: Any) -> config.Settings:
    table = {"sources": {"news": {"url": "https://news.example/feed"}}, "web": {"token": {"env": "TOKEN"}, **web}}
    return config.from_table(table, folder=folder / "config", environ={"TOKEN": TOKEN})


def routes_of(site: Guard) -> dict[str, set[str]]:
    """The methods of each route of the application itself; files answer for theirs themselves."""
    found: dict[str, set[str]] = {}
    for route in site.app.routes:  # type: ignore[attr-defined]
        if isinstance(route, Mount):  # of files, which answer for their methods themselves
            found[f"{route.path}/{{file}}"] = READ
            continue
        assert isinstance(route, Route)
        found[route.path] = found.get(route.path, set()) | (route.methods or READ)
    return found


def addressed(path: str) -> str:
    for name, value in NAMES.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path
    return path


def test_every_route_has_a_line(sites: dict[str, Guard]) -> None:
    assert routes_of(sites["open"]) == {path: methods for (path, _), methods in ROUTES.items()}


@pytest.mark.parametrize(("path", "kind"), ROUTES)
def test_every_method_without_a_token(sites: dict[str, Guard], path: str, kind: Kind) -> None:
    for number, method in enumerate(METHODS):
        answer = ask(sites["open"], addressed(path), method, client=f"192.0.2.{number}", host="localhost")
        assert answer.status in (WITHOUT[kind] if method in ROUTES[path, kind] else {401, 405}), (method, answer)


@pytest.mark.parametrize(("path", "kind"), ROUTES)
def test_what_is_private_is_refused_to_all_others_by_every_method(sites: dict[str, Guard], path: str, kind: Kind) -> None:
    for name in ("private", "tokens"):
        for method in METHODS:
            answer = ask(sites[name], addressed(path), method, host="localhost")
            allowed = (
                (WITHOUT[kind] | {405}) if kind in ("open", "hub") else {403, 404, 405} if (kind, name) == ("feed", "tokens") else {401}
            )
            assert answer.status in allowed, (name, method, answer)
            assert method not in READ or answer.status != 405


@pytest.mark.parametrize(("path", "kind"), [key for key in ROUTES if key[1] == "act"])
def test_acts_are_refused_to_pages_of_other_sites(sites: dict[str, Guard], path: str, kind: Kind) -> None:
    answer = post(sites["open"], path, host="localhost", authorization=BEARER, origin="https://evil.example")
    assert answer.status == 403


def test_the_operator_reaches_everything(sites: dict[str, Guard]) -> None:
    for (path, kind), methods in ROUTES.items():
        if kind in ("page", "operator", "open"):
            for method in methods:
                assert ask(sites["tokens"], addressed(path), method, host="localhost", authorization=BEARER).status in (200, 404)
