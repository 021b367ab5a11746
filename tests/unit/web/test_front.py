"""The application that takes the place of another one after a reload."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from aggregator import wiring
from aggregator.cli.serving import web_of
from aggregator.runners.watch import Watch
from aggregator.web.guard import Tries
from aggregator.web.server import Front
from tests.unit.web.asking import ask
from tests.unit.web.test_routes import BEARER, settings_of


def test_a_reload_is_seen_at_the_next_request_and_forgets_no_wrong_try(tmp_path: Path) -> None:
    with wiring.open_house(settings_of(tmp_path), offline=True) as house:
        houses = [house, wiring.build(settings_of(tmp_path, private=True), house.store, offline=True, write=None)]
        site = partial(web_of, lambda: houses[0], Watch(lambda: houses[0]), config=tmp_path / "aggregator.toml", tries=Tries())
        front = Front(lambda: houses[0], lambda _: site())
        assert ask(front, "/").status == 200
        for _ in range(10):
            assert ask(front, "/metrics", authorization="Bearer wrong").status == 401
        houses.pop(0)
        assert ask(front, "/").status == 401
        assert ask(front, "/", client="192.0.2.2", authorization=BEARER).status == 200
        assert ask(front, "/metrics", authorization="Bearer wrong").status == 429
