"""The example of a scheduled workflow, step by step as a forge runs it: each run on a fresh checkout, with what the last one saved."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.system.conftest import Site, files_below
from tests.system.origin import Origin, plain
from tests.system.test_static_site import FEED, HEAD

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "scheduled.yml"
WORKFLOW = yaml.safe_load(EXAMPLE.read_text("utf-8"))
(JOB,) = WORKFLOW["jobs"].values()


@dataclass
class Forge:
    """Caches by key, and the last site that was deployed."""

    folder: Path
    caches: dict[str, Path] = field(default_factory=dict)
    deployed: dict[str, bytes] = field(default_factory=dict)
    runs: int = 0

    def run(self, configuration: str) -> bool:
        """One run of the job; whether every step of it went well."""
        self.runs += 1
        checkout = self.folder / f"run {self.runs}"
        (checkout / "config").mkdir(parents=True)
        (checkout / "config" / "aggregator.toml").write_text(configuration, encoding="utf-8")
        well = True
        for step in JOB["steps"]:
            if well or step.get("if") == "always()":
                well = self._step(step, checkout) and well
        return well

    def _step(self, step: dict[str, Any], checkout: Path) -> bool:
        action, options = step.get("uses", "").partition("@")[0], step.get("with", {})
        if action == "actions/cache/restore" and self.caches:
            shutil.copytree(list(self.caches.values())[-1], checkout / options["path"])
        elif action == "actions/cache/save" and (checkout / options["path"]).exists():
            saved = self.folder / f"cache {self.runs}"
            shutil.copytree(checkout / options["path"], saved)
            self.caches[options["key"].replace("run_id", str(self.runs))] = saved
        elif action == "actions/upload-pages-artifact":
            self.deployed = {name: data for name, (data, _) in files_below(checkout / options["path"]).items()}
        elif "run" in step and not step["run"].startswith("pip "):
            return self._shell(step["run"], checkout)
        return True

    @staticmethod
    def _shell(line: str, checkout: Path) -> bool:
        """A line as the shell takes it: a command, and perhaps a status that will do, too."""
        command = re.fullmatch(r"aggregator (?P<arguments>[a-z -]+?)(?: \|\| test \$\? -eq (?P<enough>\d))?", line)
        assert command, line
        return Site(checkout).run(*command["arguments"].split()).returncode in (0, int(command["enough"] or 0))


@pytest.fixture
def configuration(origin: Origin) -> str:
    origin.route("/feed", plain(200, FEED))
    source = f'[sources.paper]\nurl = "{origin.url("/feed")}"\nlanguage = "zh-CN"\n'
    return HEAD.format(base_url="") + source


def test_a_site_comes_out_and_the_next_run_knows_what_the_last_has_done(tmp_path: Path, origin: Origin, configuration: str) -> None:
    origin.route("/gone", plain(404, b""))
    more = f'{configuration}[sources.gone]\nurl = "{origin.url("/gone")}"\n'
    forge = Forge(tmp_path)
    assert forge.run(more)  # a source that fails stops nothing
    first = forge.deployed
    assert {"public/index.html", "public/opml.xml", "public/feeds/zh-TW/paper.rss", "public/feeds/style.css"} < first.keys()
    assert forge.run(more)
    assert forge.deployed == first
    assert len(origin.asked("/feed")) == 1  # it is not due again, and nobody forgot that


def test_what_was_translated_is_kept_and_nothing_deployed_when_it_can_not_be_published(
    tmp_path: Path, origin: Origin, configuration: str
) -> None:
    forge = Forge(tmp_path)
    assert not forge.run(configuration.replace('"../public"', '"../config/aggregator.toml/x"'))
    assert not forge.deployed
    assert forge.run(configuration)
    assert "市場" in forge.deployed["public/feeds/zh-TW/paper.rss"].decode()
    assert len(origin.asked("/feed")) == 1


def test_two_attempts_of_a_run_save_under_two_names() -> None:
    keys = {step["with"]["key"] for step in JOB["steps"] if "actions/cache" in step.get("uses", "")}
    assert len(keys) == 1
    assert all(name in key for key in keys for name in ("${{ github.run_id }}", "${{ github.run_attempt }}"))


def test_the_job_may_deploy() -> None:
    """What actions/deploy-pages refuses to run without."""
    assert JOB["environment"]["name"] == "github-pages"
    assert WORKFLOW["permissions"] | {"pages": "write", "id-token": "write"} == WORKFLOW["permissions"]
