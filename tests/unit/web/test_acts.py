"""Acts on a real house: what a person does through the pages, and who may."""

from __future__ import annotations

import json
import tomllib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator import config, wiring
from aggregator.core.admission import Keys
from aggregator.model import Change, Item, Job, Polled, Translation
from aggregator.pipeline import utc_now
from aggregator.web.acts import ACTS, Desk
from aggregator.web.guard import Doors, Guard
from aggregator.wiring import House
from tests import newsroom
from tests.system.origin import ATOM, Origin, plain
from tests.unit.web.asking import Answer, ask, post

TOKEN = "correct-horse-battery-staple"
KEYS = Keys(TOKEN)
BEARER = f"Bearer {TOKEN}"
ITEM = "0c5f4c0e-3f0a-5d0b-9a53-6f8f7a2b6d31"
SETTINGS = {
    "site": {"languages": ["de", "en"]},
    "fetch": {"allow_networks": ["127.0.0.0/8"], "spacing": "0s"},
    "sources": {"news": {"url": "https://news.example/feed", "language": "en"}, "other": {"url": "https://other.example/feed"}},
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = config.from_table(SETTINGS, folder=tmp_path / "config", environ={})
    with wiring.open_house(settings, offline=True) as house:
        house.store.sync_sources(settings.sources, now=house.pipeline.clock())
        yield house


@pytest.fixture
def site(house: House, tmp_path: Path) -> Guard:
    return site_of(house, tmp_path)


def site_of(house: House, folder: Path, *, keys: Keys | None = KEYS, **more: object) -> Guard:
    (folder / "config").mkdir(exist_ok=True)
    desk = Desk(house=lambda: house, config=folder / "config" / "aggregator.toml", keys=keys, clock=lambda: 0.0, **more)  # type: ignore[arg-type]
    return newsroom.site(house, desk=desk, doors=Doors(keys=keys))


def stored(house: House) -> Item:
    """An item of two segments with its translation."""
    now = utc_now()
    item = Item(
        id=ITEM, source="news", guid="1", url="https://news.example/1", title="The market rose", html="<p>It fell later.</p>", summary="",
        published=now, language="en", digest="d",
    )  # fmt: skip
    state = house.store.states(["news"])["news"]
    job = Job(item_id=ITEM, language="de", source="news", digest="d")
    house.store.save_poll(state, [Change(item=item, kind="new")], [job], Polled(source="news", at=now, outcome="fetched"))
    (job,) = house.store.claim_jobs(now=now, limit=1, lease=house.settings.fetch.timeout)
    text = {"title": "Der Markt stieg", "summary": "", "body": "Er fiel spaeter."}
    house.store.save_translation(job, Translation(item_id=ITEM, language="de", engine="e", of_digest="d", made_at=now, **text))
    return item


def act(site: Guard, deed: str, **fields: str) -> Answer:
    return post(site, f"/acts/{deed}", fields=fields, authorization=BEARER)


# -- who may ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ACTS)
def test_without_the_token_nothing_is_done(house: House, site: Guard, path: str) -> None:
    before = dict(house.store.states())
    every = {"source": "news", "item": ITEM, "language": "de", "segment": f"{ITEM}:1", "text": "x", "url": "http://127.0.0.1:1/"}
    for client, token in (("a", {}), ("b", {"authorization": "Bearer x"}), ("c", {"authorization": "Basic bmV3czo="})):
        refused = post(site, path, client=client, fields=every, **token)
        assert (refused.status, "www-authenticate" in refused.headers) == (401, True)
    assert post(site, path, client="d", fields=every | {"token": "x"}).status == 401
    assert post(site, path, client="e", fields=every, authorization=BEARER, origin="https://evil.example").status == 403
    assert ask(site, path, authorization=BEARER).status == 405
    assert dict(house.store.states()) == before


@pytest.mark.parametrize("path", ACTS)
def test_where_no_token_is_configured_nobody_may(house: House, tmp_path: Path, path: str) -> None:
    refused = post(site_of(house, tmp_path, keys=None), path, fields={"source": "news", "token": ""}, authorization="Bearer ")
    assert (refused.status, b"no token is configured" in refused.body) == (403, True)


def test_the_token_comes_as_bearer_as_a_password_or_in_the_form(house: House, site: Guard) -> None:
    password = f"Basic {b64encode(f'anybody:{TOKEN}'.encode()).decode()}"
    for told, field in (({"authorization": BEARER}, {}), ({"authorization": password}, {}), ({}, {"token": TOKEN})):
        house.store.pause_sources(["news"], paused=False)
        assert post(site, "/acts/pause", fields={"source": "news", **field}, **told).status == 200
        assert house.store.states()["news"].paused


def test_too_many_acts_have_to_wait(site: Guard) -> None:
    answers = [act(site, "pause", source="news") for _ in range(11)]
    assert [answer.status for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "6"


# -- what is answered ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "led"),
    [
        ("", "/sources/news"),
        ("/status", "/status"),
        ("https://evil.example/", "/sources/news"),
        ("//evil.example", "/sources/news"),
        ("/\\evil.example", "/sources/news"),
        ("/x\r\nSet-Cookie: a=b", "/sources/news"),
    ],
)
def test_a_browser_is_led_to_a_page_of_ours(site: Guard, to: str, led: str) -> None:
    answer = post(site, "/acts/pause", fields={"source": "news", "next": to}, authorization=BEARER, accept="text/html,*/*;q=0.8")
    assert (answer.status, answer.headers["location"], answer.headers["cache-control"]) == (303, led, "no-store")
    assert "set-cookie" not in answer.headers


def test_a_browser_is_shown_what_is_wrong_and_nothing_of_it_is_markup(site: Guard) -> None:
    answer = post(site, "/acts/pause", fields={"source": "<script>alert(1)</script>"}, authorization=BEARER, accept="text/html")
    assert (answer.status, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert b"There is no source" in answer.body
    assert b"<script>" not in answer.body


@pytest.mark.parametrize(
    ("body", "kind", "status", "says"),
    [
        (b'{"source": "news"}', "application/json; charset=utf-8", 200, "paused"),
        (b'{"source": 1}', "application/json", 400, "values are texts"),
        (b'{"source": "\\ud800"}', "application/json", 400, "half of a character"),
        (b"[" * 60_000, "application/json", 400, "not JSON"),
        (b"{", "application/json", 400, "not JSON"),
        (b"source=news", "text/plain", 400, "application/json"),
        (b"source=%ff", "application/x-www-form-urlencoded", 400, "UTF-8"),
        (b"&".join([b"a=b"] * 30), "application/x-www-form-urlencoded", 400, "at most 20"),
        (b"", "application/x-www-form-urlencoded", 400, "missing: source"),
        (b"source=++", "application/x-www-form-urlencoded", 400, "missing: source"),
        (b"x" * 70_000, "application/x-www-form-urlencoded", 413, "too much"),
    ],
)
def test_fields_come_as_a_form_or_as_json_within_bounds(site: Guard, body: bytes, kind: str, status: int, says: str) -> None:
    answer = ask(site, "/acts/pause", "POST", body=body, content_type=kind, authorization=BEARER)
    assert (answer.status, says in answer.json["done" if status == 200 else "error"]) == (status, True), answer.body


# -- what is done ----------------------------------------------------------------------------------------------------------------


def test_a_source_is_paused_and_goes_on_and_is_refreshed(house: House, site: Guard) -> None:
    assert act(site, "pause", source="news").json == {"done": "news is paused."}
    assert house.store.states()["news"].paused
    assert "Resume it first" in act(site, "refresh", source="news").json["error"]
    assert act(site, "resume", source="news").status == 200
    assert act(site, "refresh", source="news").json == {"done": "news is due now: the daemon polls it within seconds."}
    state = house.store.states()["news"]
    assert (state.paused, state.rule) == (False, "asked")
    assert act(site, "refresh", source="nobody").status == 422


def test_a_translation_is_asked_for_once_more_before_all_others(house: House, site: Guard) -> None:
    stored(house)
    assert house.store.pending_jobs() == []
    assert act(site, "retry", item=ITEM, language="DE").json["language"] == "de"
    (job,) = house.store.pending_jobs()
    assert (job.item_id, job.language) == (ITEM, "de")
    later = house.pipeline.clock() + house.settings.fetch.timeout
    (claimed,) = house.store.claim_jobs(now=house.pipeline.clock(), limit=1, lease=house.settings.fetch.timeout)
    house.store.postpone_job(claimed, due_at=later, error="x")
    assert act(site, "retry", item=ITEM, language="de").status == 200
    assert house.store.pending_jobs()[0].due_at < later
    for item, language in ((ITEM, "fr"), (ITEM, "en"), (ITEM, "?"), ("nothing", "de")):
        assert act(site, "retry", item=item, language=language).status == 422


def test_a_segment_is_put_right_for_good(house: House, site: Guard) -> None:
    stored(house)
    done = act(site, "edit", segment=f"{ITEM}:1", text="Der Markt  legte zu\n")
    assert (done.status, done.json["items"], done.json["language"]) == (200, 1, "de")
    (known,) = house.store.remembered(target_language="de", locked=True)
    assert (known.source, known.text) == ("The market rose", "Der Markt legte zu")
    assert [job.language for job in house.store.pending_jobs()] == ["de"]
    assert "no segment '9'" in act(site, "edit", segment=f"{ITEM}:9", text="x").json["error"]
    assert "placeholders" in act(site, "edit", segment=f"{ITEM}:1", text="Mit {7}").json["error"]


def test_a_source_is_shown_first_and_then_added(house: House, tmp_path: Path) -> None:
    asked: list[bool] = []
    site = site_of(house, tmp_path, reread=lambda: asked.append(True))
    with Origin() as origin:
        origin.route("/feed", plain(200, ATOM))
        seen = act(site, "add", url=origin.url("/feed"))
        assert (seen.status, seen.json["source"], [entry["title"] for entry in seen.json["entries"]]) == (200, "loopback", ["One"])
        page = post(site, "/acts/add", fields={"url": origin.url("/feed")}, authorization=BEARER, accept="text/html")
        assert (page.status, b'name="confirm" value="yes"' in page.body, b"<script>" in page.body) == (200, True, False)
        assert (list((tmp_path / "config").rglob("*.toml")), asked) == ([], [])
        done = act(site, "add", url=origin.url("/feed"), name="mine", confirm="yes")
    assert (done.json["source"], done.json["file"]) == ("mine", "mine.toml")
    written = tomllib.loads((tmp_path / "config/sources/mine.toml").read_text(encoding="utf-8"))
    assert written["sources"]["mine"]["url"] == origin.url("/feed")
    assert asked == [True]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://10.1.2.3/feed", "10.1.2.3"),
        ("file:///etc/passwd", "http or https"),
        ("https://news.example/feed", "already, as news"),
        ("http://127.0.0.1:1025/feed", "No feed was found"),
    ],
)
def test_what_can_t_be_added_says_why(site: Guard, url: str, says: str) -> None:
    answer = act(site, "add", url=url, confirm="yes")
    assert (answer.status, says in json.loads(answer.body)["error"]) == (422, True), answer.body
