"""The record in memory: the reference that the durable adapters are compared with, and a quick one for tests.

Nothing here survives the process. Every method is one step of the event loop, so it is its own transaction: it
refuses before it changes anything, tells its facts, and answers.
"""

from transcripts.memory.store import MemoryStore

__all__ = ["MemoryStore"]
