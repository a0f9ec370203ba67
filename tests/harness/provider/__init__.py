"""A real OpenID Connect provider for tests: npm's oidc-provider, run by the node that builds the front ends."""

from __future__ import annotations

import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hatch_build import find_node

FOLDER = Path(__file__).parent
CLIENT_ID, CLIENT_SECRET = "semafor", "its secret: + and %"
STARTED_WITHIN_S = 30.0


@contextmanager
def running_provider(redirect_uri: str) -> Iterator[str]:
    """Its issuer. redirect_uri: of the one desk that it knows."""
    assert (FOLDER / "node_modules" / "oidc-provider").is_dir(), "no provider is installed: run `make test` once"
    process = subprocess.Popen(
        [find_node(), "provider.mjs", redirect_uri],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], STARTED_WITHIN_S)
        issuer = process.stdout.readline().strip() if ready else ""
        assert issuer.startswith("http://127.0.0.1:"), "the provider does not start"
        yield issuer
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
