"""Files dropped on a page, or pasted as a screenshot: the events that Chromium makes of a hand, real files in them."""

from __future__ import annotations

import base64
import io
from typing import Final, Literal

from PIL import Image
from playwright.async_api import Locator

Way = Literal["paste", "dragover", "drop"]
_HAND: Final = """(box, [name, kind, content, how]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: kind }));
  const more = { bubbles: true, cancelable: true };
  const event = how === "paste"
    ? new ClipboardEvent("paste", { ...more, clipboardData: data })
    : new DragEvent(how, { ...more, dataTransfer: data });
  return !box.dispatchEvent(event);
}"""


def screenshot() -> bytes:
    out = io.BytesIO()
    shot = Image.new("RGB", (1200, 800), (240, 244, 252))
    shot.paste((47, 91, 215), (100, 100, 1100, 300))
    shot.save(out, "PNG")
    return out.getvalue()


async def hand(box: Locator, name: str, kind: str, content: bytes, how: Way) -> bool:
    """Where the caret or the pointer is: in `box`. Whether the page took it, so that the browser opens nothing."""
    given = [name, kind, base64.b64encode(content).decode(), how]
    return bool(await box.evaluate(_HAND, given))
