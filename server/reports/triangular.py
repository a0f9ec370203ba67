"""Small symmetric systems in plain Python: S = L L' (Cholesky), rows of lower triangles as lists.

A few hundred unknowns at most; a sum of products runs in C (`sum(map(mul, ...))`), which makes 50 unknowns a matter
of a millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from operator import mul

Rows = list[list[float]]
"""Row i has i + 1 entries."""
LEAST_PIVOT = 1e-12


def factor(symmetric: Sequence[Sequence[float]]) -> Rows:
    """L of the lower triangle. A pivot that rounding made none is taken for LEAST_PIVOT."""
    rows: Rows = []
    for i, wanted in enumerate(symmetric):
        row: list[float] = []
        for j in range(i):
            row.append((wanted[j] - sum(map(mul, row, rows[j]))) / rows[j][j])
        row.append(sqrt(max(wanted[i] - sum(map(mul, row, row)), LEAST_PIVOT)))
        rows.append(row)
    return rows


def forward(rows: Rows, right: Sequence[float]) -> list[float]:
    """z with L z = right."""
    found: list[float] = []
    for row, value in zip(rows, right, strict=True):
        found.append((value - sum(map(mul, row, found))) / row[-1])
    return found


def backward(rows: Rows, right: Sequence[float]) -> list[float]:
    """x with L' x = right."""
    left = list(right)
    for i in range(len(rows) - 1, -1, -1):
        row = rows[i]
        value = left[i] = left[i] / row[i]
        left[:i] = [one - value * entry for one, entry in zip(left[:i], row[:i], strict=True)]
    return left


def inverse_diagonal(rows: Rows) -> list[float]:
    """The diagonal of the inverse of S = L L': sums of squares of the columns of L's own inverse."""
    size = len(rows)
    diagonal = [0.0] * size
    columns: list[list[float]] = [[] for _ in range(size)]  # column j from row j on
    for i, row in enumerate(rows):
        for j in range(i):
            entry = -sum(map(mul, row[j:i], columns[j])) / row[i]
            columns[j].append(entry)
            diagonal[j] += entry * entry
        columns[i].append(1 / row[i])
        diagonal[i] += columns[i][0] ** 2
    return diagonal
