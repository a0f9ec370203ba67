from __future__ import annotations

import pytest

from queueing.lights import light


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [(0, "green"), (44.999, "green"), (45, "amber"), (89.999, "amber"), (90, "red"), (900, "red")],
)
def test_light_is_amber_from_half_the_target_and_red_from_the_target(age_s: float, expected: str) -> None:
    assert light(age_s, target_s=90) == expected
