"""Clusters for the tests of this folder; each must end well and never have logged a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.side_by_side import SideBySide
from tests.faults.storm import DEPARTMENTS, SETTINGS, USERS
from tests.harness.cluster import Cluster

NewCluster = Callable[..., Cluster]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: judged by how fast something is, so nothing runs beside it")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SideBySide:
    return SideBySide(config, log)


class Clusters:
    """Made in folders of their own; whatever happens, `end` leaves nothing running."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Cluster] = []

    def start(self, n: int, **options: Any) -> Cluster:
        """options: as of Cluster. The people are storm.py's."""
        chosen = {"departments": DEPARTMENTS, "users": USERS, "settings": SETTINGS, **options}
        cluster = Cluster(self._folder / f"cluster-{len(self._made) + 1}", n, **chosen)
        self._made.append(cluster)
        cluster.start()
        return cluster

    def end(self) -> None:
        try:
            for cluster in self._made:
                cluster.stop()
        finally:
            for cluster in self._made:
                cluster.kill()


@pytest.fixture
def new_cluster(tmp_path: Path) -> Iterator[NewCluster]:
    """`new_cluster(2)`, or `new_cluster(1, embedded=True)`: of this test alone."""
    clusters = Clusters(tmp_path)
    yield clusters.start
    clusters.end()


class Shared:
    """One cluster of two servers after the other: the next one only when a test has left the last one broken."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._running: Cluster | None = None

    def take(self) -> Cluster:
        """Redis behind a way that can be stalled, and a database that may be killed."""
        if self._running is None:
            self._running = self._clusters.start(2, stallable=True, own_mongo=True)
        return self._running

    def drop(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running = None


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    clusters = Clusters(tmp_path_factory.mktemp("clusters"))
    yield Shared(clusters)
    clusters.end()


@pytest.fixture
def two_servers(request: pytest.FixtureRequest, shared_cluster: Shared) -> Iterator[Cluster]:
    """One desk for all tests that mend what they break and leave nobody online and nobody waiting."""
    failed_before = request.session.testsfailed
    cluster = shared_cluster.take()
    yield cluster
    if request.session.testsfailed > failed_before:
        shared_cluster.drop()
    else:
        assert "Traceback" not in cluster.log(), cluster.log()
