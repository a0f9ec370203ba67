"""The plain pages (server/pages), one jinja environment per language: everything a person wrote is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader

from server.web.headers import PageKind, policy
from transcripts.wording import LOCALES, Wording, choose


def page(
    template: str, kind: PageKind, *, lang: str = "en", status: int = 200, sites: tuple[str, ...] = (), **values: Any
) -> web.Response:
    """sites: who may embed it, for kind "widget"."""
    text = _environment(Wording(lang).locale).get_template(template).render(lang=lang, status=status, **values)
    headers = {"Content-Security-Policy": policy(kind, sites)}
    if kind == "widget":
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def readers_language(headers: Mapping[str, str]) -> str:
    """For a page that belongs to nobody yet."""
    return choose(None, headers.get("Accept-Language"))


@lru_cache(maxsize=len(LOCALES))
def _environment(locale: str) -> Environment:
    env = Environment(loader=PackageLoader("server", "pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    Wording(locale).install_in(env)
    return env
