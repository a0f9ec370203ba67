"""Traefik's two files in docs/proxies.md. Traefik itself is not at hand: what must meet is compared, nothing is run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.docker.image import Image
from tests.docker.image_faults import operators_routes
from tests.docker.pages import PROXIES, blocks


def traefik_faults(text: str) -> list[str]:
    http: dict[str, Any] = yaml.safe_load(text)["http"]
    routers = [fault for router in http["routers"].values() for fault in _router_faults(router, http)]
    services = [fault for service in http["services"].values() for fault in _service_faults(service, http)]
    sticky = [name for name, given in http["services"].items() if "sticky" in given["loadBalancer"]]
    return [*routers, *services, *([] if sticky == ["semafor-polling"] else [f"sticky: {sticky}"])]


def _router_faults(router: dict[str, Any], http: dict[str, Any]) -> Iterator[str]:
    if router["service"] not in http["services"]:
        yield f"no service {router['service']}"
    yield from (f"no middleware {used}" for used in router["middlewares"] if used not in http["middlewares"])
    if router["rule"].count("(") != router["rule"].count(")") or router["rule"].count("`") % 2:
        yield "a rule left open"


def _service_faults(service: dict[str, Any], http: dict[str, Any]) -> Iterator[str]:
    balancer = service["loadBalancer"]
    urls = [server["url"] for server in balancer["servers"]]
    yield from (f"{url} is not the server's port" for url in urls if urlsplit(url).port != Image.current().port)
    if balancer["healthCheck"]["path"] not in operators_routes():
        yield f"asks {balancer['healthCheck']['path']}"
    if balancer["serversTransport"] not in http["serversTransports"]:
        yield f"no transport {balancer['serversTransport']}"


def test_names_in_traefiks_files_meet_each_other() -> None:
    fixed, moving = blocks(PROXIES.read_text(), "yaml")
    entry_points = yaml.safe_load(fixed)["entryPoints"]
    routers = yaml.safe_load(moving)["http"]["routers"].values()

    assert traefik_faults(moving) == []
    assert {point for router in routers for point in router["entryPoints"]} <= set(entry_points)
    assert len({router["priority"] for router in routers}) == len(routers)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("service: semafor-polling", "service: semafor-sticky", "no service semafor-sticky"),
        ("[semafor-operators]", "[semafor-inside]", "no middleware semafor-inside"),
        ("`/metrics`))", "`/metrics`)", "a rule left open"),
        ("path: /readyz", "path: /ready", "asks /ready"),
        ("192.0.2.11:8080", "192.0.2.11:80", "192.0.2.11:80 is not"),
        ("serversTransport: semafor", "serversTransport: other", "no transport other"),
        ("        sticky:\n          cookie:", "        also:\n          cookie:", "sticky: []"),
    ],
)
def test_broken_file_of_traefiks_is_seen(old: str, new: str, said: str) -> None:
    _, moving = blocks(PROXIES.read_text(), "yaml")
    assert old in moving

    assert said in "\n".join(traefik_faults(moving.replace(old, new)))
