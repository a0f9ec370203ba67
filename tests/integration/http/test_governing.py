"""What admins change by HTTP: checked to the very field, one version at a time, in effect at once, and written down."""

from __future__ import annotations

from typing import Any

from server.wire import canned
from tests.integration.http.people import HOME, PASSWORD, Signed, Site
from transcripts.audit import AuditQuery

DEPARTMENTS, USERS, REPLIES = "/admin/departments", "/admin/users", "/admin/replies"


def slot(begins: str, ends: str, *, overnight: bool = False) -> dict[str, Any]:
    return {"from": begins, "to": ends, "overnight": overnight}


NIGHT = slot("22:00", "06:00", overnight=True)
WEEK = {
    "mon": [slot("09:00", "12:00"), slot("13:00", "00:00")],
    "tue": [slot("00:00", "08:00"), slot("22:00", "06:00", overnight=True)],
    "wed": [slot("06:00", "24:00")],
}


async def added(max_: Signed, path: str, new: dict[str, Any]) -> dict[str, Any]:
    return await max_.call("POST", path, status=201, json=new)


async def user_id(max_: Signed, name: str) -> str:
    users = (await max_.call("GET", USERS))["users"]
    return str(next(user["id"] for user in users if user["email"] == f"{name}@example.com"))


async def test_a_department_is_made_changed_closed_and_opened_again_at_once(site: Site) -> None:
    max_ = await site.as_("max")

    made = (await added(max_, DEPARTMENTS, {"name": "Účtárna a daně", "hours": WEEK}))["department"]
    again = (await added(max_, DEPARTMENTS, {"name": "Účtárna a daně"}))["department"]
    dates = [{"date": "2026-12-24", "slots": [slot("9:00", "12:00")]}, {"date": "2026-12-25"}]
    given = {"holidays": dates, "topics": ["Invoice", "Refund"], "service_target_s": 60, "first_news_s": 7200}
    changed = (await max_.call("PATCH", f"{DEPARTMENTS}/{made['id']}", json={**given, "if_version": 1}))["department"]
    await max_.call("POST", f"{DEPARTMENTS}/{made['id']}/close")
    closed = site.desk.directory.department(made["id"])
    seen = [one["id"] for one in (await (await site.as_("max")).call("GET", "/departments"))["departments"]]
    await max_.call("POST", f"{DEPARTMENTS}/{made['id']}/reopen")

    assert (made["id"], again["id"], made["hours"]["sat"]) == ("uctarna-a-dane", "uctarna-a-dane-2", [])
    assert made["hours"]["mon"][1] == slot("13:00", "24:00")
    assert made["hours"]["tue"][1] == slot("22:00", "06:00", overnight=True)
    assert (changed["service_target_s"], changed["escalate_after_s"], changed["version"]) == (60, None, 2)
    assert [day["date"] for day in changed["holidays"]] == ["2026-12-24", "2026-12-25"]
    assert closed is not None
    assert closed.closed_at is not None
    assert made["id"] not in seen
    kept = site.desk.directory.department(made["id"])
    assert kept is not None
    assert (kept.closed_at, kept.hours, kept.topics) == (None, closed.hours, ("Invoice", "Refund"))
    back = await max_.call("PATCH", f"{DEPARTMENTS}/{made['id']}", json={"hours": None, "service_target_s": None})
    assert (back["department"]["hours"], back["department"]["service_target_s"]) == (None, None)
    log = await site.desk.store.audit(None, query=AuditQuery(action="department"))
    assert {entry.action for entry in log[0]} == {"department.added", "department.changed"}
    assert log[0][0].detail["before"]["service_target_s"] == 60


