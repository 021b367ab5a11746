"""The files of the glossary: what they may say, and what is said of what they may not, by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config
from aggregator.core.glossary import Entry
from aggregator.errors import ConfigError, Problem

HEAD = "source,target,pair,do-not-translate\n"


def loaded(folder: Path, *texts: str | bytes) -> config.Settings:
    (folder / "aggregator.toml").touch()
    (folder / "glossary").mkdir()
    for number, text in enumerate(texts):
        (folder / "glossary" / f"{number}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return config.load(folder / "aggregator.toml", environ={})


def test_every_file_beside_the_configuration_is_read(tmp_path: Path) -> None:
    one = HEAD + "\nFederal Reserve,美联储,en>zh-cn,\niPhone,,,yes\n\n"
    other = '\ufeffNote,Source,Target\r\nwho knows,"Inc, Ltd","a ""quoted"" name"\r\n'
    assert loaded(tmp_path, one, other).glossary == (
        Entry(source="Federal Reserve", target="美联储", of="en", into="zh-CN"),
        Entry(source="iPhone", target="iPhone"),
        Entry(source="Inc, Ltd", target='a "quoted" name'),
    )


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (HEAD + "a,b,,\n,b,,", "line 3", "source is empty"),
        (HEAD + "a,,,", "line 2", "'a' has no target; write its translation, or yes under do-not-translate"),
        (HEAD + "a,b,,yes", "line 2", "'a' is not to be translated, but has a target"),
        (HEAD + "a,,,maybe", "line 2", "do-not-translate is 'maybe'; write yes or nothing"),
        (HEAD + "a,b,en-zh,", "line 2", "pair is 'en-zh'; write two language tags such as en>zh-CN"),
        (HEAD + "a,b,en>klingonish,", "line 2", "pair is 'en>klingonish'"),
        (HEAD + "a,{0},,", "line 2", "stand for markup"),
        (HEAD + "a" * 201 + ",b,,", "line 2", "longer than 200"),
        (HEAD + "a,b,,,c", "line 2", "has 5 cells, the first line names 4"),
        (HEAD + "a,b,en>de,\na,c,en>de,", "line 3", "'a' has another translation in 0.csv, line 2"),
        (HEAD + '"a,b,,', "line 2", "is not CSV"),
        ("source,targt\na,b", "line 1", "there is no column 'targt'; did you mean 'target'?"),
        ("target\na", "line 1", "the column 'source' is missing"),
        (b"source,target\n\xff,b", "", "is not UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, text: str | bytes, line: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == (str(tmp_path / "glossary" / "0.csv"), line)
    assert says in problem.message


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.toml").write_text("zzz = 1", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, HEAD + ",,,\n,,,\nx,,,", HEAD + "y,,,")
    assert len(caught.value.problems) == 1 + 1 + 1
    assert all(isinstance(problem, Problem) for problem in caught.value.problems)
