from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers.files import Written, sweep
from aggregator.publishers.together import AT_ONCE, groups, write


def document(path: str, data: bytes = b"new\n", **rules: object) -> Document:
    return Document(root="content", path=path, data=data, **rules)  # type: ignore[arg-type]


def test_what_became_of_each_is_told_in_order(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1/b.md").write_bytes(b"new\n")
    (tmp_path / "2.md").mkdir()
    done = write([(document(path), "") for path in ("0/a.md", "1/b.md", "2.md", "../3.md", "4/5/c.md")], {"content": tmp_path})
    assert done[:2] + done[4:] == [Written("0/a.md", "written"), Written("1/b.md", "unchanged"), Written("4/5/c.md", "written")]
    assert all(isinstance(each, PublishError) for each in done[2:4])
    assert "a folder stands in its place" in str(done[2])
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == ["0/a.md", "1/b.md", "4/5/c.md"]


def test_two_items_that_want_one_file_get_one_each_whatever_the_case(tmp_path: Path) -> None:
    wanted = [document(f"{name}.md", data=f"{name} {number}".encode(), owner=f" {number}".encode(), alternative=f"{name}-{number}.md")
              for number in range(40) for name in ("x", "X")]  # fmt: skip
    done = write([(each, "") for each in wanted], {"content": tmp_path})
    paths = [place.path for place in done if isinstance(place, Written)]
    assert paths == ["x.md", "X.md", *(each.alternative for each in wanted[2:])]
    assert [(tmp_path / path).read_bytes() for path in paths] == [each.data for each in wanted]


def test_a_document_leaves_its_former_place(tmp_path: Path) -> None:
    old, new = document("a.md", b"text mine", owner=b"mine"), document("b.md", b"text mine", owner=b"mine")
    write([(old, "")], {"content": tmp_path})
    assert write([(new, "a.md"), (document("c.md"), "")], {"content": tmp_path})[0] == Written("b.md", "written", removed="a.md")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.md", "c.md"]


def test_what_comes_to_stand_where_another_of_the_same_item_leaves_stays(tmp_path: Path) -> None:
    text = document("zh.md", b"text mine", owner=b"mine")
    write([(text, "")], {"content": tmp_path})
    moved, translated = document("ja.md", b"ja mine", owner=b"mine"), document("zh.md", b"zh mine", owner=b"mine")
    for asked in ([(translated, ""), (moved, "zh.md")], [(moved, "zh.md"), (translated, "")]):
        assert [place.removed for place in write(asked, {"content": tmp_path}) if isinstance(place, Written)] == ["", ""]
        assert (tmp_path / "zh.md").read_bytes() == b"zh mine"


def test_one_moves_where_another_moves_away_from(tmp_path: Path) -> None:
    first, second = (
        document("a.md", f"text {number}".encode(), owner=f" {number}".encode(), alternative=f"a-{number}.md") for number in (1, 2)
    )
    write([(first, ""), (second, "")], {"content": tmp_path})
    moved = document("b.md", b"text 1", owner=b" 1")
    done = write([(moved, "a.md"), (second, "a-2.md")], {"content": tmp_path})
    assert [place.path for place in done if isinstance(place, Written)] == ["b.md", "a-2.md"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-2.md", "b.md"]


KILLED = """
import itertools, os, sys
from pathlib import Path
from aggregator.model import Document
from aggregator.publishers import together
renames = itertools.count()
sys.addaudithook(lambda event, arguments: os.kill(os.getpid(), 9) if event == "os.rename" and next(renames) == 20 else None)
together.write([(Document(root="content", path=f"en/{n}.md", data=b"x" * 50_000), "") for n in range(40)], {"content": Path(sys.argv[1])})
"""


def test_a_kill_leaves_whole_files_and_a_few_temporary_ones_that_are_swept(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, check=False)
    assert killed.returncode == -9
    left = [path for path in (tmp_path / "en").iterdir() if path.suffix == ".tmp"]
    assert 1 <= len(left) <= AT_ONCE
    assert sweep(tmp_path, before=datetime.now(UTC) + timedelta(seconds=1)) == len(left)
    whole = list((tmp_path / "en").iterdir())
    assert 20 - AT_ONCE <= len(whole) <= 20 + AT_ONCE
    assert {path.stat().st_size for path in whole} == {50_000}


NAMES = st.sampled_from(["a", "A", "b", "é", "e\u0301", "c"])


@given(st.lists(st.tuples(NAMES, st.one_of(st.just(""), NAMES), st.one_of(st.just(""), NAMES)), max_size=8))
def test_what_may_concern_the_same_file_is_in_one_group_in_order(names: list[tuple[str, str, str]]) -> None:
    made = groups([(document(path, alternative=other), former) for path, other, former in names])
    assert sorted(number for group in made for number in group) == list(range(len(names)))
    assert all(group == sorted(group) for group in made)
    of = {number: place for place, group in enumerate(made) for number in group}
    folded = [{name.casefold().replace("e\u0301", "é") for name in each if name} for each in names]
    assert all(of[one] == of[other] for one in of for other in of if folded[one] & folded[other])