NO_DEPARTMENT: tuple[tuple[dict[str, Any], str], ...] = (
    ({"hours": {"mon": [slot("09:00", "08:00")]}}, "hours.mon.0.to"),
    ({"hours": {"mon": [slot("09:00", "09:00")]}}, "hours.mon.0.to"),
    ({"hours": {"mon": [slot("09:00", "12:00"), slot("11:00", "15:00")]}}, "hours.mon.1.from"),
    ({"hours": {"mon": [slot("09:00", "12:00"), slot("09:00", "12:00")]}}, "hours.mon.1.from"),
    (
        {"hours": {"mon": [slot("22:00", "06:00", overnight=True)], "tue": [slot("05:00", "9:00")]}},
        "hours.tue.0.from",
    ),
    (
        {"hours": {"sun": [slot("22:00", "06:00", overnight=True)], "mon": [slot("05:00", "9:00")]}},
        "hours.mon.0.from",
    ),
    ({"hours": {"mon": [slot("09:00", "10:00", overnight=True)]}}, "hours.mon.0.to"),
    ({"hours": {"mon": [slot("25:00", "26:00")]}}, "hours.mon.0.from"),
    ({"hours": {"mon": [slot("24:00", "06:00", overnight=True)]}}, "hours.mon.0.from"),
    ({"hours": {}}, "hours"),
    ({"holidays": [{"date": "2026-02-29"}]}, "holidays.0.date"),
    ({"holidays": [{"date": "2026-12-24"}, {"date": "2026-12-24"}]}, "holidays.1.date"),
    ({"holidays": [{"date": "2026-12-24", "slots": [slot("9:00", "8:00")]}]}, "holidays.0.slots.0.to"),
    ({"tz": "Mars/Base"}, "tz"),
    ({"name": "\u202e "}, "name"),
    ({"topics": ["x"] * 201}, "topics"),
    ({"topics": [f"topic {n}" for n in range(51)]}, "topics"),
    ({"tiers": 4}, "tiers"),
    ({"service_target_s": 0}, "service_target_s"),
    ({"first_news_s": "soon"}, "first_news_s"),
    ({"escalate_after_s": -1}, "escalate_after_s"),
)


async def test_what_cannot_be_meant_is_told_of_its_field(site: Site) -> None:
    max_, before = await site.as_("max"), site.desk.directory.department("support")

    told = [await max_.refused("PATCH", f"{DEPARTMENTS}/support", json=given) for given, _ in NO_DEPARTMENT]

    assert told == [(422, "invalid", field) for _, field in NO_DEPARTMENT]
    assert site.desk.directory.department("support") == before


async def test_two_admins_do_not_write_over_each_other(site: Site) -> None:
    max_ = await site.as_("max")
    ada = await user_id(max_, "ada")
    await max_.call("PATCH", f"{DEPARTMENTS}/support", json={"name": "Help", "if_version": 1})
    await max_.call("PATCH", f"{USERS}/{ada}", json={"capacity": 5, "if_version": 1})

    late = [
        await max_.refused("PATCH", f"{DEPARTMENTS}/support", json={"name": "Late", "if_version": 1}),
        await max_.refused("PATCH", f"{USERS}/{ada}", json={"capacity": 9, "if_version": 1}),
    ]

    assert late == [(409, "conflict", None)] * 2
    assert site.desk.directory.department_name("support") == "Help"
    assert (await max_.refused("PATCH", f"{DEPARTMENTS}/nowhere", json={"name": "X"}))[0] == 404
    assert (await max_.refused("GET", f"{USERS}/nobody"))[0] == 404


async def test_somebody_is_added_given_work_and_disabled(site: Site) -> None:
    max_, client = await site.as_("max"), await site.client()
    new = {"email": "New@Example.com", "name": "Nela", "role": "agent", "departments": ["sales"], "capacity": 2}

    made = (await added(max_, USERS, {**new, "password": PASSWORD}))["user"]
    signed_in = await client.post("/api/v1/sessions", json={"email": made["email"], "password": PASSWORD})
    token = (await signed_in.json())["token"]
    work = {"role": "manager", "departments": ["support", "sales"], "tier": 2, "weekly_report": True}
    moved = (await max_.call("PATCH", f"{USERS}/{made['id']}", json=work))["user"]
    await max_.call("POST", f"{USERS}/{made['id']}/disable")
    answer = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    await max_.call("POST", f"{USERS}/{made['id']}/enable")

    assert signed_in.status == 201
    assert (moved["role"], moved["departments"], moved["tier"], moved["version"]) == (
        "manager",
        ["support", "sales"],
        2,
        2,
    )
    assert answer.status == 401, "cut at once, and the old session does not come back"
    assert (await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})).status == 401
    agent = site.desk.directory.agent(made["id"])
    assert agent is not None
    assert agent.disabled_at is None
    log = (await site.desk.store.audit(None, query=AuditQuery(subject=f"agent:{made['id']}", action="agent")))[0]
    assert [entry.action for entry in log] == ["agent.changed"] * 3 + ["agent.added"]
    assert log[2].detail["before"]["role"] == "agent"
    assert PASSWORD not in str([entry.detail for entry in log])


NOBODY: tuple[tuple[dict[str, Any], str], ...] = (
    ({"email": "no address"}, "email"),
    ({"email": "ADA@example.com"}, "email"),
    ({"departments": []}, "departments"),
    ({"departments": ["nowhere"]}, "departments"),
    ({"role": "boss"}, "role"),
    ({"capacity": 51}, "capacity"),
    ({"tier": 0}, "tier"),
    ({"name": " "}, "name"),
    ({"password": "short"}, "password"),
    ({"weekly_report": True}, "weekly_report"),
)


