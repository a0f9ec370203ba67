"""Reads a compose file as compose does: YAML with anchors, then `${NAME:-default}` and `${NAME:?sentence}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tests.docker.image import ROOT

FOLDER = ROOT / "docker"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    given: Mapping[str, Any]

    @property
    def image(self) -> str:
        return str(self.given.get("image", ""))

    @property
    def environment(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.given.get("environment", {}).items()}

    @property
    def command(self) -> list[str]:
        """Entry point and command together, as far as the file gives them."""
        return [str(word) for key in ("entrypoint", "command") for word in self.given.get(key, [])]

    @property
    def ports(self) -> list[tuple[str, int, int]]:
        """Address ("" is every one), port outside, port inside."""
        split = [str(port).rsplit(":", 2) for port in self.given.get("ports", [])]
        return [(address[0] if address else "", int(outer), int(inner)) for *address, outer, inner in split]

    @property
    def mounts(self) -> dict[str, str]:
        """Place inside -> volume or path outside."""
        return {text.split(":")[1]: text.split(":")[0] for text in self.given.get("volumes", [])}

    @property
    def networks(self) -> set[str]:
        return set(self.given.get("networks", ["default"]))

    @property
    def is_semafor(self) -> bool:
        return self.image.partition(":")[0] == "semafor"

    def option(self, name: str) -> str | None:
        words = self.command
        return words[words.index(name) + 1] if name in words[:-1] else None


@dataclass(frozen=True, slots=True)
class Compose:
    text: str
    top: Mapping[str, Any]
    services: Mapping[str, Service]

    @classmethod
    def of(cls, text: str, environ: Mapping[str, str]) -> Compose:
        """environ: what compose would find in its own environment."""
        top = filled(yaml.load(text, Loader=yaml.CSafeLoader), environ)
        return cls(text, top, {name: Service(name, given) for name, given in top["services"].items()})

    @property
    def servers(self) -> list[Service]:
        return [service for service in self.services.values() if service.is_semafor]


def filled(tree: Any, environ: Mapping[str, str]) -> Any:
    """Every text of the tree with its variables filled in.

    Raises KeyError, with the file's own sentence, for a variable that must be given and is not.
    """
    if isinstance(tree, dict):
        return {name: filled(value, environ) for name, value in tree.items()}
    if isinstance(tree, list):
        return [filled(value, environ) for value in tree]
    return _VARIABLE.sub(lambda match: _value(match, environ), tree) if isinstance(tree, str) else tree


def _value(match: re.Match[str], environ: Mapping[str, str]) -> str:
    found = environ.get(match["name"], "")
    if found or match["how"] is None:
        return found
    if match["how"] == ":?":
        raise KeyError(match["rest"])
    return str(match["rest"])
