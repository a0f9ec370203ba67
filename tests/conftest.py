"""Makes the harness's fixtures known to every test."""

pytest_plugins = ["tests.harness.fixtures", "tests.harness.redis"]
