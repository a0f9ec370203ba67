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

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappop, heappush
from math import exp, expm1, log, sqrt
from operator import itemgetter, mul
from typing import NamedTuple
from zoneinfo import ZoneInfo

from server.reports import triangular
from server.reports.measures import ENOUGH
from server.reports.mixed_model import BANDS, LOADS, Group, MixedModel
from transcripts.figures import Served

Z_95 = 1.959963984540054
LEAST_S = 0.001
LOG_LEAST = log(LEAST_S)
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
QUARTER_S = 900


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


Topic = str | tuple[str]
"""A topic, or a department in place of one."""


class _Chats(NamedTuple):
    """Ended chats by their start with the agent, in columns: loops over 100,000 objects would take longer."""

    start_s: tuple[float, ...]
    handle_s: tuple[float, ...]
    agent: tuple[str, ...]
    topic: tuple[Topic, ...]


def adjusted(served: Iterable[Served], zone: ZoneInfo) -> dict[str, Adjusted]:
    """Per agent with at least five ended chats; empty where there are not two agents to compare.

    served: all chats of the period and departments, whoever is asked about.
    """
    chats = _ended(served)
    volumes = Counter(chats.agent)
    if len(volumes) < 2 or max(volumes.values()) < ENOUGH:
        return {}
    agents = sorted(volumes)
    logs = _logs(chats.handle_s)
    model = MixedModel(len(agents), _groups(chats, logs, agents, zone), sum(map(mul, logs, logs)))
    sums = dict.fromkeys(agents, 0.0)
    for agent, handle_s in zip(chats.agent, chats.handle_s, strict=True):
        sums[agent] += handle_s
    ratios, times = _shrunk(model, [sums[agent] / len(logs) for agent in agents])
    quantile = Z_95 * (1 + (Z_95**2 + 1) / (4 * max(1, len(logs) - len(agents) - 1)))  # Student's, to first order
    return {
        agent: Adjusted(*_bounds(times[n], quantile), volumes[agent], *_bounds(ratios[n], quantile))
        for n, agent in enumerate(agents)
        if volumes[agent] >= ENOUGH
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


def _ended(served: Iterable[Served]) -> _Chats:
    rows = [
        (asked_s + given_s, closed_s - given_s, agent, (department,) if topic is None else topic)
        for asked_s, department, topic, agent, _, given_s, closed_s in served
        if agent is not None and given_s is not None and closed_s is not None
    ]
    rows.sort(key=itemgetter(0))
    return _Chats(*zip(*rows, strict=True)) if rows else _Chats((), (), (), ())


def _logs(handle_s: Sequence[float]) -> list[float]:
    """Less their mean, outliers brought in."""
    logs = [log(one) if one > LEAST_S else LOG_LEAST for one in handle_s]
    mean = sum(logs) / len(logs)
    reach = OUTLIER_SD * sqrt(max(sum(map(mul, logs, logs)) / len(logs) - mean * mean, 0.0))
    if max(logs) > mean + reach or min(logs) < mean - reach:
        logs = [min(max(value, mean - reach), mean + reach) for value in logs]
        mean = sum(logs) / len(logs)
    return [value - mean for value in logs]


def _groups(chats: _Chats, logs: Sequence[float], agents: Sequence[str], zone: ZoneInfo) -> list[Group]:
    """Rare topics are one."""
    common = Counter(chats.topic).most_common()
    topics = {topic: min(n, MAX_TOPICS - 1) for n, (topic, _) in enumerate(common)}
    index = {agent: n for n, agent in enumerate(agents)}
    quarters = [int(start_s // QUARTER_S) for start_s in chats.start_s]
    bands = {quarter: _band(quarter, zone) for quarter in set(quarters)}
    width = len(agents)
    keys = [
        ((topics[topic] * BANDS + bands[quarter]) * LOADS + load) * width + index[agent]
        for topic, quarter, load, agent in zip(chats.topic, quarters, _loads(chats), chats.agent, strict=True)
    ]
    sums: dict[int, float] = dict.fromkeys(keys, 0.0)
    for key, value in zip(keys, logs, strict=True):
        sums[key] += value
    return [_group(key, n, sums[key], width) for key, n in Counter(keys).items()]


def _group(key: int, n: int, total: float, width: int) -> Group:
    key, agent = divmod(key, width)
    key, load = divmod(key, LOADS)
    topic, band = divmod(key, BANDS)
    return Group(topic, band, load, agent, n, total)


def _band(quarter: int, zone: ZoneInfo) -> int:
    return datetime.fromtimestamp(quarter * QUARTER_S, UTC).astimezone(zone).hour // HOURS_A_BAND


def _loads(chats: _Chats) -> list[int]:
    """How many other chats the agent had when each began, up to LOADS - 1."""
    open_until: dict[str, list[float]] = {agent: [] for agent in set(chats.agent)}
    loads: list[int] = []
    for start_s, handle_s, agent in zip(chats.start_s, chats.handle_s, chats.agent, strict=True):
        ends = open_until[agent]
        while ends and ends[0] <= start_s:
            heappop(ends)
        others = len(ends)
        loads.append(others if others < LOADS else LOADS - 1)
        heappush(ends, start_s + handle_s)
    return loads


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
