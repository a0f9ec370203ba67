-- The desk's keys: the same for every script, all under one hash tag. docs/redis.md says what is in each.
local META, DEPARTMENTS, CHATS, WAITING, AGENTS, SERVES, HELD, FREE, STREAM, PENDING, LEASE =
  unpack(KEYS)
