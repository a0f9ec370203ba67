"""What a report is about, checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.reports.periods import Period, before


@dataclass(frozen=True, slots=True)
class Frame:
    """What was asked for, checked. departments None: all. compares: with the period before.

    first_at: when the desk's own record begins, where nothing earlier is to be counted.
    """

    period: Period
    departments: tuple[str, ...] | None
    agent_id: str | None
    compares: bool = False
    first_at: datetime | None = None

    @property
    def asked(self) -> tuple[datetime, datetime, tuple[str, ...] | None, str | None]:
        """As the record is asked."""
        return self.period.from_at, self.period.to_at, self.departments, self.agent_id

    def before(self) -> Frame | None:
        """The same question about the period of the same length right before; None: the desk was not there yet."""
        earlier = before(self.period, self.first_at)
        if self.first_at is not None and not earlier.buckets:
            return None
        return Frame(earlier, self.departments, self.agent_id)
