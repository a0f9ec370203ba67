"""What is wrong with a compose file, compared with image, settings and the files beside it: one sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from server.settings import FREE_PREFIX, PREFIX, Settings, SettingsError, load_settings
from tests.docker.command_line import command_fault
from tests.docker.compose import FOLDER, Compose, Service
from tests.docker.image import Image
from tests.docker.image_faults import project, tag_fault

SECRETS = "/run/secrets/"
ENDS_WITHIN_S = 10
"""What the contract gives a server after SIGTERM."""
_NAMED = re.compile(rf"\b{PREFIX}[A-Z][A-Z0-9_]*")


def variable_faults(text: str) -> list[str]:
    """Every variable that a text names, also in comments, is a setting (or its file)."""
    fields = {name.upper() for name in Settings.model_fields}
    known = {PREFIX + name for name in fields} | {f"{PREFIX}{name}_FILE" for name in fields}
    named = sorted(set(_NAMED.findall(text)))
    return [f"{name} is no setting" for name in named if name not in known and not name.startswith(FREE_PREFIX)]


def compose_faults(compose: Compose, image: Image) -> list[str]:
    found = [*variable_faults(compose.text), *_declaration_faults(compose)]
    for service in compose.services.values():
        found += [f"{service.name}: {fault}" for fault in _service_faults(compose, service, image)]
    for server in compose.servers:
        found += [f"{server.name}: {fault}" for fault in _server_faults(compose, server, image)]
    return [*found, *_engine_faults(compose)]


def _declaration_faults(compose: Compose) -> Iterator[str]:
    """Volumes, networks and secrets are declared and used."""
    services = compose.services.values()
    mounted = {source for service in services for source in service.mounts.values() if not source.startswith(".")}
    joined = {network for service in services for network in service.networks} - {"default"}
    shown = {name for service in services for name in service.given.get("secrets", [])}
    for kind, used in (("volumes", mounted), ("networks", joined), ("secrets", shown)):
        declared = set(compose.top.get(kind) or {})
        yield from (f"{kind}: {name} is declared or used, not both" for name in sorted(declared ^ used))


def _service_faults(compose: Compose, service: Service, image: Image) -> Iterator[str]:
    fault = tag_fault(service.image)
    if fault:
        yield fault
    for source in service.mounts.values():
        if source.startswith(".") and not (FOLDER / source).is_file():
            yield f"there is no {source}"
    if service.given.get("cap_drop") != ["ALL"]:
        yield "keeps capabilities"
    if service.given.get("restart") not in {"unless-stopped", "on-failure"}:
        yield "is not started again"
    yield from _dependency_faults(compose, service, image)
    if service.ports and not (service.is_semafor and len(compose.services) == 1) and service.name != "proxy":
        yield "publishes a port past the proxy"


def _dependency_faults(compose: Compose, service: Service, image: Image) -> Iterator[str]:
    for name, wanted in service.given.get("depends_on", {}).items():
        other = compose.services.get(name)
        if other is None:
            yield f"waits for {name}, which is not there"
            continue
        condition = wanted["condition"]
        has_probe = "test" in other.given.get("healthcheck", {}) or (other.is_semafor and image.probe)
        if condition == "service_healthy" and not has_probe:
            yield f"waits for the health of {name}, which has none"
        if condition == "service_completed_successfully" and other.given["restart"] == "unless-stopped":
            yield f"waits for the end of {name}, which begins again"
        if condition not in {"service_healthy", "service_completed_successfully"}:
            yield f"waits for {name} to be {condition} only"


def _server_faults(compose: Compose, server: Service, image: Image) -> Iterator[str]:
    given = server.given
    yield from _build_faults(compose, server)
    if server.image != f"semafor:{project()['version']}":
        yield f"{server.image} is not this version"
    yield from _confinement_faults(server)
    yield from _port_faults(server, image)
    if image.data not in server.mounts or server.mounts[image.data].startswith("."):
        yield f"no volume at {image.data}"
    if int(str(given.get("stop_grace_period", "0s")).removesuffix("s")) <= ENDS_WITHIN_S:
        yield "is killed before it has ended"
    if "healthcheck" not in given or given["healthcheck"].get("disable") or "test" in given["healthcheck"]:
        yield "its health is not asked for as the image says"
    if server.command:
        fault = command_fault(server.command)
        if fault:
            yield fault
    yield from _settings_faults(compose, server)


def _build_faults(compose: Compose, server: Service) -> Iterator[str]:
    """One service builds the image; the others take what is there, and ask no registry for it."""
    builders = [other.name for other in compose.servers if "build" in other.given]
    build = server.given.get("build")
    if len(builders) != 1:
        yield f"{len(builders)} services build one image"
    if build is None and server.given.get("pull_policy") != "never":
        yield "its image is asked of a registry"
    if build is not None and not (FOLDER / build["context"] / build["dockerfile"]).is_file():
        yield f"is built from nothing: {build}"


def _confinement_faults(server: Service) -> Iterator[str]:
    given = server.given
    if given.get("read_only") is not True or "/tmp" not in given.get("tmpfs", []):
        yield "its root can be written, or /tmp cannot"
    if given.get("security_opt") != ["no-new-privileges:true"]:
        yield "may gain privileges"
    if "user" in given or "privileged" in given or "cap_add" in given:
        yield "is not run as the image says"


def _port_faults(server: Service, image: Image) -> Iterator[str]:
    for address, _, inner in server.ports:
        if inner != image.port:
            yield f"port {inner} is not the server's"
        if address != "127.0.0.1":
            yield f"plain HTTP on {address or 'every address'}"


def _settings_faults(compose: Compose, server: Service) -> Iterator[str]:
    """The server itself judges the values; secrets are in files, and the files are shown to it."""
    environ = dict(server.environment)
    for name, value in server.environment.items():
        if name.endswith("_FILE"):
            secret = value.removeprefix(SECRETS)
            if value == secret or secret not in server.given.get("secrets", []):
                yield f"{name}: {value} is not shown to it"
            environ[name.removesuffix("_FILE")] = "smtp://user:password@mail.example.com:587"
            del environ[name]
        elif _is_secret(name) and value and (urlsplit(value).password or not urlsplit(value).hostname):
            yield f"{name}: a secret in an environment"
    for name, file in (compose.top.get("secrets") or {}).items():
        if file != {"file": f"secrets/{name}"}:
            yield f"secret {name}: not where docs/docker.md puts it"
    try:
        load_settings(environ)
    except SettingsError as exc:
        yield str(exc)


def _is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name.removeprefix(PREFIX).lower())
    return field is not None and SecretStr in getattr(field.annotation, "__args__", (field.annotation,))


def _engine_faults(compose: Compose) -> Iterator[str]:
    """The queue and the record that the servers are told of are there, as they need them, and out of others' reach."""
    told = {name: url for server in compose.servers for name, url in server.environment.items()}
    for name in ("REDIS_URL", "MONGO_URL"):
        url = told.get(PREFIX + name)
        if url is None:
            continue
        parts = urlsplit(url)
        engine = compose.services.get(parts.hostname or "")
        if engine is None:
            yield f"{PREFIX}{name}: no service {parts.hostname}"
            continue
        yield from _reach_faults(compose, engine)
        if name == "REDIS_URL" and engine.option("--maxmemory-policy") != "noeviction":
            yield f"{engine.name} may throw chats out of the queue"
        if name == "REDIS_URL" and engine.option("--appendonly") != "yes":
            yield f"{engine.name} forgets the queue at every restart"
        if name == "MONGO_URL" and engine.option("--replSet") != parse_qs(parts.query).get("replicaSet", [""])[0]:
            yield f"{engine.name} is no member of the replica set that the servers ask for"


def _reach_faults(compose: Compose, engine: Service) -> Iterator[str]:
    for network in engine.networks:
        if not (compose.top.get("networks", {}).get(network) or {}).get("internal"):
            yield f"{engine.name}: {network} leads outside"
    for service in compose.services.values():
        if service.is_semafor and not service.networks & engine.networks:
            yield f"{service.name} cannot reach {engine.name}"
        if service.ports and service.networks & engine.networks:
            yield f"{service.name} is open to the outside and reaches {engine.name}"
