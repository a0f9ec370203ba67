"""Makes the harness's fixtures and its option `--engines` known to every test, and says what comes last."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.harness.mongo", "tests.harness.redis", "tests.harness.engines", "tests.harness.fixtures"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where whole files go to several workers, the longest must not be the last: pages' files are many and short."""
    if config.getoption("dist", "no") == "loadfile":
        items.sort(key=lambda item: ("browser" in item.path.parts, "unit" not in item.path.parts))
