"""What a report is about, checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.reports.periods import Period, before


@dataclass(frozen=True, slots=True)
class Frame:
    """What was asked for, checked. departments None: all. compares: with the period before."""

    period: Period
    departments: tuple[str, ...] | None
    agent_id: str | None
    compares: bool = False

    @property
    def asked(self) -> tuple[datetime, datetime, tuple[str, ...] | None, str | None]:
        """As the record is asked."""
        return self.period.from_at, self.period.to_at, self.departments, self.agent_id

    def before(self) -> Frame:
        """The same question about the period of the same length right before."""
        return Frame(before(self.period), self.departments, self.agent_id)
