"""The mixed model equations of skills.py, everything but the agents absorbed: Henderson, Biometrics 31 (1975)."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

from server.reports import triangular
from server.reports.measures import ENOUGH

BANDS = 12
LOADS = 5
SD_TOPIC, SD_BAND, SD_LOAD, SD_CELL = 2.0, 1.0, 0.5, 0.15


class Group(NamedTuple):
    """Chats of one topic, band, load and agent; as indices."""

    topic: int
    band: int
    load: int
    agent: int
    n: int
    sum: float


class MixedModel:
    """within: the agents' coefficients (lower triangle); right: their right side;
    rest: the squares that remain. n: chats; residual: a first s^2, which scales the priors of the fixed effects.
    """

    def __init__(self, agents: int, groups: Sequence[Group], squares: float) -> None:
        self.agents = agents
        self.n = sum(group.n for group in groups)
        self.volumes = [0] * agents
        for group in groups:
            self.volumes[group.agent] += group.n
        self.residual = _residual(groups, squares, self.n)
        self._fixed = max(group.topic for group in groups) + 1 + BANDS + LOADS
        self._topics = self._fixed - BANDS - LOADS
        self._rows = [[0.0] * (i + 1) for i in range(self._fixed + agents)]
        self._right = [0.0] * (self._fixed + agents)
        self.rest = squares
        self._fill(groups)
        self.within, self.right = self._absorb_fixed()

    def _fill(self, groups: Sequence[Group]) -> None:
        priors = [*[SD_TOPIC] * self._topics, *[SD_BAND] * BANDS, *[SD_LOAD] * LOADS]
        for i, sd in enumerate(priors):
            self._rows[i][i] = self.residual / sd**2
        cells: dict[tuple[int, int], list[Group]] = {}
        for group in groups:
            cells.setdefault((group.topic, group.band), []).append(group)
        for (topic, band), members in cells.items():
            self._add_cell(topic, self._topics + band, members)

    def _add_cell(self, topic: int, band: int, members: Sequence[Group]) -> None:
        counts, right, rows = [0.0] * len(self._rows), self._right, self._rows
        first_load = self._topics + BANDS
        for _, _, load, agent, n, total in members:
            i, j = first_load + load, self._fixed + agent
            counts[i] += n
            counts[j] += n
            rows[j][i] += n
            right[i] += total
            right[j] += total
        n = sum(group.n for group in members)
        total = sum(group.sum for group in members)
        counts[topic] = counts[band] = n
        right[topic] += total
        right[band] += total
        rows[topic][topic] += n
        rows[band][band] += n
        rows[band][topic] += n
        for i in range(first_load, len(rows)):
            if counts[i]:
                rows[i][topic] += counts[i]
                rows[i][band] += counts[i]
                rows[i][i] += counts[i]
        self._absorb_cell(counts, total, n)

    def _absorb_cell(self, counts: Sequence[float], total: float, n: float) -> None:
        """What is random in a cell takes its share of each sum: n / (n + s^2 / s_cell^2)."""
        share = 1 / (n + self.residual / SD_CELL**2)
        for i, count in enumerate(counts):
            if count:
                by = share * count
                self._rows[i] = [entry - by * other for entry, other in zip(self._rows[i], counts, strict=False)]
                self._right[i] -= by * total
        self.rest -= share * total * total

    def _absorb_fixed(self) -> tuple[list[list[float]], list[float]]:
        fixed = self._fixed
        rows = triangular.factor(self._rows[:fixed])
        solved = triangular.forward(rows, self._right[:fixed])
        self.rest -= sum(map(mul, solved, solved))
        parts = [triangular.forward(rows, row[:fixed]) for row in self._rows[fixed:]]
        within = [
            [entry - sum(map(mul, part, other)) for entry, other in zip(row[fixed:], parts, strict=False)]
            for row, part in zip(self._rows[fixed:], parts, strict=True)
        ]
        right = [value - sum(map(mul, part, solved)) for value, part in zip(self._right[fixed:], parts, strict=True)]
        return within, right


def _residual(groups: Sequence[Group], squares: float, n: int) -> float:
    """Pooled variance within groups; where they are too small to have one, that of all."""
    freedom = n - len(groups)
    if freedom >= 2 * ENOUGH:
        squares, n = squares - sum(group.sum**2 / group.n for group in groups), freedom
    return max(squares / n, 1e-6)
