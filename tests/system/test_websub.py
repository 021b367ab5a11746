"""A hub and a publisher on loopback: what they see of us is what is proved."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import queue
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from aggregator.model import Source
from aggregator.runners.subscribing import Subscriber
from tests.system.conftest import HEAD, Answer, Running, Site, ask
from tests.system.days import MONDAY, Days
from tests.system.origin import Asked, Origin, Wire, answer, plain
from tests.system.papers import entries, rss

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEASE = 10  # seconds
CHALLENGE = "<b>challenge</b>"


def a_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def signature(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def question(topic: str, *, mode: str = "subscribe", lease: int = LEASE) -> str:
    return "?" + urlencode({"hub.mode": mode, "hub.topic": topic, "hub.challenge": CHALLENGE, "hub.lease_seconds": lease})


def deliver(port: int, path: str, body: bytes, signed: str) -> Answer:
    """What a hub does with the publisher's document, until it is taken."""
    until = time.monotonic() + 30
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/rss+xml", "X-Hub-Signature": signed})
            response = connection.getresponse()
            said = Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()
        if said.status != 503 or time.monotonic() > until:
            return said


def test_what_a_hub_brings_is_published_and_the_origin_left_alone_until_the_lease_ends(site: Site, origin: Origin) -> None:
    port, requests = a_free_port(), queue.Queue[dict[str, str]]()
    topic, hub = origin.url("/feed"), origin.url("/hub")

    def hubs_door(asked: Asked, wire: Wire) -> None:
        wire.send(answer(202))
        requests.put({"method": asked.method, **dict(parse_qsl(asked.body.decode()))})

    def feed(*numbers: int) -> bytes:
        return rss(numbers, host="paper.example")

    origin.route("/hub", hubs_door)
    origin.route("/feed", plain(200, feed(1), link=f'<{hub}>; rel="hub", <{topic}>; rel="self"'))
    head = HEAD.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{port}")
    site.configure(f'[sources.paper]\nurl = "{topic}"\nlanguage = "zh-CN"\nevery = "1s"\ntranslate_to = []\n', head=head)
    with Running(site.start("-v", "run", "--port", str(port))) as daemon:
        daemon.hear("published feed zh-CN paper")
        asked = requests.get(timeout=30)
        callback = urlsplit(asked["hub.callback"])
        assert (asked["method"], asked["hub.mode"], asked["hub.topic"]) == ("POST", "subscribe", topic)
        assert callback.netloc == f"127.0.0.1:{port}"
        assert len(callback.path.rpartition("/")[2]) >= 40
        assert 40 <= len(asked["hub.secret"]) < 200
        only_what_was_meant_is_confirmed(port, callback.path, topic)
        confirmed = time.monotonic()

        forged = feed(666, 1)
        assert deliver(port, callback.path, forged, signature(forged, "guess")).status == 202
        assert deliver(port, callback.path, forged, "").status == 202
        daemon.hear("not signed by its hub: ignored")
        assert deliver(port, callback.path + "x", forged, signature(forged, asked["hub.secret"])).status == 404
        assert deliver(port, callback.path, b"x" * (5 * 1024 * 1024 + 1), "").status == 413
        news = feed(2)
        assert deliver(port, callback.path, news, signature(news, asked["hub.secret"])).status == 202
        polls = len(origin.asked("/feed"))
        daemon.hear("published feed zh-CN paper")
        assert [entry.id.rpartition("/")[2] for entry in entries(site.feeds / "zh-CN" / "paper.rss")] != []
        assert served(site) == {"1", "2"}

        renewed = requests.get(timeout=30)
        assert time.monotonic() - confirmed < LEASE
        assert (renewed["hub.callback"], renewed["hub.secret"]) == (asked["hub.callback"], asked["hub.secret"])
        assert len(origin.asked("/feed")) == polls  # every second until then
        daemon.hear("the subscription for paper has ended")  # the hub did not confirm the renewal
        daemon.hear("polled paper: (unchanged|fetched)")
        assert len(origin.asked("/feed")) > polls
        assert daemon.end() == 0
    assert "Traceback" not in "\n".join(daemon.said)
    assert asked["hub.secret"] not in "\n".join(daemon.said)


def only_what_was_meant_is_confirmed(port: int, path: str, topic: str) -> None:
    for wrong in (path + question(topic + "?"), path + question(topic, mode="unsubscribe"), path + "x" + question(topic), path):
        assert ask(port, wrong).status == 404
    right = ask(port, path + question(topic))
    assert (right.status, right.body.decode()) == (200, CHALLENGE)
    assert right.headers["content-type"].startswith("text/plain")


def served(site: Site) -> set[str]:
    """The numbers of the items in the published feed."""
    return {entry.title.rpartition(" ")[2] for entry in entries(site.feeds / "zh-CN" / "paper.rss")}


def test_a_hub_that_can_not_call_back_is_not_asked(site: Site, origin: Origin) -> None:
    origin.route("/feed", plain(200, rss([1]), link='<https://hub.invalid/>; rel="hub"'))
    site.configure(f'[sources.paper]\nurl = "{origin.url("/feed")}"\nlanguage = "zh-CN"\nevery = "1s"\ntranslate_to = []\n')
    with Running(site.start("-v", "run", "--port", "0")) as daemon:
        for _ in range(4):
            daemon.hear("polled paper")
        assert daemon.end() == 0
    assert [line for line in daemon.said if "subscription" in line or "hub" in line] == []


