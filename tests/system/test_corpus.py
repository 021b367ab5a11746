"""Every recorded feed and list through the real program, and all that comes of them through a real Hugo."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import feedparser
import pytest

from tests.system import hugo
from tests.system.conftest import HEAD, Site
from tests.system.origin import Origin, plain

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded feeds and lists in ../shared/corpus are not here")


UNDECLARED = ("feeds_7ef13a42fa7e177a", 35)  # a feed that feedparser by itself reads nothing of; two of its entries have one id


@dataclass(frozen=True)
class Gathered:
    """What one round of the program made of everything."""

    site: Site
    rows: dict[str, dict[str, object]]
    entries: dict[str, int]  # that each source's document has, by another reader


def counted(body: bytes) -> int:
    """The entries that feedparser finds; to count them, it need not go through their HTML."""
    return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries)


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gathered]:
    site = Site(tmp_path_factory.mktemp("corpus"))
    with Origin() as origin:
        tables, entries = [], {}
        for path in sorted([*CORPUS.glob("feeds/*"), *CORPUS.glob("lists/*/*.json")]):
            name = f"{path.parent.name}_{path.stem}".replace("-", "_")
            body = path.read_bytes()
            kind = "feed" if path.parent.name == "feeds" else "json"
            origin.route(f"/{name}", plain(200, body, content_type="application/json" if kind == "json" else "application/xml"))
            options = f'identity = "{"guid" if kind == "feed" else "link"}"\n'
            tables.append(f'[sources.{name}]\nkind = "{kind}"\nurl = "{origin.url(f"/{name}")}"\ntranslate_to = []\n{options}')
            entries[name] = len(json.loads(body)["data"]) if kind == "json" else counted(body)
        entries.update([UNDECLARED])
        head = f'{HEAD}\n[feeds]\nformats = ["json"]\n'  # the others are held against recorded feeds elsewhere
        site.configure("\n".join(tables), languages=("en",), head=head)
        done = site.run("--json", "fetch", "--all", timeout=240)
        assert done.returncode == 0, done.stderr
        yield Gathered(site, {row["source"]: row for row in map(json.loads, done.stdout.splitlines())}, entries)


def test_no_entry_is_lost_and_each_has_one_document(gathered: Gathered) -> None:
    assert {name: row["entries"] for name, row in gathered.rows.items()} == gathered.entries
    assert [name for name, row in gathered.rows.items() if row["broken"] or row["skipped"] or row["error"]] == []
    assert {name: row["new"] for name, row in gathered.rows.items()} == gathered.entries
    assert len(list(gathered.site.content.rglob("*.md"))) == sum(gathered.entries.values()) > 1500


@hugo.NEEDS_HUGO
def test_a_real_hugo_takes_every_document(gathered: Gathered, tmp_path: Path) -> None:
    pages = hugo.build(gathered.site.content, tmp_path).pages()
    assert sum("<article" in page for page in pages.values()) == sum(gathered.entries.values())
