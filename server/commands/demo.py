"""A company to play with: departments, people with known passwords, ready answers and topics.

Filled into an empty record once; a restart finds it there. The passwords are printed and shown on the demo's page:
never use it for real customers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table

from server.services.accounts.passwords import hash_password
from transcripts.accounts import AccountStore
from transcripts.records import Agent, Canned, Department, Role

SITE_NAME: Final = "Acme Parcel"
PASSWORD: Final = "semafor-demo"  # noqa: S105 - meant to be known
MARK: Final = "demo"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    role: Role
    name: str
    email: str
    password: str
    departments: tuple[str, ...]
    capacity: int = 3


@dataclass(frozen=True, slots=True)
class DemoInfo:
    """What the demo's page and the terminal show."""

    people: tuple[DemoPerson, ...]


DEPARTMENTS: Final = (
    Department("support", "Support", None, "Europe/Prague", ("Parcel on its way", "Scan", "Invoice", "Account")),
    Department("sales", "Sales", "mon-fri 08:00-20:00", "Europe/Prague", ("New box", "Prices", "Contract")),
)
PEOPLE: Final = (
    DemoPerson("agent", "Jana Nováková", "jana@demo.example", PASSWORD, ("support",)),
    DemoPerson("agent", "Petr Svoboda", "petr@demo.example", PASSWORD, ("support", "sales")),
    DemoPerson("agent", "Eleni Pappa", "eleni@demo.example", PASSWORD, ("sales",), capacity=4),
    DemoPerson("manager", "Marta Dvořáková", "manager@demo.example", PASSWORD, ("support", "sales")),
    DemoPerson("admin", "Adam Kučera", "admin@demo.example", PASSWORD, ("support", "sales")),
)
COLLEAGUES: Final = (
    DemoPerson("agent", "Tomáš Beneš", "tomas@demo.example", PASSWORD, ("support",)),
    DemoPerson("agent", "Lucie Marková", "lucie@demo.example", PASSWORD, ("support", "sales"), capacity=2),
    DemoPerson("agent", "Nikos Ioannou", "nikos@demo.example", PASSWORD, ("sales", "support"), capacity=2),
)
"""Played by `--traffic`, so that whoever tries the demo can sign in as one of the others and work beside them."""
CANNED: Final = (
    Canned("hi", "Greeting", "Hello {visitor.name}, this is {agent.name} of {department.name}. How can I help?"),
    Canned("moment", "One moment", "One moment please, I am looking into it."),
    Canned("thanks", "Goodbye", "Thank you for writing, {visitor.name}. Have a good day!"),
    Canned("ticket", "Goes on as a ticket", "I pass this on. Your number is {ticket.number}; we write to you by mail."),
    Canned(
        "track",
        "Where is my parcel",
        "Your tracking link is in the mail we sent when the parcel left. Which box number is it about?",
        "support",
    ),
    Canned("invoice", "Copy of an invoice", "I send you the invoice again. To which address, please?", "support"),
    Canned("price", "Prices", "A box costs € 9 a month with scans included; forwarding is paid per parcel.", "sales"),
    Canned("contract", "Contract", "You can cancel at the end of any month; there is no fee.", "sales"),
)
INFO: Final = DemoInfo(PEOPLE)


async def fill(store: AccountStore, new_id: Callable[[], str], *, colleagues: bool = False) -> DemoInfo:
    """Put the company into an empty record; what a start that was cut short left out is added by the next.

    colleagues: with those that `--traffic` plays. A record with accounts of its own is left as it is, and has no demo
    people.
    """
    departments = {department.id for department in await store.departments()}
    addresses = {agent.email for agent in await store.agents()}
    if await store.value(MARK) is None:
        if departments or addresses:
            return DemoInfo(())
        await store.set_value(MARK, "1")
    for department in DEPARTMENTS:
        if department.id not in departments:
            await store.add_department(department)
    for person in (*PEOPLE, *COLLEAGUES) if colleagues else PEOPLE:
        if person.email not in addresses:
            await store.add_agent(await _account(person, new_id()))
    if not await store.canned():
        await store.save_canned(CANNED)
    return INFO


async def _account(person: DemoPerson, agent_id: str) -> Agent:
    return Agent(
        id=agent_id,
        email=person.email,
        name=person.name,
        role=person.role,
        department_ids=person.departments,
        tier=1,
        capacity=person.capacity,
        password_hash=await asyncio.to_thread(hash_password, person.password),
    )


def table(info: DemoInfo) -> Table:
    """The sign-ins, for the terminal; fits into 80 columns."""
    out = Table(
        title="Sign in at /agent, managers also at /manager",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1),
        pad_edge=False,
    )
    for heading in ("Role", "Name", "E-mail", "Password"):
        out.add_column(heading, no_wrap=True)
    out.add_column("Departments", overflow="fold")
    for person in info.people:
        out.add_row(person.role, person.name, person.email, person.password, ", ".join(person.departments))
    return out
