"""The files for deployment say what is so: commands that exist, services that know each other, a unit that is as closed as it claims."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from aggregator.cli.app import app
from aggregator.cli.checking import READYZ

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "docs" / "examples" / "aggregator.service"
MOST_EXPOSED = 1.5
INSTRUCTIONS = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
OF_A_SERVICE = {  # those that are used here, of the Compose Specification
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init", "ports", "profiles", "read_only",
    "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip


def commands() -> set[str]:
    return set(get_command(app).commands)  # type: ignore[attr-defined]


def settings(unit: str) -> dict[str, list[str]]:
    """The values of each setting of a unit, in order."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def test_the_unit_runs_and_reloads_what_the_program_has() -> None:
    said = settings(UNIT.read_text(encoding="utf-8"))
    assert (said["Type"], said["WatchdogSec"]) == (["notify"], ["2min"])
    own = [shlex.split(line) for line in (*said["ExecStart"], *said["ExecReload"]) if "/bin/aggregator" in line]
    assert [words[3:] for words in own] == [["run"], ["config", "check"]]
    assert {words[3] for words in own} <= commands()
    assert said["ExecReload"][-1] == "kill -HUP $MAINPID"


def test_the_unit_is_as_closed_as_its_service_manager_can_tell(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None and os.environ.get("CI") != "true":
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/aggregator/.venv/bin/aggregator", "/bin/true"), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False, timeout=60)
    assert [line for line in verified.stderr.splitlines() if unit.name in line] == []
    analysed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit], capture_output=True, text=True, check=False, timeout=60
    )
    exposed = re.search(r"Overall exposure level for .*: (\d+\.\d)", analysed.stdout)
    assert exposed, analysed.stderr
    assert float(exposed[1]) <= MOST_EXPOSED


def test_the_image_is_made_of_files_and_commands_that_exist() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line.partition(" ")[::2] for line in text.splitlines() if line and not line.startswith("#")]
    assert {name for name, _ in lines} <= INSTRUCTIONS
    copied = [word for name, rest in lines if name == "COPY" and not rest.startswith("--from") for word in rest.split()[:-1]]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    assert copied
    assert set(copied) == allowed
    assert all((ROOT / name).exists() for name in copied)
    started = {name: rest for name, rest in lines if name in ("ENTRYPOINT", "CMD", "HEALTHCHECK")}
    assert yaml.safe_load(started["ENTRYPOINT"]) == ["aggregator"]
    assert yaml.safe_load(started["CMD"])[-1] in commands()
    assert yaml.safe_load(started["HEALTHCHECK"].partition("CMD ")[2]) == ["aggregator", "healthcheck"]
    assert "healthcheck" in commands()


def test_the_services_know_each_other() -> None:
    composed: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services = composed["services"]
    assert set(composed) == {"services", "volumes"}
    for name, service in services.items():
        assert set(service) <= OF_A_SERVICE, name
        assert ("image" in service) != ("build" in service)
        assert set(service.get("depends_on", ())) <= set(services)
        named = {volume.partition(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(".")}
        assert named <= set(composed["volumes"])
    assert services["postgres"]["profiles"] == ["postgres"]
    assert [name for name, service in services.items() if "profiles" not in service] == ["aggregator"]
    assert services["aggregator"]["command"] == ["--json", "run", "--host", "0.0.0.0"]
    worker, daemon = services["worker"], services["aggregator"]
    assert worker["command"][-1] in commands()
    same = ("build", "read_only", "cap_drop", "security_opt", "environment", "volumes", "stop_grace_period")
    assert {key: worker[key] for key in same if key != "environment"} == {key: daemon[key] for key in same if key != "environment"}
    assert set(worker["environment"]) == set(daemon["environment"])
    assert services["aggregator"]["environment"]["WEB_TOKEN"].startswith("${WEB_TOKEN:?")  # without one it would refuse that address
    port = READYZ.removeprefix("http://").partition("/")[0].partition(":")[2]
    assert services["aggregator"]["ports"] == [f"127.0.0.1:8080:{port}"]
