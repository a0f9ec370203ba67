-- The desk's keys: the same nine for every script, all under one hash tag. docs/redis.md says what is in each.
local META, DEPARTMENTS, CHATS, WAITING, AGENTS, SERVES, HELD, FREE, STREAM = unpack(KEYS)
