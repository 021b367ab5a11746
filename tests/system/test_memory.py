"""What was translated once, through the real command line: remembered, shown, corrected by a person, and never asked for again."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing

import pytest

from tests.system.conftest import Site
from tests.system.origin import Origin, plain
from tests.system.papers import rss

CONFIG = """
[sources.paper]
url = "{paper}"
language = "en"

[sources.other]
url = "{other}"
language = "en-US"

[translators.pretended]
engine = "pseudo"

[translators.opencc]
engine = "opencc"

[[routes]]
from = "zh"
to = "zh"
engines = ["opencc"]

[[routes]]
engines = ["pretended"]
"""
KEPT = ("segments", "usage", "items", "translations", "jobs", "pages", "feeds", "feed_pages")
SHARED = "Read the whole story on our own pages."
BODY = f"<p>Report number {{id}} of the day.</p><p>{SHARED}</p>"


def configure(site: Site, origin: Origin, *, languages: tuple[str, ...] = ("de",)) -> None:
    for name, number in (("paper", 1), ("other", 2)):
        body = rss([number], host=f"{name}.example", title="The title of report {id}", html=BODY)
        origin.route(f"/{name}", plain(200, body, content_type="application/rss+xml"))
    site.configure(CONFIG.format(paper=origin.url("/paper"), other=origin.url("/other")), languages=languages)
    assert [site.run("fetch", name).returncode for name in ("paper", "other")] == [0, 0]


def rows(site: Site) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(site.folder / "data" / "store.db")) as connection:
        return {table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall()) for table in KEPT}


def document(site: Site, source: str, language: str = "de") -> str:
    (path,) = (site.content / language / "news" / source).glob("*.md")
    return path.read_text(encoding="utf-8")


def segments(site: Site, title: str) -> dict[int, dict[str, object]]:
    return {int(str(row["segment"]).rpartition(":")[2]): row for row in site.lines("items", title, "--segments", "de")}


def test_a_poll_without_changes_writes_nothing_of_translations(site: Site, origin: Origin) -> None:
    configure(site, origin)
    before = rows(site)
    assert [len(before[table]) for table in ("segments", "translations", "jobs")] == [5, 2, 0]
    done = site.run("fetch", "--all")
    assert "0 translations made" in done.stderr
    assert rows(site) == before


def test_what_two_sources_share_is_one_segment_and_its_uses_are_counted(site: Site, origin: Origin) -> None:
    configure(site, origin)
    first, second = segments(site, "report 1"), segments(site, "report 2")
    assert [row["part"] for row in first.values()] == ["title", "text", "text"]
    assert first[4]["key"] == second[4]["key"]
    assert (first[4]["text"], first[4]["by"], first[4]["locked"], first[4]["hits"]) == (SHARED, "pretended", False, 1)
    assert first[3]["hits"] == 0
    assert (first[3]["step"], first[3]["flags"]) == ("whole", [])


def test_how_each_segment_was_translated_is_shown_and_counted(site: Site, origin: Origin) -> None:
    body = rss([1], host="paper.example", title="The title of report {id}", html="<p>ASML and SAP beat forecasts, says UBS.</p>")
    origin.route("/paper", plain(200, body, content_type="application/rss+xml"))
    site.configure(CONFIG.format(paper=origin.url("/paper"), other=origin.url("/other")), languages=("de",))
    assert site.run("fetch", "paper").returncode == 0
    found = {row["part"]: (row["by"], row["step"], row["flags"]) for row in site.lines("items", "report 1", "--segments", "de")}
    assert (found["title"], found["text"]) == (("pretended", "whole", []), ("pretended", "whole", ["names"]))
    assert site.lines("items", "report 1")[0]["provenance"] == ["de pretended whole 2"]
    (row,) = site.lines("status", "--costs")
    assert row["steps"] == ["whole 2"]  # the summary is the text


def test_a_correction_updates_every_document_that_holds_the_segment_and_wins_for_ever(site: Site, origin: Origin) -> None:
    configure(site, origin)
    segment = str(segments(site, "report 1")[4]["segment"])
    done = site.run("translate", "--edit", segment, "--text", "Lesen Sie alles bei uns.")
    assert (done.returncode, "2 items hold this segment" in done.stderr) == (0, True), done.stderr
    for source in ("paper", "other"):
        assert "Lesen Sie alles bei uns." in document(site, source)
    assert segments(site, "report 2")[4]["locked"]
    assert site.run("translate", "--again").returncode == 0
    assert "Lesen Sie alles bei uns." in document(site, "other")
    feed = json.loads((site.feeds / "de" / "all.json").read_text(encoding="utf-8"))
    assert all("Lesen Sie alles bei uns." in item["content_html"] for item in feed["items"])


def test_a_correction_of_a_paragraph_is_in_the_summary_that_it_begins(site: Site, origin: Origin) -> None:
    configure(site, origin)
    segment = str(segments(site, "report 1")[3]["segment"])
    assert site.run("translate", "--edit", segment, "--text", "Der erste Bericht des Tages.").returncode == 0
    front, _, body = document(site, "paper").partition("\n---\n")
    assert 'summary: "Der erste Bericht des Tages.' in front
    assert "Der erste Bericht des Tages." in body


def test_a_correction_updates_what_is_converted_from_it(site: Site, origin: Origin) -> None:
    configure(site, origin, languages=("zh-CN", "zh-TW"))
    segment = str(site.lines("items", "report 1", "--segments", "zh-CN")[2]["segment"])
    done = site.run("translate", "--edit", segment, "--to", "zh-CN", "--text", "全文见本站的网络软件。")
    assert (done.returncode, "2 items hold this segment" in done.stderr) == (0, True), done.stderr
    for source in ("paper", "other"):
        assert "全文见本站的网络软件。" in document(site, source, "zh-CN")
        assert "全文見本站的網路軟體。" in document(site, source, "zh-TW")
    assert site.lines("items", "report 2", "--segments", "zh-TW")[2]["by"] == "person+opencc"
    assert site.run("translate", "--edit", segment, "--to", "zh-TW", "--text", "全文請見本站。").returncode == 0
    assert "全文請見本站。" in document(site, "other", "zh-TW")
    assert "全文见本站的网络软件。" in document(site, "other", "zh-CN")


def test_a_correction_can_be_made_by_key_in_an_editor(site: Site, origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(site, origin)
    editor = site.folder / "editor"
    editor.write_text('#!/bin/sh\nsed -i "1s/.*/Von Hand./" "$1"\n', encoding="utf-8")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    done = site.run("translate", "--edit", str(segments(site, "report 1")[3]["key"]))
    assert done.returncode == 0, done.stderr
    assert "Von Hand." in document(site, "paper")
    assert "Von Hand." not in document(site, "other")


def test_what_can_not_stand_in_a_segment_s_place_changes_nothing(site: Site, origin: Origin) -> None:
    configure(site, origin)
    before = rows(site)
    segment = str(segments(site, "report 1")[4]["segment"])
    for which, text, says in (
        (segment, "Mit {0} Platzhalter", "must have the placeholders"),
        (segment.replace(":4", ":9"), "x", "has no segment '9'; it has 1, 3, 4"),
        ("nonsense", "x", "neither ID:NUMBER"),
        ("0" * 32, "x", "No translation is remembered"),
    ):
        done = site.run("translate", "--edit", which, "--text", text)
        assert (done.returncode, says in done.stderr) == (2, True), done.stderr
    assert rows(site) == before


def test_what_would_damage_every_document_that_holds_the_segment_is_not_remembered(site: Site, origin: Origin) -> None:
    configure(site, origin)
    html = "<p>As <b>the bank</b> said in a <i>report</i>, it was more.</p>"
    origin.route("/paper", plain(200, rss([5], host="paper.example", title="The bank {id}", html=html), content_type="application/rss+xml"))
    assert site.run("fetch", "paper").returncode == 0
    row = next(row for row in site.lines("items", "bank 5", "--segments", "de") if row["part"] == "text")
    assert row["text"] == "As {0}the bank{1} said in a {2}report{3}, it was more."
    before = rows(site)
    for number, wrong in (
        (row["segment"], "Laut {1}der Bank{0} im {2}Bericht{3} mehr."),
        (row["key"], "Laut {0}{1} der Bank {2}Bericht{3}."),
    ):
        done = site.run("translate", "--edit", str(number), "--text", wrong)
        assert (done.returncode, "Nothing was changed: a pair of placeholders" in done.stderr) == (2, True), done.stderr
    units = {"crossed": "Laut {0}der Bank im {2}Bericht{1} mehr{3}.", "moved": "Im {2}Bericht{3} sagt {0}die Bank{1} mehr."}
    for name, text in units.items():
        variants = "".join(f'<tuv xml:lang="{tag}"><seg>{seg}</seg></tuv>' for tag, seg in (("en", row["text"]), ("de", text)))
        (site.folder / name).write_text(f'<tmx version="1.4"><header srclang="en"/><body><tu>{variants}</tu></body></tmx>')
    done = site.run("memory", "import", "crossed")
    assert "0 segments were remembered" in done.stderr, done.stderr
    assert "1 were left out: the items that hold it would lose links or formatting" in done.stderr, done.stderr
    assert rows(site) == before
    assert "1 segments were remembered" in site.run("memory", "import", "moved").stderr
    assert site.run("translate", "--again").returncode == 0
    (path,) = (path for path in (site.content / "de").rglob("*.md") if "die Bank" in path.read_text(encoding="utf-8"))
    assert "Im *Bericht* sagt **die Bank** mehr." in path.read_text(encoding="utf-8")


def test_nothing_is_sent_but_what_a_person_changed(site: Site, origin: Origin) -> None:
    """An edit does not work off what else waits."""
    configure(site, origin)
    body = rss([1, 3], host="paper.example", title="The title of report {id}", html=BODY)
    origin.route("/paper", plain(200, body, content_type="application/rss+xml"))
    with closing(sqlite3.connect(site.folder / "data" / "store.db")) as connection, connection:
        connection.execute("DELETE FROM translations WHERE title LIKE '%2%'")
        connection.execute(
            "INSERT INTO jobs SELECT id, 'de', source, digest, 1, 0, 0, '', published, 0, 0, 0 FROM items WHERE title LIKE '%2'"
        )
    segment = str(segments(site, "report 1")[4]["segment"])
    done = site.run("translate", "--edit", segment, "--text", "Lesen Sie alles bei uns.")
    assert "1 items hold this segment" in done.stderr
    assert len(rows(site)["jobs"]) == 1


def test_a_memory_goes_from_one_store_to_another(site: Site, origin: Origin) -> None:
    configure(site, origin)
    assert site.run("translate", "--edit", str(segments(site, "report 1")[4]["segment"]), "--text", "Von Hand.").returncode == 0
    done = site.run("memory", "export", "all.tmx")
    assert (done.returncode, "6 segments were written" in done.stderr) == (0, True), done.stderr
    (site.folder / "data" / "store.db").unlink()
    done = site.run("memory", "import", "all.tmx")
    assert (done.returncode, "6 segments were remembered" in done.stderr) == (0, True), done.stderr
    assert [(row["engine"], row["segments"]) for row in site.lines("memory", "stats")] == [
        ("person", 1),
        ("pretended:pseudo", 3),
        ("pretended:pseudo", 2),  # from en-US
    ]
    assert site.run("fetch", "--all").returncode == 0
    assert "Von Hand." in document(site, "other")
    assert len(rows(site)["segments"]) == 6
    assert "0 segments were remembered" not in site.run("memory", "import", "all.tmx").stderr


def test_a_memory_that_is_none_is_refused_in_words(site: Site) -> None:
    site.configure("")
    (site.folder / "bomb.tmx").write_text('<!DOCTYPE tmx [<!ENTITY a "b">]><tmx/>', encoding="utf-8")
    for name, status, says in (("bomb.tmx", 1, "it has entities of its own"), ("none.tmx", 2, "No such file")):
        done = site.run("memory", "import", name)
        assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (status, True, False), done.stderr
