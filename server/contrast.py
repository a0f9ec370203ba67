"""A site's accent colour made fit to read in both schemes: 4.5:1 as text and under text (WCAG 2, 1.4.3).

A colour that is not fit is moved towards black (light scheme) or white (dark scheme) until it is, in steps of 5 %; what
is shown then is told to whoever sets it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Rgb = tuple[int, int, int]

ENOUGH = 4.5
WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
GROUNDS: dict[str, tuple[Rgb, Rgb]] = {"light": ((232, 238, 252), BLACK), "dark": ((35, 43, 58), WHITE)}
"""By scheme, the least favourable ground that accent-coloured text stands on, and where the accent is moved to."""
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One scheme. accent as it is shown, ink written on it: #rrggbb. given, shown: contrasts to the ground, 1 to 21."""

    accent: str
    ink: str
    given: float
    shown: float


def normalised(colour: str) -> str | None:
    """#rrggbb in lower case; None where it is no such colour."""
    if _HEX.fullmatch(colour) is None:
        return None
    digits = colour[1:].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


def fitted(colour: str) -> dict[str, Shown]:
    """By scheme, what becomes of a colour written as #rrggbb."""
    given = _rgb(colour)
    return {scheme: _fit(given, ground, towards) for scheme, (ground, towards) in GROUNDS.items()}


def contrast(one: Rgb, other: Rgb) -> float:
    """1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _fit(given: Rgb, ground: Rgb, towards: Rgb) -> Shown:
    accent = given
    for step in range(21):
        accent = _mix(given, towards, step * 0.05)
        if contrast(accent, ground) >= ENOUGH:
            break
    ink = WHITE if contrast(accent, WHITE) >= ENOUGH else BLACK
    return Shown(_hex(accent), _hex(ink), round(contrast(given, ground), 2), round(contrast(accent, ground), 2))


def _luminance(rgb: Rgb) -> float:
    """Relative, 0 to 1, as WCAG 2 defines it."""
    red, green, blue = (
        (share / 12.92) if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in _shares(rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shares(rgb: Rgb) -> list[float]:
    return [part / 255 for part in rgb]


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (int(part + (to - part) * share + 0.5) for part, to in zip(one, other, strict=True))
    return red, green, blue


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in rgb)
