#!lua flags=no-writes
-- agents: all agents with what they hold.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch
-- RETURNS as JSON {agents {agent: record}, serves {agent: departments}, held {chat: agent's number}};
--   EPOCH: the desk must be rebuilt
--- @include "epoch"
--- @include "objects"
return {
  object_of(redis.call('HGETALL', AGENTS)),
  object_of(redis.call('HGETALL', SERVES)),
  object_of(redis.call('ZRANGE', HELD, 0, -1, 'WITHSCORES')),
}
