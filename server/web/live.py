"""The desk as it is now, for managers and pickers: who is there, what is open, who can be given a chat."""

from __future__ import annotations

from server import access
from server.web.endpoints import Call, Endpoint, Json, Nothing


async def live(call: Call, _: Nothing) -> Json:
    return await call.desk.live.snapshot(call.agent)


async def departments(call: Call, _: Nothing) -> Json:
    now, directory = call.desk.clock.now(), call.desk.directory
    return {
        "departments": [
            {
                "id": department.id,
                "name": department.name,
                "tz": department.tz,
                "hours": department.hours,
                "holidays": list(department.holidays),
                "open": directory.is_open(department.id, now),
                "topics": list(department.topics),
            }
            for department in directory.departments()
            if access.in_scope(call.agent, department.id)
        ]
    }


async def agents(call: Call, _: Nothing) -> Json:
    """Colleagues of all departments: a chat may be handed to any of them."""
    return {
        "agents": [
            {"id": agent.id, "name": agent.name, "departments": list(agent.department_ids)}
            for agent in sorted(call.desk.directory.agents(), key=lambda agent: (agent.name, agent.id))
        ]
    }


ENDPOINTS = (
    Endpoint("GET", "/live", "The desk now.", Nothing, live, ("at", "departments", "agents"), role="manager"),
    Endpoint("GET", "/departments", "Departments one may see.", Nothing, departments, ("departments",)),
    Endpoint("GET", "/agents", "Colleagues.", Nothing, agents, ("agents",)),
)
