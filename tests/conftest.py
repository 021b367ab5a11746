"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("here", deadline=None)  # a loaded machine is no failure
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)  # what lands must not depend on luck
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")
