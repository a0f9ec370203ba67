"""For operators: is it alive, can it keep what it is told, and figures for Prometheus. Nothing about any person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from server.web.answers import json_response
from server.web.keys import DESK

if TYPE_CHECKING:
    from server.desk import Desk

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class DeskFigures(Collector):
    """The desk as it is when somebody asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[GaugeMetricFamily]:
        chats = GaugeMetricFamily("semafor_chats", "Open chats.", labels=("department", "state"))
        counted: dict[tuple[str, str], int] = {}
        for chat in self._desk.routing.open_chats.all():
            counted[chat.department_id, chat.state] = counted.get((chat.department_id, chat.state), 0) + 1
        for key, number in counted.items():
            chats.add_metric(key, number)
        yield chats
        accepting = GaugeMetricFamily("semafor_agents_accepting", "Agents online.", labels=("department",))
        is_open = GaugeMetricFamily("semafor_department_open", "1 in opening hours.", labels=("department",))
        for department in self._desk.openness.current():
            accepting.add_metric((department["id"],), department["accepting"])
            is_open.add_metric((department["id"],), int(department["open"]))
        yield accepting
        yield is_open


class Figures:
    """A registry of the application's own, so that two of them in one process do not meet."""

    def __init__(self, desk: Desk) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "semafor_http_requests", "Answered requests.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "semafor_http_seconds", "Time to answer.", ("route",), buckets=BUCKETS_S, registry=self.registry
        )
        self.registry.register(DeskFigures(desk))


FIGURES = web.AppKey("figures", Figures)


@web.middleware
async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost. Sockets are left out: they answer when they end."""
    if request.path.startswith("/socket.io/"):
        return await handler(request)
    clock = request.app[DESK].clock
    started = clock.monotonic_s()
    answer = await handler(request)
    resource = request.match_info.route.resource
    # Never the path itself: it holds ids, and anybody could make any number of series.
    route = resource.canonical if resource else "none"
    figures = request.app[FIGURES]
    figures.requests.labels(request.method, route, answer.status).inc()
    figures.seconds.labels(route).observe(clock.monotonic_s() - started)
    return answer


async def alive(_: web.Request) -> web.Response:
    return json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """503 where a write would not be durable now. Raises StoreUnavailable."""
    await request.app[DESK].store.check()
    return json_response({"status": "ok"})


async def metrics(request: web.Request) -> web.Response:
    body = generate_latest(request.app[FIGURES].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def add_routes(app: web.Application) -> None:
    app[FIGURES] = Figures(app[DESK])
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)
