from __future__ import annotations

from contextlib import closing
from pathlib import Path

from aggregator.store import copies, open_store


def test_the_last_copy_is_known_while_it_stands_there(tmp_path: Path) -> None:
    file, copy = tmp_path / "store.db", tmp_path / "copies" / "one.db"
    copy.parent.mkdir()
    with closing(open_store(f"sqlite:///{file}")) as store:
        assert copies.last(file) is None
        store.backup(copy)
    assert copies.last(file) == copy
    assert f"put {copy}, the last copy made with" in copies.remedy(file)
    copy.unlink()
    assert copies.last(file) is None
    assert "put a copy made with `aggregator store backup` in its place, or let `aggregator store rebuild`" in copies.remedy(file)


def test_a_note_that_is_torn_is_no_copy(tmp_path: Path) -> None:
    tmp_path.joinpath("store.db.copy").write_bytes(b"\xff\x00/half")
    assert copies.last(tmp_path / "store.db") is None
