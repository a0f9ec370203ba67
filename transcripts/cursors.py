"""Where a page ended, as text that goes out to a client and comes back; whatever comes back is a safe question."""

from __future__ import annotations

_DIGITS = 18
"""Fits a 64-bit integer."""


def number_of(cursor: str) -> int:
    """0, behind which there is nothing, where the cursor is none of ours."""
    is_ours = cursor.isascii() and cursor.isdecimal() and len(cursor) <= _DIGITS
    return int(cursor) if is_ours else 0
