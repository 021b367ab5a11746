from __future__ import annotations

from pathlib import Path

from aggregator.store.room import LASTS, Room


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_there_is_room_where_a_file_fits_and_none_where_it_does_not(tmp_path: Path) -> None:
    clock, folder = Clock(), tmp_path / "data"
    room = Room(folder, clock=clock)
    assert "data takes no more (No such file or directory): free some space" in room()
    folder.mkdir()
    assert room() != ""  # an answer holds for a while
    clock.now = LASTS
    assert room() == ""
    assert list(folder.iterdir()) == []


def test_a_doubt_is_looked_into_at_once(tmp_path: Path) -> None:
    clock, folder = Clock(), tmp_path / "data"
    folder.mkdir()
    room = Room(folder, clock=clock)
    assert room() == ""
    folder.rmdir()
    assert room() == ""
    room.doubt()
    assert "takes no more" in room()
