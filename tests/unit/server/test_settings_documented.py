"""docs/settings.md says every setting, with the default and the meaning the code has."""

from __future__ import annotations

import re
from pathlib import Path

from server.limits import RATES
from server.settings import PREFIX, Settings

PAGE = Path(__file__).resolve().parents[3] / "docs" / "settings.md"
ROW = re.compile(r"^\| `SEMAFOR_(\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def documented(text: str) -> dict[str, tuple[str, str]]:
    return {name.lower(): (default, meaning) for name, default, meaning in ROW.findall(text)}


def in_code() -> dict[str, tuple[str, str]]:
    return {name: (_default(field.default), field.description or "") for name, field in Settings.model_fields.items()}


def _default(value: object) -> str:
    if value is None or value == ():
        return "unset"
    if isinstance(value, tuple):
        return f"`{' '.join(value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def test_every_setting_is_documented_as_the_code_has_it() -> None:
    assert documented(PAGE.read_text(encoding="utf-8")) == in_code()


def test_a_setting_that_is_missing_from_the_page_is_noticed() -> None:
    without = "\n".join(line for line in PAGE.read_text(encoding="utf-8").splitlines() if f"{PREFIX}TZ" not in line)

    assert documented(without) != in_code()


def test_every_rate_is_documented_as_the_code_has_it() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| .+ \| `(\d+/\d+)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert dict(rows) == {name: f"{rate.amount}/{rate.get_expiry()}" for name, rate in RATES.items()}
