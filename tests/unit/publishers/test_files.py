from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers.files import Written, sweep, write


def document(path: str = "en/news/a.md", data: bytes = b"new\n", **rules: object) -> Document:
    return Document(root="content", path=path, data=data, **rules)  # type: ignore[arg-type]


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


def test_a_document_is_written_with_its_folders(tmp_path: Path) -> None:
    root = tmp_path / "not" / "yet"
    assert write(document(), {"content": root}) == Written("en/news/a.md", "written")
    assert (root / "en/news/a.md").read_bytes() == b"new\n"
    assert files(root) == {"en/news/a.md"}


def test_the_root_is_the_one_the_document_names(tmp_path: Path) -> None:
    roots = {"content": tmp_path / "content", "feeds": tmp_path / "feeds"}
    write(Document(root="feeds", path="en/all.rss", data=b"x"), roots)
    assert files(tmp_path) == {"feeds/en/all.rss"}


def test_equal_bytes_are_not_written_again(tmp_path: Path) -> None:
    write(document(), {"content": tmp_path})
    before = (tmp_path / "en/news/a.md").stat()
    assert write(document(), {"content": tmp_path}).outcome == "unchanged"
    after = (tmp_path / "en/news/a.md").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_other_bytes_replace_the_file_and_not_its_inode(tmp_path: Path) -> None:
    write(document(data=b"old"), {"content": tmp_path})
    with (tmp_path / "en/news/a.md").open("rb") as reader:
        assert write(document(), {"content": tmp_path}).outcome == "written"
        assert reader.read() == b"old"
    assert (tmp_path / "en/news/a.md").read_bytes() == b"new\n"


def test_a_kept_file_stays(tmp_path: Path) -> None:
    assert write(document(keep=True), {"content": tmp_path}).outcome == "written"
    assert write(document(data=b"other", keep=True), {"content": tmp_path}) == Written("en/news/a.md", "kept")
    assert (tmp_path / "en/news/a.md").read_bytes() == b"new\n"
    assert write(document(keep=True), {"content": tmp_path}).outcome == "unchanged"


def test_a_file_of_another_item_stays_and_the_alternative_is_written(tmp_path: Path) -> None:
    write(document(data=b"theirs"), {"content": tmp_path})
    mine = document(data=b"text mine", owner=b"mine", alternative="en/news/a-1.md")
    assert write(mine, {"content": tmp_path}) == Written("en/news/a-1.md", "written")
    assert write(mine, {"content": tmp_path}) == Written("en/news/a-1.md", "unchanged")
    assert (tmp_path / "en/news/a.md").read_bytes() == b"theirs"


def test_a_file_of_the_same_item_is_replaced(tmp_path: Path) -> None:
    write(document(data=b"old mine"), {"content": tmp_path})
    assert write(document(data=b"text mine", owner=b"mine", alternative="b.md"), {"content": tmp_path}) == Written(
        "en/news/a.md", "written"
    )
    assert files(tmp_path) == {"en/news/a.md"}


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../../x", "", ".", "a\0b", "a\ud800b"])
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    with pytest.raises(PublishError):
        write(document(path), {"content": root})
    assert files(tmp_path) == set()


def test_the_alternative_is_checked_as_well(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(document(data=b"theirs"), {"content": root})
    with pytest.raises(PublishError, match="not a path under"):
        write(document(owner=b"mine", alternative="../x"), {"content": root})
    assert files(tmp_path) == {"root/en/news/a.md"}


def test_a_symbolic_link_out_of_the_root_is_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "en").symlink_to(outside)
    with pytest.raises(PublishError, match="symbolic link"):
        write(document(), {"content": root})
    assert files(outside) == set()


def test_a_symbolic_link_in_the_file_s_place_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    root, secret = tmp_path / "root", tmp_path / "secret"
    secret.write_bytes(b"new\n")
    (root / "en/news").mkdir(parents=True)
    (root / "en/news/a.md").symlink_to(secret)
    assert write(document(keep=True), {"content": root}).outcome == "kept"
    assert write(document(), {"content": root}).outcome == "written"
    assert not (root / "en/news/a.md").is_symlink()
    assert secret.read_bytes() == b"new\n"


def test_the_root_itself_may_be_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "real")
    write(document(), {"content": tmp_path / "root"})
    assert files(tmp_path / "real") == {"en/news/a.md"}


@pytest.mark.parametrize("size", [251, 252])
def test_names_as_long_as_a_file_system_holds(tmp_path: Path, size: int) -> None:
    name = "长" * (size // 3) + "x" * (size % 3) + ".md"
    assert write(document(name), {"content": tmp_path}).outcome == "written"
    assert files(tmp_path) == {name}


def test_a_name_too_long_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="too long"):
        write(document("x" * 256), {"content": tmp_path})


