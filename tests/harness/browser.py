"""A real Chromium, and pages that complain aloud.

Every script error, console error and refusal by a content-security policy is a complaint, and a complaint fails the
test that did not expect it.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, async_playwright

# A machine whose Chromium lives elsewhere names it here.
CHROMIUM = Path(os.environ.get("SEMAFOR_TEST_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
TABLET = {"width": 768, "height": 1024}
DESKTOP = {"width": 1280, "height": 800}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What may differ between the light and the dark scheme.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]


def chromium_path() -> str:
    assert CHROMIUM.exists(), f"no Chromium at {CHROMIUM}: `make test` installs it, SEMAFOR_TEST_CHROMIUM names another"
    return str(CHROMIUM)


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


class Windows:
    """Browser contexts of one test; each is a person with cookies and storage of their own."""

    def __init__(self, browser: Browser) -> None:
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def context(self, *, locale: str = "en-GB", size: dict[str, int] = DESKTOP, **more: Any) -> BrowserContext:
        """more: any option of Playwright's `new_context`, e.g. `color_scheme="dark"`, `reduced_motion="reduce"`."""
        viewport: Any = size
        context = await self._browser.new_context(locale=locale, viewport=viewport, **more)
        context.on("page", self._listen)
        self._contexts.append(context)
        return context

    async def open(self, url: str, **options: Any) -> Page:
        """A page at `url` in a context of its own; options as for `context`."""
        context = await self.context(**options)
        page = await context.new_page()
        await page.goto(url)
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        source = str(message.location.get("url", ""))
        # Chromium asks every host for an icon now and then, also the plain host pages of tests; and whoever asks
        # "who am I" before signing in gets a 401, as the contract says.
        expected = source.endswith("/favicon.ico") or "status of 401" in message.text
        if message.type == "error" and not expected:
            self.complaints.append(f"{source}: {message.text}")


async def accessibility_violations(page: Page, rules: Sequence[str] = AXE_RULES) -> list[str]:
    """What axe finds on the page and in its frames, one line per rule and place; [] is the only good answer.

    rules: tags or ids of axe's rules.

    axe looks into no frame by itself unless it was put there: each frame is judged as a page of its own, but for
    those that may run no script, in which axe would never come to an end.
    """
    return [line for frame in await scripted_frames(page) for line in await _violations(frame, rules)]


async def scripted_frames(page: Page) -> list[Frame]:
    """The page itself and its frames, without those whose sandbox forbids scripts."""
    found = [page.main_frame]
    for frame in page.frames[1:]:
        sandbox = await (await frame.frame_element()).get_attribute("sandbox")
        if sandbox is None or "allow-scripts" in sandbox:
            found.append(frame)
    return found


async def _violations(frame: Frame, rules: Sequence[str]) -> list[str]:
    if not await frame.evaluate("'axe' in window"):
        await frame.evaluate(Axe().axe_script)
    options = {"runOnly": list(rules), "resultTypes": ["violations"], "iframes": False}
    found = await frame.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({violation['impact']}): {node['failureSummary']} at {node['target']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
