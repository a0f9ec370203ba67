-- The keys of the homes, under the desk's hash tag; no rebuild touches them. docs/redis.md says what is in each.
local HOMES, BODIES, LEADER = unpack(KEYS)