# -- days


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    with Origin() as origin:
        yield Days(origin=origin, folder=tmp_path)


class Paper:
    """A publisher with a hub, over days."""

    def __init__(self, days: Days) -> None:
        self.days, self.numbers = days, [1]
        days.origin.route("/hub", plain(202, b""))
        days.origin.route("/feed", self._answer)
        days.sources = [Source(name="paper", url=days.origin.url("/feed"), every=HOUR)]

    def _answer(self, asked: Asked, wire: Wire) -> None:
        link = f'<{self.days.origin.url("/hub")}>; rel="hub"'
        wire.send(answer(200, rss(self.numbers, host="paper.example"), link=link))

    @property
    def asked(self) -> dict[str, str]:
        """The last request to the hub."""
        return dict(parse_qsl(self.days.origin.asked("/hub")[-1].body.decode()))

    @property
    def token(self) -> str:
        return self.asked["hub.callback"].rpartition("/")[2]

    def tick(self) -> None:
        self.days.subscriber(lambda subscriber: subscriber.tick())

    def confirm(self, mode: str = "subscribe") -> None:
        async def job(subscriber: Subscriber) -> None:
            query = dict(parse_qsl(question(self.days.origin.url("/feed"), mode=mode, lease=10 * 86400)[1:]))
            assert subscriber.confirm(self.token, query) == ("" if mode == "denied" else CHALLENGE)

        self.days.subscriber(job)

    def push(self, body: bytes = b"") -> None:
        """Publish something, and have the hub bring it."""
        self.numbers.insert(0, len(self.numbers) + 1)
        brought = body or rss(self.numbers[:1], host="paper.example")

        async def job(subscriber: Subscriber) -> None:
            signed = signature(brought, self.asked["hub.secret"])
            assert await subscriber.deliver(self.token, brought, content_type="", signature=signed) is True

        self.days.subscriber(job)

    def polls(self, length: timedelta) -> int:
        """How often the origin is asked while so much time passes."""
        known = len(self.days.times("/feed"))
        self.days.until(self.days.now + length)
        return len(self.days.times("/feed")) - known


def test_a_source_is_polled_once_a_day_while_its_hub_brings_everything(days: Days) -> None:
    paper = Paper(days)
    assert paper.polls(6 * HOUR) == 7
    paper.tick()
    paper.confirm()
    assert paper.polls(6 * HOUR) == 6  # it has brought nothing yet
    paper.push()
    assert paper.polls(5 * DAY) == 5
    paper.push()
    assert paper.polls(2 * DAY) == 2
    assert [(row.outcome, row.new) for row in days.polled if row.new] == [("fetched", 1)]  # pushes are no polls, and missed nothing
    paper.numbers.insert(0, 99)  # without a word of the hub
    assert paper.polls(2 * DAY) > 24
    paper.push()
    assert paper.polls(DAY) <= 1


def test_a_lease_is_renewed_in_time_and_without_it_the_source_has_its_own_rhythm(days: Days) -> None:
    paper = Paper(days)
    days.until(MONDAY)
    paper.tick()
    paper.confirm()
    paper.push()
    for _ in range(7):
        days.until(days.now + DAY)
        paper.tick()
    assert len(days.origin.asked("/hub")) == 1
    days.until(days.now + DAY)
    paper.tick()
    assert len(days.origin.asked("/hub")) == 2  # after eight of ten days
    paper.confirm()
    days.until(days.now + 5 * DAY)
    assert paper.polls(2 * DAY) == 2
    days.until(MONDAY + 19 * DAY)  # nobody confirms any more
    paper.tick()
    assert paper.polls(DAY) == 24


def test_a_denied_subscription_ends_and_is_not_asked_for_again(days: Days) -> None:
    paper = Paper(days)
    days.until(MONDAY)
    paper.tick()
    paper.confirm()
    paper.push()
    assert paper.polls(3 * DAY) == 3
    paper.confirm("denied")
    assert paper.polls(DAY) >= 24
    days.until(days.now + 5 * DAY)
    paper.tick()
    assert len(days.origin.asked("/hub")) == 1


def test_a_delivery_that_can_not_be_read_makes_the_source_due(days: Days) -> None:
    paper = Paper(days)
    days.until(MONDAY)
    paper.tick()
    paper.confirm()
    paper.push()
    days.until(days.now + HOUR)
    paper.push(b"something has changed")
    assert paper.polls(timedelta(0)) == 1
    assert days.polled[-1].new == 1


def test_a_hub_that_refuses_is_asked_less_and_less(days: Days) -> None:
    paper = Paper(days)
    days.origin.route("/hub", plain(500, b""))
    days.until(MONDAY)
    for hour in range(16):
        days.until(MONDAY + hour * HOUR)
        paper.tick()
    assert len(days.origin.asked("/hub")) == 5  # at 0, 1, 3, 7 and 15 hours
    assert len({asked.body for asked in days.origin.asked("/hub")}) == 1


def test_a_hub_is_not_followed_into_other_networks(days: Days) -> None:
    paper = Paper(days)
    days.origin.route("/hub", plain(307, b"", location="http://10.0.0.1/hub"))
    days.until(MONDAY)
    paper.tick()
    days.origin.route("/hub", plain(302, b"", location=days.origin.url("/feed")))
    known = len(days.origin.log)
    days.until(MONDAY + HOUR)
    paper.tick()
    assert [asked.path for asked in days.origin.log[known:]] == ["/feed", "/hub"]  # a POST does not become a GET elsewhere
