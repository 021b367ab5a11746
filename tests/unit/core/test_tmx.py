"""TMX 1.4b: what is written is read again, by us and by others; what is hostile is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import memory, tmx
from aggregator.core.memory import Pair
from aggregator.core.tmx import Skipped
from aggregator.errors import ParseError
from aggregator.model import Remembered

NOW = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
UNIT = '<tu srclang="en"><tuv xml:lang="en"><seg>{0}</seg></tuv><tuv xml:lang="de"><seg>{1}</seg></tuv></tu>'


def entry(source: str = "By {0} & {1}<b>", text: str = "Von {1} & {0}", **fields: object) -> Remembered:
    facts = {
        "source_language": "en",
        "target_language": "zh-CN",
        "engine": "one",
        "heading": "Über",
        "terms": "v1",
        "step": "runs",
        "hits": 7,
    }
    return memory.rekeyed(Remembered(**({"key": "", "source": source, "text": text, "made_at": NOW, "used_at": NOW} | facts | fields)))


def text_of(*entries: Remembered) -> str:
    return "".join(tmx.written(entries, version="1.0"))


def document(*units: str, head: str = "") -> bytes:
    return f'{head}<tmx version="1.4"><header srclang="en"/><body>{"".join(units)}</body></tmx>'.encode()


def read(data: bytes, size: int = 1 << 16) -> list[Remembered | Skipped]:
    return list(tmx.read(data[start : start + size] for start in range(0, len(data), size)))


def test_what_is_written_is_read_again_in_portions_of_any_size() -> None:
    by_hand = memory.by_hand("A {0} text", "Ein {0} Text", Pair("en", "de"), now=NOW)
    entries = [entry(), by_hand]
    for size in (1, 7, 1 << 16):
        assert read(text_of(*entries).encode(), size) == entries


def test_it_is_the_document_that_the_standard_describes() -> None:
    root = ElementTree.fromstring(text_of(entry()))
    header, body = root
    assert (root.tag, root.get("version"), header.tag, body.tag) == ("tmx", "1.4", "header", "body")
    required = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"}
    assert set(header.keys()) == required
    (unit,) = body
    assert [child.tag for child in unit] == ["prop", "prop", "prop", "prop", "tuv", "tuv"]
    assert (unit.get("usagecount"), unit.get("creationdate"), unit.get("srclang")) == ("7", "20260501T123000Z", "en")
    seg = unit[4][0]
    assert [(code.get("x"), code.text) for code in seg] == [("1", "{0}"), ("2", "{1}")]
    assert "".join(seg.itertext()) == "By {0} & {1}<b>"


def test_a_memory_of_another_program_is_a_person_s() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">'
    (found,) = read(document(UNIT.format("Good &#x4e2d;\n morning", "Guten Morgen"), head=head))
    assert found == memory.rekeyed(
        Remembered(key="", source_language="en", target_language="de", source="Good 中 morning", text="Guten Morgen", locked=True)
    )


def test_each_language_but_the_source_s_is_an_entry() -> None:
    unit = "".join(f'<tuv xml:lang="{tag}"><seg>{tag} text</seg></tuv>' for tag in ("fr", "en-US", "ja"))
    data = document(f"<tu>{unit}</tu>").replace(b'srclang="en"', b'srclang="en-us"')
    assert [(each.source, each.target_language) for each in read(data)] == [("en-US text", "fr"), ("en-US text", "ja")]
    data = data.replace(b"en-us", b"*all*")
    assert [(each.source_language, each.target_language) for each in read(data)] == [("fr", "en-US"), ("fr", "ja")]


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        (UNIT.format("By {0}", "Von {1}"), "different placeholders"),
        (UNIT.format("Text", " "), "no text"),
        (UNIT.format("By {2}", "Von {2}"), "each once"),
        (UNIT.format("By {0} {0}", "Von {0} {0}"), "each once"),
        (UNIT.format("A <bpt i='1'>&lt;b></bpt>bold<ept i='1'>&lt;/b></ept> text", "Ein Text"), "inline codes"),
        (UNIT.format("Line<ph x='1'>&lt;br/></ph>", "Zeile"), "inline codes"),
        (UNIT.replace("de", "klingonish").format("Text", "Text"), "language"),
    ],
)
def test_what_can_not_be_used_is_told_and_the_rest_is_read(unit: str, why: str) -> None:
    skipped, after = read(document(unit, UNIT.format("One", "Eins")))
    assert isinstance(skipped, Skipped)
    assert why in skipped.why
    assert isinstance(after, Remembered)


BOMB = '<!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {n} "{"&a;" * 10}">' for n in "bcd") + "]>"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (document(UNIT.format("&d;", "x"), head=BOMB), "entities"),
        (document(head='<!DOCTYPE tmx [<!ENTITY f SYSTEM "file:///etc/passwd">]>'), "entities"),
        (document(UNIT.format("&f;", "x"), head='<!DOCTYPE tmx SYSTEM "tmx14.dtd">'), "entities"),
        (document("<note>" * 100), "deep"),
        (document(UNIT.format("x" * 200_000, "y")), "longer"),
        (document("<tu>" + '<tuv xml:lang="de"></tuv>' * 501), "languages"),
        (document("<tu><tuv>"), "not TMX"),
        (b"<html></html>", "XML, but not TMX"),
        (b"", "not TMX"),
        (b"\xff\xfe\x00", "not TMX"),
    ],
)
def test_what_is_no_memory_or_hostile_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ParseError, match=says):
        read(data)


@given(st.text(), st.text(min_size=1))
def test_any_text_can_be_written(source: str, text: str) -> None:
    for found in read(text_of(entry(source.encode("utf-8", "replace").decode(), text.encode("utf-8", "replace").decode())).encode()):
        assert isinstance(found, Remembered | Skipped)


def test_a_thousand_units_are_held_one_at_a_time() -> None:
    served = 0

    def chunks():  # type: ignore[no-untyped-def]
        nonlocal served
        yield document().partition(b"</body>")[0]
        for number in range(1000):
            served = number
            yield UNIT.format(number, "x y").encode()
        yield b"</body></tmx>"

    first = next(tmx.read(chunks()))
    assert isinstance(first, Remembered)
    assert served == 0
