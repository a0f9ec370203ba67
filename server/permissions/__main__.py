"""`python -m server.permissions`: docs/roles.md on standard output."""

from __future__ import annotations

import sys

from server.permissions import TABLE
from server.permissions.text import text

sys.stdout.write(text(TABLE.values()))
