"""What a department promises: its own targets, and the desk's settings where it has none."""

from __future__ import annotations

from server.services.known.directory import Directory
from server.settings import Settings
from transcripts.records import Department


class Targets:
    def __init__(self, directory: Directory, settings: Settings) -> None:
        self._directory = directory
        self._settings = settings

    def service_target_s(self, department_id: str) -> float:
        """First reply at the latest."""
        own = self._department(department_id)
        return self._settings.service_target_s if own is None or own.service_target_s is None else own.service_target_s

    def first_news_s(self, department_id: str) -> float:
        """A new ticket's first promise, of opening hours."""
        own = self._department(department_id)
        return self._settings.first_news_s if own is None or own.first_news_s is None else own.first_news_s

    def escalate_after_s(self, department_id: str) -> float:
        """How long a tier has what comes to it, of opening hours; 0: for ever."""
        own = self._department(department_id)
        return self._settings.escalate_after_s if own is None or own.escalate_after_s is None else own.escalate_after_s

    def tiers(self, department_id: str) -> int:
        """The highest tier that its chats and tickets pass on to."""
        own = self._department(department_id)
        return 3 if own is None else own.tiers

    def own_service_targets(self) -> dict[str, float]:
        """Of the departments that have one of their own."""
        every = self._directory.every_department()
        return {one.id: one.service_target_s for one in every if one.service_target_s is not None}

    def _department(self, department_id: str) -> Department | None:
        return self._directory.department(department_id)
