"""When a customer hears from us next, where nobody says when."""

from __future__ import annotations

from datetime import datetime, timedelta

from server.services.known.directory import Directory
from server.services.known.targets import Targets
from server.settings import Settings


class Checkpoints:
    def __init__(self, directory: Directory, settings: Settings) -> None:
        self._directory = directory
        self._targets = Targets(directory, settings)

    def following(self, department_id: str, now: datetime, at_least_s: float = 0.0) -> datetime:
        """The department's time to the first news, or longer, of opening hours from now."""
        hours = self._directory.hours(department_id)
        after_s = max(self._targets.first_news_s(department_id), at_least_s)
        plain = now + timedelta(seconds=after_s)
        return plain if hours is None else hours.add_open_time(now, after_s) or plain
