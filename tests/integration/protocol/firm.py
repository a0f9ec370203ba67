"""A company with two departments, for tests that need more than one. Making its people takes seconds: one for all."""

from __future__ import annotations

from tests.harness.desk import Department, User
from tests.harness.fixtures import ADA, BOB, SUPPORT

SALES = Department("sales", "Sales")
CAT = User("cat@desk.example", "Cat Both", departments=("support", "sales"), capacity=2)
TOM = User("tom@desk.example", "Tom Second", departments=("sales",), tier=2)
BOSS = User("boss@desk.example", "Bo Boss", role="manager", departments=("support", "sales"), capacity=0)

FIRM = (SUPPORT, SALES)
STAFF = (ADA, BOB, CAT, TOM, BOSS)
