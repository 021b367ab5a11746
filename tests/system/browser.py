"""The system's Chromium, without a window: pages as a person sees them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

CHROMIUM = shutil.which("chromium")
LEFT = "net::ERR_ABORTED"  # another page was opened before this was there
PATIENCE = 30_000  # milliseconds for anything that a page is to do


@contextmanager
def browser(*, refusals: Collection[int] = ()) -> Iterator[Page]:
    """A page in a fresh browser. Raises AssertionError in the end if the browser complained of anything meanwhile.

    `refusals` are statuses that the test wants to see. Where there is no Chromium the test is skipped, in CI it fails.
    """
    if CHROMIUM is None:
        give_up("chromium is not installed here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    complaints: list[str] = []
    # Nobody may run a sandbox in most containers; only our own pages are opened.
    with sync_playwright() as driver, driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as chromium:
        page = chromium.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: complaints.append(f"{said.text} {said.location}") if _is_complaint(said, refusals) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda asked: None if asked.failure == LEFT else complaints.append(f"{asked.url}: {asked.failure}"))
        yield page
    assert not complaints, "\n".join(complaints)


def give_up(why: str) -> None:
    """Skip the test, or fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def _is_complaint(said: ConsoleMessage, refusals: Collection[int]) -> bool:
    """An icon is what a browser asks for without being told to."""
    wanted = any(f"with a status of {status} " in said.text for status in refusals)
    return said.type in ("error", "warning") and not wanted and not said.location["url"].endswith("/favicon.ico")
