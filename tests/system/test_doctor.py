"""`doctor` says what is wrong with sources whose feeds a real origin serves, from what two polls stored, and asks for nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tests.system.conftest import Site
from tests.system.origin import Asked, Origin, Wire, answer, plain
from tests.system.papers import rss

TABLE = '[sources.{name}]\nurl = "{url}"\nlanguage = "{language}"\ntranslate_to = []\n'
ENTRY = """
<item><title>{title}</title><link>https://bad.example/{id}</link><pubDate>{date}</pubDate><description>{body}</description></item>"""


BODIES = (
    "",
    "<p>The living room in the four-bedroom house on the hill has very tall<br>windows.</p>",
    '<p><a href="/x">See</a> the others.</p>',
    "<p>AT&amp;amp;T fell in the night.</p>",
    '<p>Look at this.</p><img src="data:x">',
)


def bad(ids: Iterable[int]) -> bytes:
    """A feed that does everything wrong: no ids, no zones, bodies with every defect, one line in all of them, one title twice."""
    entries = (
        ENTRY.format(
            id=id,
            title="Daily" if id < 3 else f"Title {id}",
            date=f"2025-09-26 10:17:{id:02}",
            body=escape(f"{body}<p>Follow us</p>" if body else ""),
        )
        for id in ids
        for body in (BODIES[(id - 1) % 5],)
    )
    return f'<rss version="2.0"><channel><title>b</title><link>https://bad.example/</link>{"".join(entries)}</channel></rss>'.encode()


def growing(asked: Asked, wire: Wire, *, polls: list[int]) -> None:
    """A feed that has moved on by more than it holds at each poll."""
    polls.append(1)
    wire.send(answer(200, bad(range(5 * len(polls), 5 * len(polls) - 5, -1))))


def test_doctor_names_what_is_wrong_counts_it_and_says_what_cures_it(site: Site, origin: Origin) -> None:
    polls: list[int] = []
    origin.routes({"/bad": lambda asked, wire: growing(asked, wire, polls=polls), "/good": plain(200, rss([1, 2, 3])), "/down": plain(500)})
    site.configure(
        "".join(
            TABLE.format(name=name, url=origin.url(f"/{name}"), language=language)
            for name, language in (("bad", "zh-HK"), ("good", "zh-CN"), ("down", "en"))
        )
    )
    for name in ("bad", "bad", "good", "down"):
        site.run("fetch", name)
    asked = len(origin.log)
    rows = {(row["source"], row["defect"]): row for row in site.lines("doctor")}
    assert len(origin.log) == asked, "nothing is asked of any site"
    assert {source for source, _ in rows} == {"bad", "down"}
    assert str(rows["bad", "language"]["says"]).startswith("They are labelled zh-HK, but")
    found = {defect: row["count"] for (source, defect), row in rows.items() if source == "bad" and defect not in ("lost", "language")}
    assert found == {
        "empty": 2, "time zone": 10, "repeated titles": 2, "guid": 10, "images": 2, "relative": 2, "entities": 2, "wrapped": 2,
        "boilerplate": 8,
    }  # fmt: skip
    assert ("bad", "lost") in rows
    assert {row["of"] for (source, _), row in rows.items() if source == "bad"} == {10}
    assert rows["bad", "boilerplate"]["cure"] == r'strip = ["^Follow\\s+us$"]'
    assert rows["bad", "empty"]["examples"] == ["https://bad.example/6", "https://bad.example/1"]
    assert rows["down", "failing"]["count"] == 1


def test_the_rule_that_doctor_offers_works_as_it_stands(site: Site, origin: Origin) -> None:
    origin.route("/bad", plain(200, bad(range(1, 6))))
    table = TABLE.format(name="bad", url=origin.url("/bad"), language="en")
    site.configure(table)
    site.run("fetch", "bad")
    assert any(b"Follow us" in data for data in site.files().values())
    (cure,) = [row["cure"] for row in site.lines("doctor", "bad") if row["defect"] == "boilerplate"]
    site.configure(f"{table}{cure}\n")
    origin.route("/bad", plain(200, bad(range(1, 6)) + b"\n"))  # another document, or nobody would read it again
    site.run("fetch", "bad")
    assert not any(b"Follow us" in data for data in site.files().values())
    assert "boilerplate" not in {row["defect"] for row in site.lines("doctor", "bad")}


def test_doctor_ends_with_0_whatever_it_finds_and_with_2_where_there_is_no_such_source(site: Site, origin: Origin) -> None:
    origin.routes({"/bad": plain(200, bad(range(1, 6))), "/good": plain(200, rss([1, 2, 3]))})
    site.configure("".join(TABLE.format(name=name, url=origin.url(f"/{name}"), language="zh-CN") for name in ("bad", "good")))
    site.run("fetch")
    said = site.run("doctor")
    assert (said.returncode, said.stderr) == (0, "")
    assert "Several items have one title." in said.stdout
    well = site.run("doctor", "good")
    assert (well.returncode, well.stdout) == (0, "")
    assert "Nothing was found" in well.stderr
    missing = site.run("doctor", "goood")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "Did you mean good?" in missing.stderr
