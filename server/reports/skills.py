"""How long chats take with each agent, were all given the same chats at the same hours: partial pooling.

A mixed model of the logarithm of the handle time (from when the agent got the chat until its end) of chat i:

    y_i = topic + hour + load + (topic x hour) + u_agent + e_i,       e ~ N(0, s^2)

topic: the department where none is known. hour: local, in bands of two. load: how many chats the agent had then, this
one included (1 to 5 and more), so that nobody looks slow for having many at once. Topics, hours and loads have weak
priors (sd 2, 1, 0.5); what a topic does at an hour beyond both is random with sd 0.15, so that a cell of few chats,
or one that a single agent works in, follows the sum of the two.

First step: mixed model equations (Henderson, Biometrics 31, 1975, 423-447) with the agents as good as fixed; topics x
hours are absorbed cell by cell, the rest by Cholesky. Agents must be fixed here: whoever is quick is given the hard
chats, and random effects that depend on the mix would be taken for the topics' (Mundlak, Econometrica 46, 1978, 69-85).

Second step: d_a, each agent less the mean agent, with its variance V_a, is shrunk: d_a ~ N(0, t^2 + V_a), so that of
the distance to the mean t^2 / (t^2 + V_a) is believed (Morris, JASA 78, 1983, 47-55). t is not put to its best value,
which for a few agents may be 0 and would make all alike beyond doubt: a grid of values is weighed by likelihood and a
half-Cauchy(0.5) (Gelman, Bayesian Analysis 1, 2006, 515-534). Intervals are of 95 %, with Student's quantile.

ratio: exp of the agent less the mean agent: 1.2 takes 20 % longer. handle_s: the mean time that the desk's chats would
have taken with this agent (smearing: Duan, JASA 78, 1983, 605-610). Log times further than four standard deviations
from the mean count as four: a chat that was forgotten over night is no handling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, expm1, log, sqrt
from operator import mul
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from server.reports import triangular
from server.reports.chats import MICROS, NONE, Chats, Codes, Floats
from server.reports.measures import ENOUGH
from server.reports.mixed_model import BANDS, LOADS, Group, MixedModel
from server.reports.parts import hours_at

Z_95 = 1.959963984540054
LEAST_S = 0.001
OUTLIER_SD = 4.0
HOURS_A_BAND = 24 // BANDS
MAX_TOPICS = 30
SD_AGENTS = 0.5
"""Scale of the prior for t: half of it is below."""
SPREADS = tuple(0.01 * 1.2**n for n in range(30))
"""Of t, the standard deviation of skills: 0.01 to 2."""
NEGLIGIBLE = 0.001
FIXED = 0.02
"""s^2 over the variance of agents in the first step: they are ten times as unlike as chats."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """See the module. low and high: 95 %."""

    handle_s: float
    low_s: float
    high_s: float
    n: int
    ratio: float
    ratio_low: float
    ratio_high: float


class _Ended(NamedTuple):
    """Ended chats by their start with the agent. agent, topic: places among the agents and the topics."""

    start_s: Floats
    handle_s: Floats
    agent: Codes
    topic: Codes
    agents: list[str]


def adjusted(chats: Chats, zone: ZoneInfo) -> dict[str, Adjusted]:
    """Per agent with at least five ended chats; empty where there are not two agents to compare.

    chats: all of the period and departments, whoever is asked about.
    """
    ended = _ended(chats)
    volumes = np.bincount(ended.agent).tolist()
    if len(volumes) < 2 or max(volumes) < ENOUGH:
        return {}
    logs = _logs(ended.handle_s)
    n = len(logs)
    model = MixedModel(len(volumes), _groups(ended, logs, zone), float(np.dot(logs, logs)))
    sums = np.bincount(ended.agent, ended.handle_s)
    ratios, times = _shrunk(model, (sums / n).tolist())
    quantile = Z_95 * (1 + (Z_95**2 + 1) / (4 * max(1, n - len(volumes) - 1)))  # Student's, to first order
    return {
        agent: Adjusted(*_bounds(times[who], quantile), volumes[who], *_bounds(ratios[who], quantile))
        for who, agent in enumerate(ended.agents)
        if volumes[who] >= ENOUGH
    }


def ranks(people: Mapping[str, Adjusted]) -> dict[str, int | None]:
    """From 1, the shortest time first; None for everybody whose interval overlaps anybody else's."""
    order = sorted(people, key=lambda agent: people[agent].ratio)
    return {
        agent: None if any(_overlap(people[agent], people[other]) for other in order if other != agent) else place
        for place, agent in enumerate(order, 1)
    }


