"""Which tests of this folder go to one worker together, where `pytest -n` has several: those that share a cluster.

Every other test goes where there is room for it. Tests keep their names, which `--dist loadgroup` would change: what
failed could not be found again by `--last-failed`.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

SHARING = {
    "test_cluster_engines.py": "one cluster",
    "test_cluster_presence.py": "one cluster",
    "test_cluster_without_redis.py": "one cluster",
    "test_cluster_servers.py": "another cluster",
}


class SideBySide(LoadScopeScheduling):  # type: ignore[misc]
    """The largest groups first: what takes longest must not be the last."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0].rpartition("/")[2]
        return SHARING.get(file, nodeid)
