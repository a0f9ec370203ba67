"""The figures that open the managers' page: each with its n, its trend, and what it was in the period before.

Nothing is reckoned here: every figure is taken from the report that is its home, so that they cannot disagree.
n: what a figure is about. Of coverage and single_agent the open seconds, of a percentile the values it is of, of a
share its whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from queueing.coverage import Coverage
from server.reports.measures import Json, share
from server.reports.periods import Period
from server.reports.periods import before as whole_before

Unit = Literal["share", "seconds", "count", "score"]
Better = Literal["higher", "lower"]


class Figure(NamedTuple):
    value: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The three reports of one period that the figures are taken from."""

    coverage: Coverage
    waits: Json
    satisfaction: Json


class _Slice(NamedTuple):
    """One bucket, or the whole: what the three reports say about it."""

    cover: Mapping[str, float]
    waits: Mapping[str, Any]
    satisfaction: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Measure:
    key: str
    unit: Unit
    better: Better | None
    of: Callable[[_Slice], Figure]
    is_sum: bool = False


def _of_open_time(name: str) -> Callable[[_Slice], Figure]:
    def figure(part: _Slice) -> Figure:
        open_s = part.cover["open_s"]
        return Figure(round(part.cover[name] / open_s, 4) if open_s else None, round(open_s))

    return figure


def _percentile(clock: str, name: str) -> Callable[[_Slice], Figure]:
    return lambda part: Figure(part.waits[clock][name], part.waits[clock]["n"])


def _abandoned(part: _Slice) -> Figure:
    """Who left within seconds of asking neither waited nor was kept waiting: they count on neither side."""
    stayed = part.waits["n"] - part.waits["abandoned_early"]
    return Figure(share(part.waits["abandoned"] - part.waits["abandoned_early"], stayed), stayed)


MEASURES: tuple[_Measure, ...] = (
    _Measure("coverage", "share", "higher", _of_open_time("covered_s")),
    _Measure("single_agent", "share", "lower", _of_open_time("single_s")),
    _Measure("queue_wait_p50", "seconds", "lower", _percentile("queue_wait", "p50_s")),
    _Measure("queue_wait_p90", "seconds", "lower", _percentile("queue_wait", "p90_s")),
    _Measure("first_reply_p50", "seconds", "lower", _percentile("first_reply", "p50_s")),
    _Measure("first_reply_p90", "seconds", "lower", _percentile("first_reply", "p90_s")),
    _Measure("within_target", "share", "higher", lambda p: Figure(p.waits["within_target"], p.waits["judged"])),
    _Measure("abandoned", "share", "lower", _abandoned),
    _Measure("satisfaction", "share", "higher", lambda p: Figure(p.satisfaction["csat"], p.satisfaction["n"])),
    _Measure("volume", "count", None, lambda p: Figure(p.waits["n"], p.waits["n"]), is_sum=True),
    _Measure("exchanges_p50", "count", "lower", _percentile("exchanges", "p50")),
    _Measure("solution_p50", "seconds", "lower", _percentile("solution", "p50_s")),
)


def overview(period: Period, parts: Parts, before: tuple[Period, Parts] | None) -> Json:
    """before: the period right before, with the same question; None: nothing is compared.

    Where the desk's beginning has cut it, sums are not compared: nine days have fewer chats than a month.
    """
    whole, buckets = _whole(parts), _buckets(parts)
    earlier = None if before is None else _whole(before[1])
    is_cut = before is not None and before[0].from_at > whole_before(period).from_at
    figures = [_figure(measure, period, whole, buckets, earlier) for measure in MEASURES]
    for measure, figure in zip(MEASURES, figures, strict=True):
        if is_cut and measure.is_sum:
            figure["previous"] = None
    return {
        "previous": None if before is None else {"from": before[0].from_at, "to": before[0].to_at},
        "figures": figures,
    }


def rows(data: Json) -> list[Json]:
    """Of the file. scope: "total" is the period, "previous" the one before, "bucket" a part of the period."""
    out: list[Json] = []
    for figure in data["figures"]:
        name = {"key": figure["key"], "unit": figure["unit"]}
        bounds = {"from": data["from"], "to": data["to"]}
        out.append({**name, "scope": "total", **bounds, "value": figure["value"], "n": figure["n"]})
        if data["previous"] is not None:
            earlier = {"value": figure["previous"], "n": figure["previous_n"]}
            out.append({**name, "scope": "previous", **data["previous"], **earlier})
        out += ({**name, "scope": "bucket", **point} for point in figure["trend"])
    return out


def _figure(
    measure: _Measure, period: Period, whole: _Slice, buckets: Sequence[_Slice], earlier: _Slice | None
) -> Json:
    now = measure.of(whole)
    past = None if earlier is None else measure.of(earlier)
    return {
        "key": measure.key,
        "unit": measure.unit,
        "value": now.value,
        "n": now.n,
        "previous": None if past is None else past.value,
        "previous_n": None if past is None else past.n,
        "better": measure.better,
        "trend": [
            {"from": bucket.from_at, "to": bucket.to_at, **measure.of(part)._asdict()}
            for bucket, part in zip(period.buckets, buckets, strict=True)
        ],
    }


def _whole(parts: Parts) -> _Slice:
    return _Slice(parts.coverage.total.in_seconds(), parts.waits["total"], parts.satisfaction["total"])


def _buckets(parts: Parts) -> list[_Slice]:
    covers = [cover.in_seconds() for _, cover in parts.coverage.buckets]
    return [_Slice(*three) for three in zip(covers, parts.waits["buckets"], parts.satisfaction["buckets"], strict=True)]
