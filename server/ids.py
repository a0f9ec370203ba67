"""Ids of everything: opaque, and not to be guessed."""

from __future__ import annotations

import secrets


def new_id() -> str:
    return secrets.token_hex(12)
