"""kill -9 at any moment: what is stored afterwards is what some poll left, whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

KILLS = 20

# Forks, because loading the store takes longer than the life that most writers get.
PROGRAM = """
import json, os, random, signal, sys, time
from datetime import UTC, datetime
from aggregator.model import Change, Item, Job, Polled, PollState, Validators
from aggregator.store import open_store

URL, KILLS = sys.argv[1], int(sys.argv[2])
NOW = datetime(2026, 5, 1, tzinfo=UTC)
PER_POLL = 3

def item(number):
    text = "x" * random.randrange(20_000)
    return Item(id=f"i{number:06}", source="a", guid="", url="", title=f"T{number}", html=text, summary="",
                published=NOW, language="en", digest=f"d{number}")

def polls_stored(store):
    return int(store.states()["a"].validators.etag or 0) if store.states() else 0

def write_for_ever(told):
    store = open_store(URL)
    poll = polls_stored(store)
    while True:
        new = [item(poll * PER_POLL + number) for number in range(PER_POLL)]
        poll += 1
        os.write(told, b"%d " % -poll)
        store.save_poll(
            PollState(source="a", validators=Validators(etag=str(poll))),
            [Change(item=each, kind="new") for each in new],
            [Job(item_id=each.id, language="fr", source="a", digest=each.digest) for each in new],
            Polled(source="a", at=NOW, outcome="fetched", new=PER_POLL),
        )
        os.write(told, b"%d " % poll)

def problems(said):
    store = open_store(URL)  # an unclean end: this checks the whole file
    polls, counts = polls_stored(store), store.counts()
    wanted = [f"i{number:06}" for number in range(polls * PER_POLL)]
    found = {
        "a poll that was reported as stored is gone": polls < max(said, default=0),
        "a poll is stored that was never begun": polls > -min(said, default=0),
        "items are missing or too many": sorted(store.newest(feed="all", language="en", limit=10**6)) != wanted,
        "rows of items differ from polls": counts["items"] != len(wanted),
        "jobs differ from items": counts["jobs"] != len(wanted),
        "pages and feeds to publish differ from items": counts["marks"] != len(wanted) + (2 if wanted else 0),
    }
    store.close()
    return [problem for problem, is_so in found.items() if is_so]

report = {"problems": [], "polls": 0, "in_the_middle": 0}
open_store(URL).close()
for kill in range(KILLS):
    hear, told = os.pipe()
    child = os.fork()
    if not child:
        write_for_ever(told)
    os.close(told)
    first = b"".join(os.read(hear, 1) for _ in range(random.randrange(1, 40)))
    time.sleep(random.random() * 0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with open(hear, "rb") as pipe:
        said = [int(number) for number in (first + pipe.read()).split()]
    report["problems"] += problems(said)
    report["polls"] = max([report["polls"], *said])
    report["in_the_middle"] += said[-1] < 0
print(json.dumps(report))
"""


def test_a_killed_writer_leaves_whole_polls_and_validators_never_ahead_of_items(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    done = subprocess.run([sys.executable, "-c", PROGRAM, url, str(KILLS)], capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert report["problems"] == []
    assert report["polls"] > KILLS
    assert report["in_the_middle"] > 0
