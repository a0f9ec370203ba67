"""The desk itself, for admins: what runs, whether it is ready, and every setting that is in effect."""

from __future__ import annotations

import platform
from datetime import timedelta

from pydantic import SecretStr

from server import wire
from server.desk import Desk
from server.setting_groups import SETTING_OF
from server.settings import PREFIX, Settings
from server.web.endpoints import Call, Endpoint, Json, Nothing
from server.web.sessions import version
from transcripts.errors import StoreError

MASK = "********"
ALIVE = timedelta(seconds=30)


async def system(call: Call, _: Nothing) -> Json:
    desk, dispatch = call.desk, call.desk.routing.dispatch
    return {
        "version": version(),
        "python": platform.python_version(),
        "server_time": wire.moment(desk.clock.now()),
        "public_url": desk.wire.public_url,
        "record": {"engine": "mongodb" if desk.settings.mongo_url else "sqlite", "ready": await _is_ready(desk)},
        "queue": {"engine": "redis" if desk.settings.redis_url else "process", "ready": not dispatch.is_away},
        "servers": await _servers(desk),
        "mail": {"smtp": desk.settings.smtp_url is not None, "inbound": desk.settings.takes_mail},
        "settings": [_setting(desk, name) for name in Settings.model_fields],
    }


async def _servers(desk: Desk) -> int:
    """Those that have proved to live lately, this one among them."""
    now = desk.clock.now()
    proofs = await desk.store.proofs()
    others = (proof for proof in proofs if proof.process_id != desk.process_id and not proof.ended)
    return 1 + sum(now - proof.last_at < ALIVE for proof in others)


async def _is_ready(desk: Desk) -> bool:
    try:
        await desk.store.check()
    except StoreError:
        return False
    return True


def _setting(desk: Desk, name: str) -> Json:
    """source: environment, record (an admin has set it), or default."""
    value, field = getattr(desk.settings, name), Settings.model_fields[name]
    fixed = name in desk.settings.fixed
    groups = {setting: (group, key) for (group, key), setting in SETTING_OF.items()}
    is_kept = name in groups and groups[name][1] in desk.desk_settings.kept(groups[name][0])
    return {
        "name": PREFIX + name.upper(),
        "value": _shown(value),
        "source": "environment" if fixed else "record" if is_kept else "default",
        "description": field.description or "",
    }


def _shown(value: object) -> str | None:
    if value is None or value == ():
        return None
    if isinstance(value, SecretStr):
        return MASK
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


_TOLD = ("version", "python", "server_time", "public_url", "record", "queue", "servers", "mail", "settings")
ENDPOINTS = (Endpoint("GET", "/admin/system", "What runs here.", Nothing, system, _TOLD, role="admin"),)
