"""The figures of a simulated desk for people: one line each, with what they are made of."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
UNKNOWN = "unknown"


def table(told: Json) -> str:
    cover, estimates = told["coverage"], told["estimates"]
    said = {
        "Simulated": (f"{told['from']} to {told['to']}", f"zone {told['tz']}", f"seed {told['seed']}"),
        "Visitors": (
            f"{told['arrived']:,} arrived",
            f"{told['served']:,} served",
            f"{told['left']:,} left",
            f"{told['still_there']:,} still there",
        ),
        "Queue wait": _spread(told["queue_wait"]),
        "First reply": _spread(told["first_reply"]),
        "In time": (f"{_share(told['within_target'])} within {told['target_s']:g} s", f"of {told['judged']:,}"),
        "Abandoned": (_share(told["abandoned_share"]), f"{told['abandoned']:,} of {told['arrived']:,}"),
        "Coverage": (
            f"{_share(cover['share'])} of {_hours(cover['open_s'])} open",
            f"one agent only {_hours(cover['single_s'])}",
            f"nobody {_hours(cover['uncovered_s'])}",
        ),
        "Estimates": (
            f'{_share(estimates["within_upto"])} within "at most"',
            f"median error {_seconds(estimates['median_error_s'])}",
            f"of {estimates['n']:,}",
        ),
        "Occupancy": (f"{_share(told['occupancy'])} of the slots of agents who accepted",),
    }
    return "\n".join(f"{name:<12}{', '.join(parts)}" for name, parts in said.items())


def _spread(figures: Json) -> tuple[str, ...]:
    return (
        f"half within {_seconds(figures['p50_s'])}",
        f"nine of ten within {_seconds(figures['p90_s'])}",
        f"longest {_seconds(figures['max_s'])}",
        f"of {figures['n']:,}",
    )


def _seconds(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.1f} s"


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{100 * value:.1f} %"


def _hours(seconds: float) -> str:
    """720:00 is 720 hours."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}"
