"""A document whose path changed: its old file goes, and nobody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers.files import Written, write


def document(path: str = "en/news/a.md", data: bytes = b"new\n", **rules: Any) -> Document:
    return Document(root="content", path=path, data=data, **rules)


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


def moved(former: str = "en/old/a.md", **rules: Any) -> tuple[Document, str]:
    """A document that stood elsewhere before, and where."""
    return document(data=b"text mine", **{"owner": b"mine", "alternative": "en/news/a-1.md", **rules}), former


def test_a_document_that_moved_leaves_no_copy_behind(tmp_path: Path) -> None:
    write(document("en/old/a.md", data=b"old mine"), {"content": tmp_path})
    mine, former = moved()
    assert write(mine, {"content": tmp_path}, former=former) == Written("en/news/a.md", "written", removed="en/old/a.md")
    assert files(tmp_path) == {"en/news/a.md"}
    assert write(mine, {"content": tmp_path}, former=former) == Written("en/news/a.md", "unchanged")


def test_a_document_that_stays_is_not_deleted(tmp_path: Path) -> None:
    mine, _ = moved()
    for former in ("en/news/a.md", "en/news/a.md", ""):
        assert write(mine, {"content": tmp_path}, former=former).removed == ""
        assert files(tmp_path) == {"en/news/a.md"}


def test_a_document_that_moved_to_its_alternative_leaves_the_other_item_s_file(tmp_path: Path) -> None:
    write(document(data=b"theirs"), {"content": tmp_path})
    mine, _ = moved()
    assert write(mine, {"content": tmp_path}, former="en/news/a.md") == Written("en/news/a-1.md", "written")
    assert (tmp_path / "en/news/a.md").read_bytes() == b"theirs"
    (tmp_path / "en/news/a.md").unlink()
    assert write(mine, {"content": tmp_path}, former="en/news/a-1.md") == Written("en/news/a.md", "written", removed="en/news/a-1.md")


@pytest.mark.parametrize(
    ("data", "rules"), [(b"theirs", {}), (b"edited mine\n", {}), (b"old mine", {"keep": True}), (b"old mine", {"owner": b""})]
)
def test_a_file_that_is_not_the_document_s_own_stays(tmp_path: Path, data: bytes, rules: dict[str, Any]) -> None:
    write(document("en/old/a.md", data=data), {"content": tmp_path})
    mine, former = moved(**rules)
    assert write(mine, {"content": tmp_path}, former=former) == Written("en/news/a.md", "written")
    assert (tmp_path / "en/old/a.md").read_bytes() == data


def test_what_stands_in_the_former_place_and_is_no_file_stays(tmp_path: Path) -> None:
    root, secret = tmp_path / "root", tmp_path / "secret mine"
    secret.write_bytes(b"secret mine")
    (root / "en/old/b.md").mkdir(parents=True)
    (root / "en/old/a.md").symlink_to(secret)
    (root / "en/file").write_bytes(b"mine")
    for former in ("en/old/a.md", "en/old/b.md", "en/file/a.md", "en/nowhere/a.md"):
        assert write(moved()[0], {"content": root}, former=former).removed == ""
    assert (root / "en/old/a.md").is_symlink()
    assert files(tmp_path) == {"secret mine", "root/en/old/a.md", "root/en/file", "root/en/news/a.md"}


def test_the_same_file_by_another_name_stays(tmp_path: Path) -> None:
    mine, former = moved("en/news/A.md")
    write(mine, {"content": tmp_path})
    (tmp_path / former).hardlink_to(tmp_path / "en/news/a.md")  # as on a file system that takes A and a for one
    assert write(mine, {"content": tmp_path}, former=former).removed == ""
    assert (tmp_path / "en/news/a.md").read_bytes() == b"text mine"


@pytest.mark.parametrize("former", ["../outside/a.md", "/etc/x", "en/link/a.md"])
def test_nothing_outside_of_the_root_is_deleted(tmp_path: Path, former: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_bytes(b"old mine")
    (root / "en").mkdir(parents=True)
    (root / "en/link").symlink_to(outside)
    with pytest.raises(PublishError):
        write(moved()[0], {"content": root}, former=former)
    assert (outside / "a.md").read_bytes() == b"old mine"
    assert (root / "en/news/a.md").read_bytes() == b"text mine"


def test_where_it_was_written_a_document_is_known_by_its_key_though_its_closing_link_is_another(tmp_path: Path) -> None:
    key = b"\nkey: 1\n"
    old = b"---\ntitle: a\nkey: 1\n---\n\ntext\n\n[a](old)\n"
    mine = document(data=old.replace(b"old", b"new"), owner=b"](new)\n", key=key, alternative="en/news/a-1.md")
    for place in (mine.path, "en/old/a.md"):
        write(document(place, data=old), {"content": tmp_path})
        assert write(mine, {"content": tmp_path}, former=place).path == mine.path
        assert files(tmp_path) == {mine.path}
    write(document(data=old), {"content": tmp_path})
    assert write(mine, {"content": tmp_path}, former="en/elsewhere/a.md").path == mine.alternative, "nobody says that it is this one's"
    write(document(data=old.replace(b"key: 1", b"key: 2") + key), {"content": tmp_path})
    assert write(mine, {"content": tmp_path}, former=mine.path).path == mine.alternative, "a key counts in the head alone"
