"""What the pages show of what a person may do and has done: forms, pauses, tokens, sources that were removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator import wiring
from aggregator.cli.correcting import segment_rows
from aggregator.core.admission import Keys
from aggregator.web.acts import ACTS, Desk
from aggregator.web.guard import Guard
from aggregator.wiring import House
from tests import newsroom
from tests.newsroom import ALIBABA
from tests.unit.web.asking import post
from tests.unit.web.test_pages import get, twin


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with newsroom.furnished(tmp_path_factory.mktemp("newsroom")) as house:
        yield house


@pytest.fixture(scope="module")
def app(house: House) -> Guard:
    return newsroom.site(house)


def acting_site(house: House) -> Guard:
    """Where the operator has a token, and so may act."""
    return newsroom.site(house, desk=Desk(house=lambda: house, config=Path("aggregator.toml"), keys=Keys("x" * 20)))


def test_acts_are_described_where_people_may_and_nowhere_else(house: House, app: Guard) -> None:
    assert not any("post" in operations for operations in twin(app, "/openapi.json")["paths"].values())
    locked = newsroom.site(house, desk=Desk(house=lambda: house, config=Path("aggregator.toml"), keys=None))
    assert twin(locked, "/openapi.json") == twin(app, "/openapi.json")
    described = twin(acting_site(house), "/openapi.json")["paths"]
    assert [path for path, operations in described.items() if "post" in operations] == list(ACTS)
    for path, act in ACTS.items():
        operation = described[path]["post"]
        (form,) = {json.dumps(body["schema"]) for body in operation["requestBody"]["content"].values()}
        assert (json.loads(form)["required"], list(json.loads(form)["properties"])) == ([*act.needs], [*act.needs, *act.may_have])
        assert (operation["summary"], {"200", "401", "422"} <= operation["responses"].keys()) == (act.does.__doc__, True)


def test_a_paused_source_needs_nobody_and_is_never_due(tmp_path: Path) -> None:
    with newsroom.furnished(tmp_path) as house:
        house.store.pause_sources(["quiet"], paused=True)
        app = newsroom.site(house)
        assert (twin(app, "/sources/quiet.json")["health"], twin(app, "/sources/quiet.json")["due"]) == ("paused", None)
        status = twin(app, "/status.json")
        assert (status["sources"], status["trouble"]) == ({"ok": 2, "paused": 1}, [])
        (form,) = get(acting_site(house), "/sources/quiet").tree.css("form[action='/acts/resume']")
        assert form.css_first("input[name=source]").attributes["value"] == "quiet"


def test_pages_name_the_addresses_that_feeds_have_with_their_tokens(tmp_path: Path) -> None:
    secret = '[web]\nprivate = true\nfeed_tokens = true\ntoken = { env = "TOKEN" }\n'
    with newsroom.furnished(tmp_path, f"{newsroom.CONFIGURATION}{secret}", TOKEN="x" * 20) as house:
        app = newsroom.site(house)
        address = f"/feeds/de/times.rss?token={Keys('x' * 20).of_feed('de/times.rss')}"
        assert house.address("de/times.rss") == f"https://news.example{address}"
        for page in ("/", "/feeds/de/times"):
            shown = [node.attributes["data-copy"] for node in get(app, page).tree.css("button[data-copy]")]
            assert address in shown


def test_a_removed_source_is_in_no_catalogue(tmp_path: Path) -> None:
    with newsroom.furnished(tmp_path) as house:
        left = tuple(source for source in house.settings.sources if source.name != "times")
        app = newsroom.site(wiring.rebuild(house, replace(house.settings, sources=left)))
        assert [row["name"] for row in twin(app, "/index.json")["rows"]] == ["all", "caijing", "quiet", "tag/markets"]
        assert (get(app, "/feeds/de/times").status, get(app, "/feeds/de/times.rss").status) == (404, 410)


def test_a_segment_is_put_right_on_its_item_s_page_by_the_function_of_the_command(tmp_path: Path) -> None:
    with newsroom.furnished(tmp_path) as house:
        site, address = acting_site(house), f"/items/{ALIBABA.id}?segments=en"
        assert [node.attributes["href"] for node in get(site, f"/items/{ALIBABA.id}").tree.css("a[href*=segments]")] == [
            f"/items/{ALIBABA.id}?segments={tag}#segments" for tag in ("de", "en")
        ]
        shown = twin(site, f"/items/{ALIBABA.id}.json?segments=en")["segments"]
        assert [each["segment"] for each in shown] == [row["segment"] for row in segment_rows(house, ALIBABA, "en")]
        assert [each["text"] for each in shown[2:]] == ["阿里巴巴集团（AHLA）第三季度营收 2,801.5 亿元。", "净利润增长 {0}48%{1}。"]
        (form,) = [form for form in get(site, address).tree.css("form[action='/acts/edit']") if f"{ALIBABA.id}:1" in (form.html or "")]
        fields = {field.attributes["name"]: field.attributes["value"] or "" for field in form.css("input")}
        fields |= {"text": "阿里 revenue grows", "token": "x" * 20}
        done = post(site, "/acts/edit", fields=fields, accept="text/html")
        assert (done.status, done.headers["location"]) == (303, f"{address}#segments")
        page = get(site, address)
        assert page.texts("textarea")[0] == "阿里 revenue grows"
        assert page.texts(".segments .about")[0] == "by hand"
        assert [job.language for job in house.store.pending_jobs() if job.item_id == ALIBABA.id] == ["en"]


def test_whoever_may_not_act_sees_the_segments_and_no_form(app: Guard) -> None:
    page = get(app, f"/items/{ALIBABA.id}?segments=de")
    assert (len(page.tree.css(".segments li")), page.tree.css("form[method=post], textarea")) == (4, [])
    for language in ("fr", "zh-CN", "x"):
        assert get(app, f"/items/{ALIBABA.id}?segments={language}").status == 404
        assert get(app, f"/items/{ALIBABA.id}.json?segments={language}").status == 404


def test_there_are_forms_to_act_where_people_may_and_nowhere_else(house: House, app: Guard) -> None:
    acting = acting_site(house)
    found = {}
    for path in ("/", "/sources/times", f"/items/{ALIBABA.id}?segments=de"):
        assert get(app, path).tree.css("form[method=post]") == []
        for form in get(acting, path).tree.css("form[method=post]"):
            fields = {field.attributes["name"]: field.attributes.get("value") for field in form.css("input")}
            found[form.attributes["action"]] = fields
            assert len(form.css("button")) == 1
    assert found == {
        "/acts/add": {"url": None},
        "/acts/refresh": {"source": "times", "next": "/sources/times"},
        "/acts/pause": {"source": "times", "next": "/sources/times"},
        "/acts/retry": {"item": ALIBABA.id, "language": "en", "next": f"/items/{ALIBABA.id}"},
        "/acts/edit": {"segment": f"{ALIBABA.id}:4", "language": "de", "next": f"/items/{ALIBABA.id}?segments=de#segments"},
    }
