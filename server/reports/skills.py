"""How long chats take with each agent, were all given the same chats at the same hours: partial pooling.

A mixed model of the logarithm of the handle time (from when the agent got the chat until its end) of chat i:

    y_i = topic + hour + load + (topic x hour) + u_agent + e_i,       e ~ N(0, s^2)

topic: the department where none is known. hour: local, in bands of two. load: how many chats the agent had then, this
one included (1 to 5 and more), so that nobody looks slow for having many at once. Topics, hours and loads have weak
priors (sd 2, 1, 0.5); what a topic does at an hour beyond both is random with sd 0.15, so that a cell of few chats,
or one that a single agent works in, follows the sum of the two.

First step: mixed model equations (Henderson, Biometrics 31, 1975, 423-447) with the agents as good as fixed; topics x
hours are absorbed cell by cell, the rest by Cholesky. Found: each agent's f, with errors of the covariance s^2 G. s^2
is what remains over n less the agents and less what the fixed effects took, the trace of their share of the equations.

Second step: f = mean + u + error, where u ~ N(0, t^2 (I + M M')) and the mean may be anything, so

    u | f, t = S Q f,   S - S Q S,   S = t^2 (I + M M'),   K = S + s^2 G,   Q = K^-1 - K^-1 1 1' K^-1 / 1' K^-1 1

The errors are believed together: agents of one shift share what is not known of its hours, and an interval that took
them one by one would be too narrow by half. The columns of M are how hard the topics and how hard the hours of each
agent's chats are, with mean square 1: whoever is quick may be given the hard chats, and that is no reason to take
their skill for the topics' (Mundlak, Econometrica 46, 1978, 69-85). t is not put to its best value, which for a few
agents may be 0 and would make all alike beyond doubt: a grid of values is weighed by restricted likelihood (Patterson
and Thompson, Biometrika 58, 1971, 545-554) and a half-Cauchy(0.5) (Gelman, Bayesian Analysis 1, 2006, 515-534).
Intervals are of 95 %, with Student's quantile.

ratio: exp of the agent less the mean agent: 1.2 takes 20 % longer. handle_s: the mean time that the desk's chats would
have taken with this agent (smearing: Duan, JASA 78, 1983, 605-610). Log times further than four standard deviations
from the mean count as four: a chat that was forgotten over night is no handling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, expm1, log, sqrt
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

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
"""s^2 over the variance of agents in the first step: they are seven times as unlike as chats."""


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
    ratios, times = _shrunk(model, sums / n)
    quantile = Z_95 * (1 + (Z_95**2 + 1) / (4 * max(1.0, model.freedom)))  # Student's, to first order
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


@dataclass(frozen=True, slots=True)
class _Belief:
    """About all agents for one t, which has this weight: means and covariances, each up to a common constant."""

    weight: float
    means: Floats
    spread: Floats


def _shrunk(model: MixedModel, desk: Floats) -> tuple[list[_Guess], list[_Guess]]:
    """Ratios and mean times, per agent. desk: each agent's part of the mean time of the desk's chats."""
    beliefs = _beliefs(*model.solved(FIXED))
    agents = model.agents
    ratios = _against(beliefs, np.full(agents, 1 / agents))
    parts = desk * np.exp([-guess.mean for guess in ratios])
    noise = expm1(min(model.residual, 5.0)) / model.n
    times = _against(beliefs, parts / parts.sum())
    level = log(float(parts.sum())) + sum(
        share * guess.mean for share, guess in zip(parts / parts.sum(), ratios, strict=True)
    )
    return ratios, [_Guess(guess.mean + level, sqrt(guess.sd**2 + noise)) for guess in times]


def _beliefs(found: Floats, known: Floats, mixes: Floats) -> list[_Belief]:
    """found: the agents as if they were fixed; known: covariances of these; mixes: how hard each one's chats are."""
    agents = len(found)
    unlike = np.eye(agents) + mixes.T @ mixes
    ones = np.ones(agents)
    scored = []
    for spread in SPREADS:
        prior = spread**2 * unlike
        inverse = np.linalg.inv(prior + known)
        of_ones = inverse @ ones
        # What is common to all is not known beforehand: it is taken out of both (restricted likelihood).
        without = inverse - np.outer(of_ones, of_ones) / of_ones.sum()
        fit = np.linalg.slogdet(inverse)[1] - log(of_ones.sum()) - found @ without @ found
        score = 0.5 * fit + log(spread / (1 + (spread / SD_AGENTS) ** 2))
        scored.append((score, prior @ without @ found, prior - prior @ without @ prior))
    best = max(score for score, *_ in scored)
    likely = [_Belief(exp(score - best), *rest) for score, *rest in scored if exp(score - best) > NEGLIGIBLE]
    whole = sum(one.weight for one in likely)
    return [_Belief(one.weight / whole, one.means, one.spread) for one in likely]


def _against(beliefs: Sequence[_Belief], shares: Floats) -> list[_Guess]:
    """Each agent less the mean of all with these shares: over all t."""
    contrast = np.eye(len(shares)) - shares
    weights = np.array([one.weight for one in beliefs])
    means = np.array([contrast @ one.means for one in beliefs])
    own = np.array([np.einsum("ij,jk,ik->i", contrast, one.spread, contrast) for one in beliefs])
    mean = weights @ means
    sds = np.sqrt(np.maximum(weights @ (own + (means - mean) ** 2), 0.0))
    return [_Guess(*one) for one in zip(mean.tolist(), sds.tolist(), strict=True)]


def _bounds(guess: _Guess, quantile: float) -> tuple[float, float, float]:
    return exp(guess.mean), exp(guess.mean - quantile * guess.sd), exp(guess.mean + quantile * guess.sd)
