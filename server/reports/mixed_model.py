"""The mixed model equations of skills.py, everything but the agents absorbed: Henderson, Biometrics 31 (1975)."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from typing import NamedTuple

import numpy as np

from server.reports import triangular
from server.reports.chats import Floats
from server.reports.measures import ENOUGH

BANDS = 12
LOADS = 5
LEAST_MIX = 0.02
"""Mixes that differ by less, on the scale of logarithms, are the same."""
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
    """n: chats; volumes: of each agent; rest: the squares that remain beside the agents.

    residual: s^2; a first one, which scales the priors of the fixed effects, until the agents are solved for. freedom:
    of the squares that remain then, less what the fixed effects took.
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
        self._counts = np.zeros((agents, self._topics + BANDS))
        self._fill(groups)
        self._absorb_fixed()

    def _fill(self, groups: Sequence[Group]) -> None:
        for i, sd in enumerate(self._priors()):
            self._rows[i][i] = self.residual / sd**2
        cells: dict[tuple[int, int], list[Group]] = {}
        for group in groups:
            cells.setdefault((group.topic, group.band), []).append(group)
        for (topic, band), members in cells.items():
            self._add_cell(topic, self._topics + band, members)
            for group in members:
                self._counts[group.agent, [topic, self._topics + band]] += group.n

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

    def _absorb_fixed(self) -> None:
        fixed = self._fixed
        rows = triangular.factor(self._rows[:fixed])
        solved = triangular.forward(rows, self._right[:fixed])
        self.rest -= sum(map(mul, solved, solved))
        parts = [triangular.forward(rows, row[:fixed]) for row in self._rows[fixed:]]
        self._factor, self._solved, self._parts = rows, np.array(solved), np.array(parts)
        within = np.array([row[fixed:] + [0.0] * (self.agents - n - 1) for n, row in enumerate(self._rows[fixed:])])
        self._within = within + np.tril(within, -1).T - self._parts @ self._parts.T
        self._right_within = np.array(self._right[fixed:]) - self._parts @ self._solved
        priors = [self.residual / sd**2 for sd in self._priors()]
        believed = triangular.inverse_diagonal(rows)
        self._freedom_of_fixed = fixed - sum(map(mul, priors, believed))

    def solved(self, prior: float) -> tuple[Floats, Floats, Floats]:
        """The agents, the covariances of their errors, and how hard their mixes are: by topic, and by hour.

        prior: s^2 over the variance that agents are given. Sets `residual` and `freedom` to what is left over then.
        mixes: mean of the topics' and of the hours' effects over each agent's chats, with mean 0 and mean square 1.
        """
        inverse = np.linalg.inv(self._within + prior * np.eye(self.agents))
        found = inverse @ self._right_within
        self.freedom = max(1.0, self.n - self.agents - self._freedom_of_fixed)
        self.residual = max(self.rest - float(self._right_within @ found), 1e-9) / self.freedom
        effects = np.array(triangular.backward(self._factor, (self._solved - self._parts.T @ found).tolist()))
        counts = self._counts / np.maximum(self._counts.sum(axis=1, keepdims=True) / 2, 1)
        topics, bands = slice(self._topics), slice(self._topics, self._topics + BANDS)
        return found, self.residual * inverse, np.array([_standard(counts[:, s] @ effects[s]) for s in (topics, bands)])

    def _priors(self) -> list[float]:
        return [*[SD_TOPIC] * self._topics, *[SD_BAND] * BANDS, *[SD_LOAD] * LOADS]


def _standard(values: Floats) -> Floats:
    values = values - values.mean()
    size = float(np.sqrt(np.mean(values**2)))
    return values / size if size > LEAST_MIX else np.zeros_like(values)


def _residual(groups: Sequence[Group], squares: float, n: int) -> float:
    """Pooled variance within groups; where they are too small to have one, that of all."""
    freedom = n - len(groups)
    if freedom >= 2 * ENOUGH:
        squares, n = squares - sum(group.sum**2 / group.n for group in groups), freedom
    return max(squares / n, 1e-6)