async def test_who_cannot_be_added_is_told_why(site: Site) -> None:
    max_ = await site.as_("max")
    new = {"email": "new@example.com", "name": "New", "role": "agent", "departments": ["sales"], "password": PASSWORD}
    before = await site.desk.store.agents()

    told = [await max_.refused("POST", USERS, json={**new, **given}) for given, _ in NOBODY]

    assert told == [(422, "invalid", field) for _, field in NOBODY]
    assert await site.desk.store.agents() == before


async def test_the_last_admin_cannot_be_locked_out(site: Site) -> None:
    max_ = await site.as_("max")
    own = await user_id(max_, "max")

    refused = [
        await max_.refused("POST", f"{USERS}/{own}/disable"),
        await max_.refused("PATCH", f"{USERS}/{own}", json={"role": "manager"}),
        await max_.refused("PATCH", f"{USERS}/{own}", json={"ends_at": "2031-01-01T00:00:00Z"}),
    ]

    assert refused == [(409, "conflict", "role")] * 3
    assert (await max_.call("GET", "/me"))["agent"]["role"] == "admin"
    await max_.call("PATCH", f"{USERS}/{await user_id(max_, 'mia')}", json={"role": "admin"})
    assert (await max_.call("PATCH", f"{USERS}/{own}", json={"role": "manager"}))["user"]["role"] == "manager"
    assert (await max_.refused("GET", USERS))[:2] == (403, "forbidden")


async def test_an_invitation_mails_a_link_and_no_password(site: Site) -> None:
    max_ = await site.as_("max")
    new = {"email": "new@example.com", "name": "New", "role": "manager"}

    made = (await added(max_, USERS, new))["user"]
    mails = (await site.desk.store.mails("due", None))[0]
    await max_.call("POST", f"{USERS}/{made['id']}/disable")

    told = [(mail.to, mail.kind, mail.context["invited_by"]) for mail in mails]
    assert told == [("new@example.com", "invitation", "Max")]
    assert (await max_.refused("POST", f"{USERS}/{made['id']}/invite"))[:2] == (409, "conflict")


async def test_replies_and_scripts_are_offered_where_they_belong(site: Site) -> None:
    max_ = await site.as_("max")
    script = {"shortcut": "/parcel", "title": "Parcel", "body": "Which number?", "steps": ["It left.", "Bye"]}

    made = (await added(max_, REPLIES, {**script, "department": "support"}))["reply"]
    await added(max_, REPLIES, {"shortcut": "parcel", "title": "P", "body": "For all"})
    taken = await max_.refused("POST", REPLIES, json={"shortcut": "parcel", "title": "P", "body": "Again"})
    nowhere = await max_.refused("POST", REPLIES, json={**script, "department": "nowhere"})
    spaced = await max_.refused("POST", REPLIES, json={**script, "shortcut": "two words"})
    renamed = await max_.call("PATCH", f"{REPLIES}/{made['id']}", json={"shortcut": "box", "if_version": 1})
    await max_.client.delete(f"/api/v1{REPLIES}/*:parcel", headers={"Authorization": f"Bearer {max_.token}"})

    assert (made["id"], renamed["reply"]["id"]) == ("support:parcel", "support:box")
    assert (taken, nowhere) == ((422, "invalid", "shortcut"), (422, "invalid", "department"))
    assert spaced == (422, "invalid", "shortcut")
    kept = await site.desk.store.canned()
    offered = [(one["shortcut"], one["title"], one["body"]) for one in canned(kept, ["support"])]
    assert offered == [
        ("box", "Parcel (1/3)", "Which number?"),
        ("box-2", "Parcel (2/3)", "It left."),
        ("box-3", "Parcel (3/3)", "Bye"),
    ]
    assert canned(kept, ["sales"]) == []
    log = str(
        [entry.detail for entry in (await site.desk.store.audit(None, query=AuditQuery(action="canned.changed")))[0]]
    )
    assert "Which number?" not in log
    assert "It left." not in log


async def test_no_token_sets_up_a_desk_that_has_an_admin(site: Site) -> None:
    await site.desk.governing.first_run.announce(HOME)
    assert await site.desk.store.value("setup:token") is None
    await site.desk.store.set_value("setup:token", "planted")
    client = await site.client()
    admin = {"email": "eve@example.com", "name": "Eve", "password": PASSWORD}

    page = await client.get("/setup?token=planted")
    made = await client.post("/api/v1/setup", json={"token": "planted", "admin": admin})

    assert (page.status, made.status) == (404, 404)
    assert site.desk.directory.agent_by_email("eve@example.com") is None
