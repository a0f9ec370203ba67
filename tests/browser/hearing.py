"""What a screen reader would be told: the texts of live regions as they change, and where the focus goes."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Frame

# A status or an alert is read as a whole when it changes; a log only what is added to it.
LISTEN = """
window.heard = [];
const live = "[role=status], [role=alert], [role=log], [aria-live]";
const say = (node) => {
  const text = (node.textContent ?? "").replace(/\\s+/g, " ").trim();
  if (text) window.heard.push(text);
};
new MutationObserver((records) => {
  const whole = new Set();
  for (const { target, addedNodes } of records) {
    const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    const region = element?.closest(live);
    if (!region || region.ariaLive === "off") continue;
    if (region.role === "log") addedNodes.forEach(say);
    else whole.add(region);
  }
  whole.forEach(say);
}).observe(document, { subtree: true, childList: true, characterData: true });
document.addEventListener("focusin", ({ target }) => target.matches("[tabindex='-1']") && say(target));
"""


async def listen(context: BrowserContext) -> None:
    """From now on every page and frame of this context keeps what it announces."""
    await context.add_init_script(LISTEN)


async def heard(frame: Frame) -> list[str]:
    texts: list[str] = await frame.evaluate("window.heard")
    return texts


async def hear(frame: Frame, part: str) -> None:
    """Wait until something with this part in it was announced."""
    try:
        await frame.wait_for_function(
            "part => window.heard.some((text) => text.includes(part))", arg=part, timeout=20_000
        )
    except Exception as exc:
        raise AssertionError(f"{part!r} was never announced; instead: {await heard(frame)}") from exc
