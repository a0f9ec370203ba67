"""What the HTTP routes take besides the events' models in requests.py: queries and bodies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.fields import (
    Body,
    ClientId,
    Email,
    Id,
    Line,
    Moment,
    OptionalBody,
    OptionalFactorCode,
    OptionalLine,
    Request,
    Tags,
    Tier,
)
from transcripts.contacts import MAX_ADDRESSES
from transcripts.inbound.record import InboundState
from transcripts.promises import Change
from transcripts.records import MailState, Priority, TicketStatus
from transcripts.solution import Solution

Cursor = Annotated[str, Field(max_length=512)]
Words = Annotated[Line | None, Field(description="All of these words, anywhere in messages or names.")]
Day = Annotated[
    str,
    Field(
        max_length=40, description="A local date (2026-11-22) or an instant (2026-11-22T08:00:00Z); `to` is exclusive."
    ),
]


class SignIn(Request):
    email: Annotated[str, Field(min_length=1, max_length=320)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]
    code: Annotated[OptionalFactorCode, Field(description="Of the second factor, where the account has one.")] = None


class Account(Request):
    weekly_report: Annotated[bool | None, Field(description="Last week's figures by mail, every Monday at 7.")] = None


class ChatSearch(Request):
    q: Words = None
    visitor: Annotated[Line | None, Field(description="Part of a visitor's name or address, or their id.")] = None
    agent: Id | None = None
    department: Id | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    cursor: Cursor | None = None


class TranscriptQuery(Request):
    signed: Annotated[str | None, Field(max_length=4096, description="The last part of a customer's link.")] = None


class TicketSearch(Request):
    q: Words = None
    status: Annotated[tuple[TicketStatus, ...], Field(description="May repeat.")] = ()
    department: Id | None = None
    assignee: Id | None = None
    unassigned: Annotated[bool, Field(strict=False, description="Only nobody's.")] = False
    tier: Annotated[Tier | None, Field(strict=False)] = None
    missed: Annotated[bool, Field(strict=False, description="Only with a promise that was not kept.")] = False
    cursor: Cursor | None = None


class SolutionForm(Request):
    """The solving answer's short form; what is empty is left out of the mail."""

    cause: OptionalBody = None
    done: OptionalBody = None
    fully_solved: bool | None = None
    can_recur: bool | None = None

    def solution(self) -> Solution:
        return Solution(self.cause, self.done, self.fully_solved, self.can_recur)


class TicketPatch(Request):
    """assignee null: nobody's. message: the sentence that is mailed to the customer. solution: with status solved."""

    status: TicketStatus | None = None
    priority: Priority | None = None
    department: Id | None = None
    tier: Tier | None = None
    assignee: Id | None = None
    tags: Tags | None = None
    topic: OptionalLine = None
    checkpoint_at: Moment | None = None
    message: Body | None = None
    solution: SolutionForm | None = None

    def change(self) -> Change:
        return Change(
            status=self.status,
            priority=self.priority,
            department_id=self.department,
            tier=self.tier,
            assignee=self.assignee,
            unassign="assignee" in self.model_fields_set and self.assignee is None,
            tags=None if self.tags is None else tuple(self.tags),
            topic=self.topic,
            checkpoint_at=self.checkpoint_at,
            message=self.message,
            solution=None if self.solution is None else self.solution.solution(),
        )


class TicketReturn(Request):
    """note: for tier 1, internal."""

    note: OptionalBody = None


class TicketRating(Request):
    """What a customer sends from their own page, as a form: numbers come as text."""

    score: Annotated[int, Field(strict=False, ge=1, le=5)]
    comment: OptionalBody = None


class CustomerAnswer(Request):
    """What a customer writes on their own page, as a form. client_id: given by the page, new with each."""

    client_id: ClientId
    body: Body


class TicketAnswer(Request):
    """internal: a note for the team, never mailed."""

    client_id: ClientId
    body: Body
    internal: bool = False
    file_ids: Annotated[
        list[Id], Field(default_factory=list, max_length=10, description="Uploaded for this ticket, not sent yet.")
    ]


class ContactSearch(Request):
    q: Annotated[Line | None, Field(description="Parts of the name or of an address, all of them.")] = None
    cursor: Cursor | None = None


class ContactNew(Request):
    name: OptionalLine = None
    addresses: Annotated[list[Email], Field(min_length=1, max_length=MAX_ADDRESSES)]


class ContactPatch(Request):
    """addresses: all of them, the primary one first. merge: the contact that becomes part of this one."""

    name: Line | None = None
    addresses: Annotated[list[Email] | None, Field(min_length=1, max_length=MAX_ADDRESSES)] = None
    merge: Id | None = None


class Page(Request):
    cursor: Cursor | None = None


class InboundSearch(Request):
    state: InboundState | None = None
    cursor: Cursor | None = None


class MailSearch(Request):
    state: MailState | None = None
    cursor: Cursor | None = None


class ReportQuery(Request):
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    department: Id | None = None
    agent: Id | None = None
    tz: Annotated[
        str | None, Field(max_length=64, description="Zone of days and hours; the site's where none is given.")
    ] = None
    bucket: Literal["hour", "day", "week", "month"] = "day"
    compare: Annotated[
        Literal["previous", "none"], Field(description="Of the overview: with the period right before, or with none.")
    ] = "previous"
    recorded: Annotated[
        Literal["only", "all"],
        Field(description="only: the period, and the one before, begin with the desk itself, as on the pages."),
    ] = "all"
    part: Annotated[
        str | None,
        Field(max_length=64, description="Of a file: another list of the report than its buckets, such as gaps."),
    ] = None
