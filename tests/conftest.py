"""Makes the harness's fixtures and its option `--engines` known to every test."""

from __future__ import annotations

pytest_plugins = ["tests.harness.mongo", "tests.harness.redis", "tests.harness.engines", "tests.harness.fixtures"]
