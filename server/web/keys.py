"""What the web's parts find in the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from server.commands.demo import DemoInfo

if TYPE_CHECKING:
    from server.desk import Desk

DESK: web.AppKey[Desk] = web.AppKey("desk")
DEMO: web.AppKey[DemoInfo | None] = web.AppKey("demo")
