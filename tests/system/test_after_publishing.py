"""What follows publishing: one commit of the documents, and a build of the site."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import AggregatorError
from aggregator.runners import programs
from tests.system.conftest import Running, Site
from tests.system.origin import Origin, plain

IDENTITY = ("-c", "user.name=T", "-c", "user.email=t@e.example")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def feed(count: int) -> bytes:
    entries = "".join(f"<item><guid>{n}</guid><title>News {n}</title><link>https://e.example/{n}</link></item>" for n in range(count))
    return f"<rss version='2.0'><channel><title>T</title>{entries}</channel></rss>".encode()


def configure(site: Site, origin: Origin, more: str) -> None:
    site.configure(f'{more}\n[sources.a]\nurl = "{origin.url("/feed")}"\nlanguage = "en"\ntranslate_to = []\n')


@pytest.fixture
def repository(site: Site, origin: Origin) -> Path:
    """A repository whose folder of content the program publishes to."""
    origin.route("/feed", plain(200, feed(2)))
    configure(site, origin, "[git]\ncommit = true")
    git(site.folder, "init", "--quiet")
    for setting in IDENTITY[1::2]:
        git(site.folder, "config", *setting.split("=", 1))
    (site.folder / "mine.txt").write_text("one\n", "utf-8")
    git(site.folder, "add", "mine.txt")
    git(site.folder, "commit", "--quiet", "--message", "Begin")
    (site.folder / "mine.txt").write_text("two\n", "utf-8")
    git(site.folder, "add", "mine.txt")
    return site.folder


def test_a_round_is_one_commit_of_documents_and_nothing_else(site: Site, origin: Origin, repository: Path) -> None:
    done = site.run("fetch", "--all")
    assert done.returncode == 0, done.stderr
    assert git(repository, "log", "--format=%s").splitlines() == ["Publish 2 files", "Begin"]
    assert {Path(name).parent.as_posix() for name in git(repository, "show", "--name-only", "--format=").split()} == {
        "data/content/en/news/a"
    }
    assert git(repository, "diff", "--cached", "--name-only").split() == ["mine.txt"]

    for again in (("fetch", "--all"), ("publish", "--all"), ("publish", "--all")):  # nothing new changes no byte
        assert site.run(*again).returncode == 0
        assert git(repository, "status", "--porcelain", "data/content") == ""
    assert len(git(repository, "log", "--format=%s").splitlines()) == 2

    origin.route("/feed", plain(200, feed(3)))
    assert site.run("fetch", "--all").returncode == 0
    assert git(repository, "log", "--format=%s").splitlines()[0] == "Publish 1 file"
    assert git(repository, "diff", "--cached", "--name-only").split() == ["mine.txt"]


def test_a_correction_is_committed_and_laid_out_as_everything_is(site: Site, origin: Origin, repository: Path) -> None:
    origin.route("/feed", plain(200, feed(1).replace(b"News 0", "软件".encode())))
    source = f'[sources.a]\nurl = "{origin.url("/feed")}"\nlanguage = "zh-CN"\n'
    site.configure(f'[git]\ncommit = true\n[paths]\nsite = "../public"\ncontent = "../data/content"\n{source}', languages=("zh-TW",))
    assert site.run("--offline", "fetch", "--all").returncode == 0
    (site.folder / "public" / "index.html").unlink()
    (item,) = site.lines("items")
    done = site.run("--offline", "translate", "--edit", f"{item['id']}:1", "--text", "軟體更正")
    assert done.returncode == 0, done.stderr
    assert git(repository, "log", "--format=%s").splitlines() == ["Publish 1 file", "Publish 2 files", "Begin"]
    assert git(repository, "status", "--porcelain", "data/content") == ""
    assert (site.folder / "public" / "index.html").is_file()


def test_without_a_repository_it_is_said_and_all_else_is_done(site: Site, origin: Origin) -> None:
    origin.route("/feed", plain(200, feed(2)))
    configure(site, origin, "[git]\ncommit = true")
    done = site.run("fetch", "--all")
    assert done.returncode == 3
    assert "git add failed in" in done.stderr
    assert "not a git repository" in done.stderr
    assert len(list(site.content.rglob("*.md"))) == 2


def test_the_daemon_builds_the_site_and_shows_what_went_wrong(site: Site, origin: Origin) -> None:
    origin.route("/feed", plain(200, feed(2)))
    (site.folder / "site").mkdir()
    program = "import pathlib; print(pathlib.Path.cwd().name, 'is not right'); raise SystemExit(3)"
    (site.folder / "site" / "build.py").write_text(program, "utf-8")
    configure(site, origin, f'[hugo]\nsite = "../site"\ncommand = "{sys.executable} build.py"')
    with Running(site.start("run", "--port", "0")) as running:
        running.hear(r"hugo: .* failed in .*site")
        assert running.end() == 0
    assert any("site is not right" in line for line in running.said)


def test_a_build_runs_in_the_site_s_folder(tmp_path: Path) -> None:
    asyncio.run(programs.build([sys.executable, "-c", "open('built', 'w').close()"], tmp_path))
    assert (tmp_path / "built").exists()


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AggregatorError, match=r"no-such-program can't be run in .*: No such file"):
        asyncio.run(programs.build(["no-such-program"], tmp_path))


def test_a_build_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    program = "import subprocess, sys; subprocess.run(['sh', '-c', 'exec 3>pipe; echo begun >&3; sleep 600'])"

    async def whole() -> bytes:
        building = asyncio.ensure_future(programs.build([sys.executable, "-c", program], tmp_path))
        with await asyncio.to_thread((tmp_path / "pipe").open, "rb") as pipe:
            assert await asyncio.to_thread(pipe.readline) == b"begun\n"
            building.cancel()
            with pytest.raises(asyncio.CancelledError):
                await building
            return await asyncio.to_thread(pipe.read)  # ends when the last process that has it is gone

    assert asyncio.run(asyncio.wait_for(whole(), 60)) == b""


def test_a_build_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(AggregatorError, match="it took longer than"):
        asyncio.run(programs.build([sys.executable, "-c", "input() or __import__('time').sleep(600)"], tmp_path, limit=timedelta(0)))
