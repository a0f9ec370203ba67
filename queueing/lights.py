"""The traffic light of a chat: how near its age is to the service target."""

from __future__ import annotations

from typing import Literal

Light = Literal["green", "amber", "red"]


def light(age_s: float, target_s: float) -> Light:
    """Amber from half the target on, red from the target on. With 90 s: green at 44.9, amber at 45, red at 90."""
    if age_s >= target_s:
        return "red"
    return "amber" if age_s * 2 >= target_s else "green"
