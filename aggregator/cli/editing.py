"""Asks a person for a text in their own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from aggregator.errors import UsageError


def edited(text: str) -> str:
    """The text as it was saved in $VISUAL or $EDITOR, else vi. Raises UsageError where the editor can't be run or reports a failure."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="aggregator-") as folder:
        file = Path(folder) / "segment.txt"
        file.write_text(text, encoding="utf-8")
        try:
            subprocess.run([*command, str(file)], check=True)  # noqa: S603  the person's own editor
            return file.read_text(encoding="utf-8")
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            raise UsageError(f"The editor {command[0]!r} could not be used: {error}. Set $EDITOR, or give --text.") from error