def _overlap(one: Adjusted, other: Adjusted) -> bool:
    return one.ratio_low <= other.ratio_high and other.ratio_low <= one.ratio_high


# ---- from chats to groups ------------------------------------------------------------------------------------------


def _ended(chats: Chats) -> _Ended:
    """Departments stand in for topics that are not known; rare topics are one."""
    is_ended = (chats.agent != NONE) & ~np.isnan(chats.given_s + chats.closed_s + chats.waited_s)
    ended = chats.pick(is_ended)
    start_s = ended.asked / MICROS + ended.given_s
    order = np.argsort(start_s, kind="stable")
    ended = ended.pick(order)
    numbers, agents = np.unique(ended.agent, return_inverse=True)
    names = [ended.words.text(number) or "" for number in numbers.tolist()]
    # In the order of names: figures must not depend on who was met first.
    standing = sorted(range(len(names)), key=names.__getitem__)
    places = np.argsort(standing).astype(np.int32)
    return _Ended(
        start_s[order],
        ended.closed_s - ended.given_s,
        places[agents] if names else agents.astype(np.int32),
        _topics(ended),
        [names[n] for n in standing],
    )


def _topics(ended: Chats) -> Codes:
    """By how common they are, the first ones first; the rare ones are one."""
    topic = np.where(ended.topic == NONE, -2 - ended.department, ended.topic)
    _, first, places, counts = np.unique(topic, return_index=True, return_inverse=True, return_counts=True)
    standing = np.argsort(np.lexsort((first, -counts)))
    found: Codes = np.minimum(standing, MAX_TOPICS - 1).astype(np.int32)[places]
    return found


def _logs(handle_s: Floats) -> Floats:
    """Less their mean, outliers brought in."""
    logs: Floats = np.log(np.maximum(handle_s, LEAST_S))
    mean, reach = logs.mean(), OUTLIER_SD * logs.std()
    logs = np.clip(logs, mean - reach, mean + reach)
    logs -= logs.mean()
    return logs


def _groups(ended: _Ended, logs: Floats, zone: ZoneInfo) -> list[Group]:
    bands = hours_at(ended.start_s, zone) // HOURS_A_BAND
    width = len(ended.agents)
    keys = ((ended.topic.astype(np.int64) * BANDS + bands) * LOADS + _loads(ended)) * width + ended.agent
    found, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.bincount(places, logs)
    return [_group(*one, width) for one in zip(found.tolist(), counts.tolist(), sums.tolist(), strict=True)]


def _group(key: int, n: int, total: float, width: int) -> Group:
    key, agent = divmod(key, width)
    key, load = divmod(key, LOADS)
    topic, band = divmod(key, BANDS)
    return Group(topic, band, load, agent, n, total)


def _loads(ended: _Ended) -> Codes:
    """How many other chats the agent had when each began, up to LOADS - 1: those begun before, less those over."""
    loads = np.zeros(len(ended.agent), np.int32)
    for who in range(len(ended.agents)):
        (theirs,) = np.nonzero(ended.agent == who)
        start_s = ended.start_s[theirs]
        over_s = np.sort(start_s + np.maximum(ended.handle_s[theirs], 0.0))
        loads[theirs] = np.arange(len(theirs)) - over_s.searchsorted(start_s, "right")
    return np.clip(loads, 0, LOADS - 1)


# ---- the agents, shrunk ----------------------------------------------------------------------------------------------


class _Guess(NamedTuple):
    """On the scale of logarithms."""

    mean: float
    sd: float


