"""Where there is no descriptor for a newcomer the loop is told once, not as often as newcomers may stand in line."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import asyncio, resource, socket
from server.door import Door

async def main():
    door, told = Door(), []
    door.bind(("127.0.0.1", 0))
    door.setblocking(False)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context["exception"].errno))
    server = await asyncio.start_server(lambda *_: None, sock=door, backlog=1024)
    clients = [socket.create_connection(door.getsockname()) for _ in range(3)]
    few = max(door.fileno(), *(client.fileno() for client in clients)) + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, few))
    await asyncio.sleep(0.2)
    print(len(told), len(server.sockets))

asyncio.run(main())
"""


def test_a_crowd_that_there_is_no_descriptor_for_is_one_failure_a_second() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["1", "1"], done.stderr
