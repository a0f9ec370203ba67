#!lua flags=no-writes
-- agents: all agents with what they hold.
-- KEYS the desk's nine (include/keys.lua)
-- ARGV 1 epoch
-- RETURNS {agents {agent, record, ...}, serves {agent, departments, ...}, held {chat, agent's number, ...}};
--   EPOCH: the desk must be rebuilt
--- @include "epoch"
return {
  redis.call('HGETALL', AGENTS),
  redis.call('HGETALL', SERVES),
  redis.call('ZRANGE', HELD, 0, -1, 'WITHSCORES'),
}
