import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import config
from aggregator.config.writing import add_sources, sources_text
from aggregator.errors import UsageError


def test_a_file_is_added_beside_the_configuration_and_never_written_over(tmp_path: Path) -> None:
    main = tmp_path / "aggregator.toml"
    main.touch()
    text = sources_text({"a": {"url": "https://a.example/", "tags": ["x"]}}, origin="From a test.")
    paths = [add_sources(main, "a", text), add_sources(main, "a", text.replace("a]", "b]"))]
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == ["sources/a.toml", "sources/a-2.toml"]
    assert [source.name for source in config.load(main, environ={}).sources] == ["b", "a"]


def test_a_folder_that_can_t_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "sources").write_text("a file")
    with pytest.raises(UsageError, match="Can't write"):
        add_sources(tmp_path / "aggregator.toml", "a", "")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_title_comes_back(title: str) -> None:
    text = sources_text({"a": {"title": title, "tags": [title]}}, origin="x")
    assert tomllib.loads(text) == {"sources": {"a": {"title": title, "tags": [title]}}}
