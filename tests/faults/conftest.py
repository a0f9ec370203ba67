"""A factory of clusters for the tests of this folder; each must end well and never have logged a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.storm import DEPARTMENTS, SETTINGS, USERS
from tests.harness.cluster import Cluster

NewCluster = Callable[..., Cluster]


@pytest.fixture
def new_cluster(tmp_path: Path) -> Iterator[NewCluster]:
    """`new_cluster(2)`, or `new_cluster(1, embedded=True)`; options as of Cluster. The people are storm.py's."""
    made: list[Cluster] = []

    def make(n: int, **options: Any) -> Cluster:
        chosen = {"departments": DEPARTMENTS, "users": USERS, "settings": SETTINGS, **options}
        cluster = Cluster(tmp_path / f"cluster-{len(made) + 1}", n, **chosen)
        made.append(cluster)
        cluster.start()
        return cluster

    yield make
    try:
        for cluster in made:
            cluster.stop()
    finally:
        for cluster in made:
            cluster.kill()
