from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers.files import erase, write

OURS = Document(root="content", path="en/a.md", data=b"text\n[a](x)\n", owner=b"](x)\n", alternative="en/a-1.md")
KEPT = Document(root="content", path="en/a.md", data=b"text\n[a](x)\n", owner=b"](x)\n", key=b"\nkey: 1\n", keep=True)
NOBODYS = replace(KEPT, owner=b"", key=b"")


@pytest.mark.parametrize(
    ("document", "present", "went"),
    [
        (OURS, b"text\n[a](x)\n", True),
        (OURS, b"older text\n[b](x)\n", True),
        (OURS, b"text\n[a](y)\n", False),
        (KEPT, b"text\n[a](x)\n", True),
        (KEPT, b"older text\n[a](x)\n", True),
        (KEPT, b"---\nkey: 1\n---\nolder text\n[a](y)\n", True),
        (KEPT, b"text\n[a](y)\n", False),
        (KEPT, b"A person's own words.\n", False),
        (NOBODYS, b"text\n[a](x)\n", True),
        (NOBODYS, b"older text\n[a](x)\n", False),
        (OURS, None, None),
    ],
)
def test_only_what_is_ours_goes(tmp_path: Path, document: Document, present: bytes | None, went: bool | None) -> None:
    (tmp_path / "en").mkdir()
    if present is not None:
        (tmp_path / "en" / "a.md").write_bytes(present)
    assert erase(document, tmp_path, path="en/a.md") is went
    assert (tmp_path / "en" / "a.md").exists() == (went is False)


def test_it_goes_from_where_it_was_written(tmp_path: Path) -> None:
    place = write(OURS, {"content": tmp_path}).path
    assert erase(OURS, tmp_path, path=place) is True
    assert erase(OURS, tmp_path, path=place) is None


def test_nothing_outside_goes(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(OURS.data)
    (tmp_path / "root").mkdir()
    with pytest.raises(PublishError):
        erase(OURS, tmp_path / "root", path="../mine")
    (tmp_path / "root" / "link").symlink_to(tmp_path / "mine")
    assert erase(OURS, tmp_path / "root", path="link") is None
    assert (tmp_path / "mine").exists()


def test_where_a_file_is_in_the_way_nothing_stands(tmp_path: Path) -> None:
    (tmp_path / "root").write_text("a file", encoding="utf-8")
    assert erase(OURS, tmp_path / "root", path="en/a.md") is None


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "en" / "a.md").mkdir(parents=True)
    with pytest.raises(PublishError, match="a folder stands in its place"):
        erase(OURS, tmp_path, path="en/a.md")
