"""What stands in for the base image where there is no Docker: this machine's Python and a few of its programs.

`MachineRoot` is the whole machine under an overlay, to build in: nothing that is done there stays. `EmptyRoot` is a new
folder with the interpreter, the C library and the few programs that the runtime stage names, and nothing else: what the
image needs beyond its base is missing there, and is noticed. Both need root, for mounts and chroot.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Part of every Debian, the slim one too: dash, coreutils, passwd, util-linux.
PROGRAMS = ("sh", "install", "groupadd", "useradd", "nologin", "setpriv")
# Likewise libgcc-s1, libstdc++6 and the parts of libc6 that ready-made wheels may ask for.
LIBRARIES = (
    "libgcc_s.so.1",
    "libstdc++.so.6",
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
    "libresolv.so.2",
    "libm.so.6",
)
# As Debian sets them.
USERS = "UID_MAX 60000\nGID_MAX 60000"
# Of the standard library: no part of the slim image's work, and most of its size.
LEFT_OUT = ("site-packages", "dist-packages", "test", "idlelib", "tkinter", "turtledemo", "lib2to3", "config-*")
_LIBRARY = re.compile(r"(/\S+) \(0x")


class MachineRoot:
    """files: what was written, and only that; `run` sees the machine below it."""

    def __init__(self, work: Path) -> None:
        self.files = work / "files"
        self._inner = work / "inner"
        self._merged = work / "merged"
        for folder in (self.files, self._inner, self._merged):
            folder.mkdir(parents=True)
        self.environment = {**_network_environment(), "PATH": f"/stand-in/bin:{SYSTEM_PATH}", "HOME": "/root"}
        # Its own pip and no foreign packages, as in the base image.
        self.run(f"{base_python()} -m venv /stand-in", self.environment, "/")

    def run(self, command: str, environ: Mapping[str, str], cwd: str) -> None:
        """Raises CalledProcessError; what the command says goes to standard error."""
        options = f"lowerdir=/,upperdir={self.files},workdir={self._inner}"
        mounts = f"mount -t overlay overlay -o {options} {self._merged}\n" + "".join(
            f"mount --rbind /{name} {self._merged}/{name}\n" for name in ("dev", "proc")
        )
        chrooted(mounts, self._merged, command, environ, cwd)


class EmptyRoot:
    """files: all there is."""

    def __init__(self, work: Path) -> None:
        self.files = work / "root"
        self.environment = {"PATH": SYSTEM_PATH}
        for folder in (
            "usr/bin",
            "usr/sbin",
            "usr/lib",
            "usr/lib64",
            "etc",
            "dev",
            "proc",
            "run/secrets",
            "tmp",
            "root",
        ):
            (self.files / folder).mkdir(parents=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            (self.files / name).symlink_to(f"usr/{name}")
        for name, line in {
            "passwd": "root:x:0:0:root:/root:/bin/sh",
            "group": "root:x:0:",
            "login.defs": USERS,
        }.items():
            (self.files / "etc" / name).write_text(f"{line}\n")
        for program in PROGRAMS:
            found = shutil.which(program, path=SYSTEM_PATH)
            assert found is not None, f"no {program} on this machine"
            self._take_with_libraries(Path(found))
        self._take_python()

    def run(self, command: str, environ: Mapping[str, str], cwd: str) -> None:
        """Raises CalledProcessError; what the command says goes to standard error."""
        chrooted(f"mount --rbind /dev {self.files}/dev\n", self.files, command, environ, cwd)

    def _take_python(self) -> None:
        executable = base_python()
        stdlib = Path(sysconfig.get_path("stdlib"))
        target = self._inside(stdlib)
        shutil.copytree(stdlib, target, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
        (target / "site-packages").mkdir()
        for path in {executable, executable.resolve()}:
            self._take_with_libraries(path)
        for module in sorted(stdlib.glob("lib-dynload/*.so")):
            for library in libraries_of(module):
                self._take(library)
        beside = next(path.parent for path in libraries_of(executable) if path.name.startswith("libc.so"))
        for name in LIBRARIES:
            self._take(beside / name)

    def _take_with_libraries(self, path: Path) -> None:
        for needed in (path, *libraries_of(path)):
            self._take(needed)

    def _take(self, path: Path) -> None:
        """At the same place as on the machine; a link's target under the link's name."""
        target = self._inside(path)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)

    def _inside(self, path: Path) -> Path:
        return self.files / path.relative_to("/")


def chrooted(mounts: str, root: Path, command: str, environ: Mapping[str, str], cwd: str) -> None:
    script = f'set -e\n{mounts}exec chroot "$1" /bin/sh -c "$2" "$3"'
    words = ["unshare", "--mount", "sh", "-c", script, "sh", str(root), f'cd "$0" || exit\n{command}', cwd]
    subprocess.run(words, env=dict(environ), check=True, stdout=sys.stderr)


def base_python() -> Path:
    """The interpreter that virtual environments are made of."""
    return Path(str(getattr(sys, "_base_executable", sys.executable)))


def libraries_of(path: Path) -> Iterator[Path]:
    """What the loader would load with it; nothing for what is no program of its own."""
    done = subprocess.run(["ldd", str(path)], capture_output=True, text=True, check=False)
    yield from _paths(done.stdout.splitlines())


def _paths(lines: Iterable[str]) -> Iterator[Path]:
    for line in lines:
        found = _LIBRARY.search(line)
        if found:
            yield Path(found[1])


def _network_environment() -> dict[str, str]:
    """How this machine reaches package indexes; the rest of the tester's environment stays out."""
    kept = ("PIP_", "NPM_CONFIG_", "SSL_", "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    return {name: value for name, value in os.environ.items() if name.upper().startswith(kept)}
