"""A full panel in a real browser: typing a letter, opening a chat. `python -m tests.bench.panel`."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from functools import partial

from playwright.async_api import Page

from tests.bench import results
from tests.bench.desks import running_desk
from tests.bench.results import Figure
from tests.browser.panel import Panel
from tests.harness.browser import Windows, running_chromium
from tests.harness.desk import Desk, User
from tests.harness.people import VisitorClient

HELD = 50
WAITING = 100
ADA = User("ada@desk.example", "Ada Novak", capacity=HELD)
LETTERS = "where is it now, please"
OPENED = 30
UNTIL_PAINTED = """(kind) => {
  window.painted = new Promise((done) => {
    addEventListener(kind, (event) => {
      const begin = event.timeStamp;
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => done(performance.now() - begin);
        after.port2.postMessage(0);
      });
    }, { once: true, capture: true });
  });
}"""
"""From the moment of the event until the frame that shows what it changed is drawn."""


async def measure(desk: Desk) -> tuple[list[float], list[float]]:
    """Milliseconds per letter and per chat that was opened."""
    visitors = [await VisitorClient.arrive(desk.url) for _ in range(HELD + WAITING)]
    async with running_chromium() as browser:
        windows = Windows(browser)
        panel = await Panel.of(windows, desk.url, ADA)
        for n, visitor in enumerate(visitors):
            chat = await visitor.start("Where is my parcel?", name=f"Eva {n}")
            for word in ("It should have come on Tuesday.", "Is anybody there?"):
                await visitor.say(chat["id"], word)
        page = panel.page
        held = panel.lists.get_by_role("button", name="Eva")
        await held.nth(HELD - 1).wait_for()
        box = page.get_by_label("Message", exact=True).first
        await held.first.click()
        await box.click()
        letters = [await _taken(page, "keydown", partial(page.keyboard.press, key)) for key in LETTERS]
        opened = [await _taken(page, "click", held.nth(n).click) for n in range(1, OPENED)]
        await windows.close()
    for visitor in visitors:
        await visitor.close()
    return letters, opened


async def _taken(page: Page, event: str, act: Callable[[], Awaitable[None]]) -> float:
    await page.evaluate(UNTIL_PAINTED, event)
    await act()
    return float(await page.evaluate("() => window.painted"))


def main() -> None:
    before = results.busy()
    with running_desk((ADA,)) as desk:
        letters, opened = asyncio.run(measure(desk))
    full = f"a panel with {HELD} chats and {WAITING} waiting"
    results.write(
        "panel",
        [
            Figure(f"{full}: typing a letter", statistics.median(letters), "ms", 50, 16, note=_spread(letters)),
            Figure(f"{full}: opening a chat", statistics.median(opened), "ms", 50, 16, note=_spread(opened)),
        ],
        before,
        {"letters_ms": letters, "opened_ms": opened},
    )


def _spread(taken: list[float]) -> str:
    return f"until it is drawn, median of {len(taken)}; slowest {max(taken):.0f} ms"


if __name__ == "__main__":
    main()
