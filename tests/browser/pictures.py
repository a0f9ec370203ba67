"""Pictures of what the tests drive, for a person to look at: only where SEMAFOR_TEST_PICTURES names a folder."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Page

FOLDER = os.environ.get("SEMAFOR_TEST_PICTURES")


async def picture(page: Page, name: str) -> None:
    if FOLDER:
        await page.screenshot(path=Path(FOLDER) / f"{name}.png")
