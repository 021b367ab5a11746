"""Twenty keys of engines, at debug level: they reach the services they are for, and no output, log, store, document or served page."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from tests.loopback.server import Answer, Asked, Loopback, as_json, serving
from tests.loopback.services import Chat, DeepL, Libre
from tests.system import nursery
from tests.system.conftest import Running, Site, ask
from tests.system.nursery import Started
from tests.system.origin import Origin, plain

LANGUAGES = ("de", "fr", "es", "it")
KINDS = ("libretranslate", "deepl", "openai", "libre", "microsoft")
TEXT = "quokka"  # stands in the articles' bodies only
UNLINKED = (
    "/", "/nowhere", "/opml.xml", "/healthz", "/readyz", "/metrics", "/status", "/items", "/sources/news", "/feeds/de/news.bilingual.json",
    "/feeds/en/nothing.rss",
)  # fmt: skip
# every logger speaks, before and while the program sets up its own
DEBUG = """
import logging
import asyncio, httpx, httpcore, requests, urllib3, deep_translator
for name in (*logging.root.manager.loggerDict, "aggregator"):
    if not name.startswith("sqlalchemy"):  # who asks that for rows gets rows
        logging.getLogger(name).setLevel(logging.DEBUG)
"""


@dataclass
class Echoing(Loopback):
    """Refuses in a way of its own, and gives back all that it was told: as JSON, in a header, in the address of a redirect."""

    status: int = 401

    def answer(self, asked: Asked) -> Answer:
        told = f"{asked.path} {asked.headers} {asked.raw.decode()}"
        status, headers, body = as_json(self.status, {"error": told, "message": told})
        echoed = told.replace("\n", " ").encode("ascii", "replace").decode()
        return (
            status,
            headers | {"X-Echo": echoed, "Location": f"http://127.0.0.1:9/?{echoed.replace(' ', '+')}", "Set-Cookie": echoed},
            body,
        )


@dataclass(frozen=True)
class Engine:
    """One of the twenty: a kind of engine, the key it has, the service that it is for."""

    name: str
    kind: str
    key: str
    service: Loopback

    def table(self, reference: str) -> str:
        path = {"openai": "/v1", "libre": "/", "microsoft": "/translate?api-version=3.0"}.get(self.kind, "")
        address = f'{"url" if self.kind in ("libre", "microsoft") else "base_url"} = "{self.service.url}{path}"'
        more = {"openai": 'engine = "openai"\nmodel = "m"', "libre": 'engine = "deep"\nprovider = "libre"'}
        more["microsoft"] = 'engine = "deep"\nprovider = "microsoft"'
        return f'[translators.{self.name}]\n{more.get(self.kind, f"""engine = "{self.kind}" """)}\n{address}\napi_key = {reference}\n'


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    """For each language a chain of engines that fail, each in its way, and a sound one at the end."""
    sound = {"libretranslate": Libre(languages=("en", *LANGUAGES)), "deepl": DeepL(), "openai": Chat()}
    with ExitStack() as stack:
        made = []
        for at, language in enumerate(LANGUAGES):
            order = [*KINDS[at + 1 :], *KINDS[: at + 1]]
            order.sort(key=lambda kind: kind == list(sound)[at % 3])
            for place, kind in enumerate(order):
                service = sound[kind] if place == len(KINDS) - 1 else Echoing(status=(401, 500, 302, 400)[(at + place) % 4])
                if not service.url:
                    stack.enter_context(serving(service))
                made.append(Engine(f"{kind}-{language}", kind, f"CANARY{len(made):02}x{language}", service))
        yield made


def configure(site: Site, origin: Origin, engines: list[Engine]) -> dict[str, str]:
    """Write the configuration. Returns the environment: half of the keys, the rest is in files."""
    publish(origin, "Markets rise by 12 points")
    secrets = site.folder.parent / f"{site.folder.name}-secrets"
    secrets.mkdir()
    parts, environ = [], {}
    for number, engine in enumerate(engines):
        if number % 2:
            environ[f"KEY_{number}"] = engine.key
        else:
            (secrets / str(number)).write_text(f"{engine.key}\n", encoding="utf-8")
        parts.append(engine.table(f'{{ env = "KEY_{number}" }}' if number % 2 else f'{{ file = "{secrets / str(number)}" }}'))
    for language in LANGUAGES:
        chain = json.dumps([engine.name for engine in engines if engine.name.endswith(f"-{language}")])
        parts.append(f'[[routes]]\nfrom = "*"\nto = "{language}"\nengines = {chain}\n')
    parts.append(f'[sources.news]\nkind = "json"\nurl = "{origin.url("/news")}"\nlanguage = "en"\nevery = "1s"\n')
    site.configure("\n".join(parts), languages=LANGUAGES)
    return environ


def publish(origin: Origin, *titles: str) -> None:
    """Let there be these items, and a word in all of their bodies."""
    items = [
        {"id": number, "title": title, "link": f"https://a.example/{number}", "description": f"<p>The {TEXT} ran {number}5 miles.</p>"}
        for number, title in enumerate(titles)
    ]
    origin.route("/news", plain(200, json.dumps({"data": items}).encode(), content_type="application/json"))


def run(site: Site, environ: dict[str, str], *arguments: str) -> str:
    """What a command says, on both streams."""
    with Running(start(site, environ, *arguments)) as program:
        out = "".join(program.process.stdout or ())
        assert program.process.wait(120) in (0, 3), (arguments, program.said)
    return out + "\n".join(program.said)


def start(site: Site, environ: dict[str, str], *arguments: str) -> Started:
    plain = {name: value for name, value in os.environ.items() if name != "AGGREGATOR_CONFIG"}
    return nursery.start(list(arguments), folder=site.folder, environment=plain | environ, first=DEBUG)


def served(port: int) -> dict[str, str]:
    """Everything that a daemon serves: what leads on from its pages, and those that nothing leads to, with their headers."""
    waiting, found = [*UNLINKED], dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path not in found:
            answer = ask(port, path)
            found[path] = f"{answer.status} {answer.headers} {answer.body.decode()}"
            links = map(urlsplit, re.findall(r"""(?:href|xmlUrl)=["']([^"']+)""", found[path]))
            waiting += [urljoin(path, link.path) for link in links if link.netloc in ("", "127.0.0.1:8080")]
    return found


def daemon(site: Site, environ: dict[str, str]) -> tuple[str, dict[str, str]]:
    """What a daemon says that polls, translates and publishes one item more, and what it serves then."""
    with Running(start(site, environ, "-v", "run", "--port", "0")) as running:
        port = running.port()
        for _ in LANGUAGES:
            running.hear(r"translated .+ into (de|fr|es|it) by \w+")
        running.hear("published feed it all")
        found = served(port)
        assert running.end() == 0
        assert running.process.stdout
        said = running.process.stdout.read()
    return said + "\n".join(running.said), found


def test_twenty_keys_are_found_nowhere_but_with_their_services(site: Site, origin: Origin, engines: list[Engine]) -> None:
    environ = configure(site, origin, engines)
    assert len({engine.key for engine in engines}) == 20
    said = {}
    for arguments in (
        ["config", "check"], ["config", "show"], ["-v", "fetch", "--all"], ["--json", "-v", "translate"], ["translate", "--plan"],
        ["--json", "status"], ["sources"], ["plugins"],
    ):  # fmt: skip
        said[" ".join(arguments)] = run(site, environ, *arguments)
    publish(origin, "Markets rise by 12 points", "Markets fall by 30 points")
    said["run"], pages = daemon(site, environ)
    assert any("DEBUG asyncio" in output for output in said.values())  # the level is what it is meant to be
    for engine in engines:
        reached = [asked for asked in engine.service.asked if engine.key in f"{asked.headers} {asked.raw.decode()}"]
        assert reached, engine.name
        assert not any("CANARY" in asked.path for asked in reached), engine.name
    assert {f"/feeds/{language}/news.{form}" for language in LANGUAGES for form in ("rss", "atom", "json")} <= pages.keys()
    assert [path for path, page in pages.items() if "CANARY" in page] == []
    assert [name for name, output in said.items() if "CANARY" in output] == []
    assert [name for name, output in said.items() if TEXT in output.lower()] == []
    assert [str(path) for path in files(site.folder) if b"CANARY" in path.read_bytes()] == []
    documents = [path for path in site.content.rglob("*.md") if path.parts[-4] in LANGUAGES]
    assert len(documents) == 2 * len(LANGUAGES)


def files(folder: Path) -> list[Path]:
    """Configuration, store, documents and feeds."""
    return [path for path in folder.rglob("*") if path.is_file()]
