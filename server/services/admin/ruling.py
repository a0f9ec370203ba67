"""What the rules of department_rules.py and administration.py refuse, as the wire says it: `invalid` with the field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from server.department_rules import OperationError, UsageError
from server.errors import Refusal, changed_meanwhile
from transcripts.errors import LastAdmin, VersionConflict

FIELD_OF = {
    "ID": "id",
    "EMAIL": "email",
    "--holiday": "holidays",
    "--topic": "topics",
    "--department": "departments",
    "--service-target": "service_target_s",
    "--first-news": "first_news_s",
    "--escalate-after": "escalate_after_s",
    "--password-stdin": "password",
    "--ends": "ends_at",
}
"""Where the option is not called like the field."""


@contextmanager
def refusals() -> Iterator[None]:
    """Raises Refusal in the place of what the rules and the record raise."""
    try:
        yield
    except UsageError as exc:
        field = FIELD_OF.get(exc.option) or exc.option.removeprefix("--").replace("-", "_")
        raise Refusal("invalid", str(exc), field=field) from exc
    except OperationError as exc:
        raise Refusal("conflict", str(exc)) from exc
    except VersionConflict as exc:
        raise changed_meanwhile() from exc
    except LastAdmin as exc:
        sentence = "This is the last admin, and nobody else could change the settings. Make somebody else admin first."
        raise Refusal("conflict", sentence, field="role") from exc