def _shrunk(model: MixedModel, desk: Sequence[float]) -> tuple[list[_Guess], list[_Guess]]:
    """Ratios and mean times, per agent. desk: each agent's part of the mean time of the desk's chats."""
    agents = model.agents
    rows = triangular.factor([[*row[:-1], row[-1] + FIXED] for row in model.within])
    solved = triangular.forward(rows, model.right)
    skills = triangular.backward(rows, solved)
    residual = max(model.rest - sum(map(mul, solved, solved)), 1e-9) / max(1, model.n - agents)
    own = triangular.inverse_diagonal(rows)
    # Whoever had a few chats only would blur the mean that all are held against.
    mean_agent = _shares([1 / (SD_AGENTS**2 / 4 + residual / max(n, 1)) for n in model.volumes])
    mean = sum(map(mul, mean_agent, skills))
    known = [residual * one for one in _contrasts(rows, own, mean_agent)]
    guesses = _posterior([skill - mean for skill in skills], known, mean_agent)

    centre = sum(guess.mean for guess in guesses) / agents
    blur = sum((1 / agents - share) ** 2 * guess.sd**2 for guess, share in zip(guesses, mean_agent, strict=True))
    ratios = [_Guess(guess.mean - centre, sqrt(guess.sd**2 + blur)) for guess in guesses]
    parts = [part * exp(-guess.mean) for part, guess in zip(desk, guesses, strict=True)]
    noise = expm1(min(residual, 5.0)) / model.n
    relative = [residual * one for one in _contrasts(rows, own, _shares(parts))]
    times = [
        _Guess(guess.mean + log(sum(parts)), sqrt(guess.sd**2 * whole / max(variance, 1e-12) + noise))
        for guess, whole, variance in zip(guesses, relative, known, strict=True)
    ]
    return ratios, times


def _shares(parts: Sequence[float]) -> list[float]:
    whole = sum(parts)
    return [part / whole for part in parts]


def _contrasts(rows: triangular.Rows, own: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Variance, in s^2, of each agent less the mean with these shares: e_a - v through the inverse."""
    common = triangular.backward(rows, triangular.forward(rows, shares))
    of_mean = sum(map(mul, common, shares))
    return [max(one - 2 * with_mean + of_mean, 0.0) for one, with_mean in zip(own, common, strict=True)]


def _posterior(found: Sequence[float], known: Sequence[float], mean_agent: Sequence[float]) -> list[_Guess]:
    """Each agent's distance to the mean, shrunk. known: variances of `found`."""
    squares = sum(share * share for share in mean_agent)
    # An agent is part of the mean: their distance to it varies by less than t.
    parts = [max(1 - 2 * share + squares, 1e-6) for share in mean_agent]
    free = (len(found) - 1) / len(found)
    scores = []
    for spread in SPREADS:
        whole = [part * spread**2 + own for part, own in zip(parts, known, strict=True)]
        fit = sum(log(one) + value * value / one for value, one in zip(found, whole, strict=True))
        scores.append(-0.5 * free * fit + log(spread / (1 + (spread / SD_AGENTS) ** 2)))
    best = max(scores)
    likely = [(exp(score - best), spread) for score, spread in zip(scores, SPREADS, strict=True)]
    kept = [(weight, spread**2) for weight, spread in likely if weight > NEGLIGIBLE]
    return [_mixture(kept, *agent) for agent in zip(found, known, parts, strict=True)]


def _mixture(kept: Sequence[tuple[float, float]], found: float, known: float, part: float) -> _Guess:
    """One agent's mean and deviation over the weighed values of t^2."""
    whole = sum(weight for weight, _ in kept)
    believed = [(weight / whole, part * square / (part * square + known)) for weight, square in kept]
    mean = sum(weight * belief * found for weight, belief in believed)
    variance = sum(weight * (belief * known + (belief * found - mean) ** 2) for weight, belief in believed)
    return _Guess(mean, sqrt(variance))


def _bounds(guess: _Guess, quantile: float) -> tuple[float, float, float]:
    return exp(guess.mean), exp(guess.mean - quantile * guess.sd), exp(guess.mean + quantile * guess.sd)
