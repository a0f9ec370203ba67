"""The script that founds the replica set, run by node with a stand-in for what mongosh gives it.

Nothing here is MongoDB: only the script's course is seen, and that it agrees with the compose file.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from hatch_build import find_node
from tests.docker.compose import FOLDER, Compose

SCRIPT = FOLDER / "replica-set.js"
# codeName: what `rs.status()` throws; "" for a set that is there. The primary is known at the third look.
STAND_IN = """
const said = {founded: [], looks: 0, slept: 0};
const rs = {
  status() { if (CODE) throw Object.assign(new Error(CODE), {codeName: CODE}); return {ok: 1}; },
  initiate(config) { said.founded.push(config); },
};
const db = {hello: () => ({isWritablePrimary: ++said.looks >= 3})};
const sleep = () => { said.slept += 1; };
try { SCRIPT } catch (error) { said.failed = error.codeName; }
console.log(JSON.stringify(said));
"""


def carried_out(code_name: str) -> dict[str, Any]:
    program = STAND_IN.replace("SCRIPT", SCRIPT.read_text()).replace("CODE", json.dumps(code_name))
    done = subprocess.run([find_node(), "-e", program], capture_output=True, text=True, timeout=30, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_set_is_founded_with_the_member_that_the_compose_file_runs() -> None:
    services = Compose.of((FOLDER / "compose.scale.yml").read_text(), {"SEMAFOR_PUBLIC_URL": "https://x"}).services

    said = carried_out("NotYetInitialized")

    (founded,) = said["founded"]
    assert founded["_id"] == services["mongo"].option("--replSet")
    assert [member["host"] for member in founded["members"]] == [f"{services['mongo'].name}:27017"]
    assert services["mongo-replica-set"].mounts["/replica-set.js"] == "./replica-set.js"
    assert services["mongo-replica-set"].option("--file") == "/replica-set.js"


def test_script_ends_only_when_there_is_a_primary() -> None:
    said = carried_out("NotYetInitialized")

    assert (said["looks"], said["slept"]) == (3, 2)


def test_set_that_is_there_is_left_as_it_is() -> None:
    assert carried_out("")["founded"] == []


def test_any_other_trouble_ends_the_script_so_that_compose_starts_it_again() -> None:
    said = carried_out("Unauthorized")

    assert (said["founded"], said["failed"]) == ([], "Unauthorized")
