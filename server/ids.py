"""Ids of everything: opaque, and not to be guessed."""

from __future__ import annotations

import re
import secrets

ID = re.compile("[0-9a-f]{24}")


def new_id() -> str:
    return secrets.token_hex(12)