def test_a_folder_in_the_file_s_place_and_a_file_in_a_folder_s(tmp_path: Path) -> None:
    (tmp_path / "en/news/a.md").mkdir(parents=True)
    with pytest.raises(PublishError, match="a folder stands in its place"):
        write(document(), {"content": tmp_path})
    (tmp_path / "zh").write_bytes(b"")
    with pytest.raises(PublishError, match="a file stands where a folder has to be"):
        write(document("zh/a.md"), {"content": tmp_path})
    assert files(tmp_path) == {"zh"}


FULL = """
import resource, signal, sys
from pathlib import Path
from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers.files import write
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
root = Path(sys.argv[1])
write(Document(root="content", path="a.md", data=b"old"), {"content": root})
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    write(Document(root="content", path="a.md", data=b"x" * 100), {"content": root})
except PublishError as error:
    print(error)
"""


def test_a_write_that_fails_midway_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "can't write" in done.stdout
    assert "File too large" in done.stdout
    assert files(tmp_path) == {"a.md"}
    assert (tmp_path / "a.md").read_bytes() == b"old"


REFUSED = """
import sys
from pathlib import Path
from aggregator.errors import PublishError
from aggregator.model import Document
from aggregator.publishers.files import write
root = Path(sys.argv[1])
try:
    write(Document(root="content", path="a.md", data=b"x" * 100_000), {"content": root})
except PublishError as error:
    print(error)
print([path.name for path in root.iterdir()])
"""


@pytest.mark.parametrize(("then", "words"), [("true", "the disk is full"), ('mount -o remount,ro "$1"', "the file system is read-only")])
def test_a_file_system_that_refuses_is_said_in_words(tmp_path: Path, then: str, words: str) -> None:
    mount = f'mount -t tmpfs -o size=64k none "$1" && {then} || exit 77; exec "$2" -c "$3" "$1"'
    arguments = ["unshare", "-mr", "sh", "-c", mount, "sh", str(tmp_path), sys.executable, REFUSED]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode in (1, 77):
        pytest.skip("mounting in a namespace of one's own is not allowed here")
    assert f"can't write {tmp_path}/a.md: {words}" in done.stdout
    assert done.stdout.endswith("[]\n")


def test_a_place_where_nothing_can_be_made_is_said_in_words() -> None:
    with pytest.raises(PublishError, match="nowhere"):
        write(document(), {"content": Path("/proc/nowhere")})


def test_a_reader_never_sees_half_a_document(tmp_path: Path) -> None:
    versions = [letter * 300_000 for letter in (b"a", b"b")]
    write(document(data=versions[0]), {"content": tmp_path})
    done = threading.Event()

    def writing() -> None:
        for count in range(40):
            write(document(data=versions[count % 2]), {"content": tmp_path})
        done.set()

    writer = threading.Thread(target=writing)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add((tmp_path / "en/news/a.md").read_bytes())
    writer.join()
    assert seen <= set(versions)
    assert seen


def test_sweeping_takes_our_stale_temporaries_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    for name in (".a.md.0123456789abcdef.tmp", "a.md", "b.tmp", ".b.tmp", ".c.md.0123.tmp", "d.md.0123456789abcdef.tmp"):
        (folder / name).write_bytes(b"x")
    now = datetime.now(UTC)
    assert sweep(tmp_path, before=now - timedelta(hours=1)) == 0
    assert sweep(tmp_path, before=now + timedelta(hours=1)) == 1
    assert len(files(tmp_path)) == 5
    assert sweep(tmp_path / "missing", before=now) == 0


KILLED = """
import os, sys
from pathlib import Path
from aggregator.model import Document
from aggregator.publishers import files
sys.addaudithook(lambda event, arguments: os.kill(os.getpid(), 9) if event == "os.rename" else None)
files.write(Document(root="content", path="en/a.md", data=b"x"), {"content": Path(sys.argv[1])})
"""


def test_what_a_killed_process_leaves_is_swept(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, check=False)
    assert killed.returncode == -9
    assert len(files(tmp_path)) == 1
    assert sweep(tmp_path, before=datetime.now(UTC) + timedelta(seconds=1)) == 1
    assert files(tmp_path) == set()


def test_writing_leaves_no_descriptor_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for count in range(20):
        write(document(f"{count}/a.md"), {"content": tmp_path})
    assert len(list(Path("/proc/self/fd").iterdir())) <= before
