"""What is wrong with a screen: axe in light and dark, on a desktop and on a phone, and scrolling sideways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Page

from tests.browser.pictures import picture
from tests.harness.browser import AXE_RULES, COLOUR_RULES, accessibility_violations, scripted_frames

Scheme = Literal["light", "dark"]

SCHEMES: tuple[tuple[Scheme, Sequence[str]], ...] = (("light", AXE_RULES), ("dark", COLOUR_RULES))
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 360, "height": 740}
# A colour on its way from light to dark has any contrast.
UNSETTLED = """document.getAnimations()
  .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity && animation.playState === "running")
  .length"""


@dataclass
class Judge:
    """Collects what is wrong on all screens of a test, so that one run shows everything."""

    wide: dict[str, int] = field(default_factory=lambda: WIDE)
    found: list[str] = field(default_factory=list)

    async def look(self, page: Page, name: str) -> None:
        for size in (self.wide, NARROW):
            await page.set_viewport_size({"width": size["width"], "height": size["height"]})
            for scheme, rules in SCHEMES:
                await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                await _settle(page)
                where = f"{name}-{size['width']}-{scheme}"
                self.found += [f"{where}: {line}" for line in await accessibility_violations(page, rules)]
                await picture(page, f"axe-{where}")
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.found.append(f"{name}-{size['width']}: scrolls sideways")
        await page.set_viewport_size({"width": self.wide["width"], "height": self.wide["height"]})

    def say(self) -> None:
        assert self.found == [], "\n".join(self.found)


async def _settle(page: Page) -> None:
    for frame in await scripted_frames(page):
        await frame.wait_for_function(f"() => {UNSETTLED} === 0", timeout=5_000)
