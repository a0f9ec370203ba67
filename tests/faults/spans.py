"""Arithmetic of stretches of time, each (from, to) in seconds, kept sorted and apart."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[float, float]


def union(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        elif since < until:
            joined.append((since, until))
    return joined


def intersection(first: Iterable[Span], second: Iterable[Span]) -> list[Span]:
    others = union(second)
    both = ((max(a, c), min(b, d)) for a, b in union(first) for c, d in others)
    return [(since, until) for since, until in both if since < until]


def difference(spans: Iterable[Span], without: Iterable[Span]) -> list[Span]:
    left = union(spans)
    for gone_since, gone_until in without:
        cut = ((piece for piece in ((a, min(b, gone_since)), (max(a, gone_until), b))) for a, b in left)
        left = [(since, until) for pieces in cut for since, until in pieces if since < until]
    return left


def longest(spans: Iterable[Span]) -> Span:
    """(0, 0) where there is none."""
    return max(spans, key=lambda span: span[1] - span[0], default=(0.0, 0.0))


def covers(spans: Iterable[Span], wanted: Span) -> bool:
    return any(since <= wanted[0] and wanted[1] <= until for since, until in union(spans))
