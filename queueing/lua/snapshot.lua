#!lua flags=no-writes
-- snapshot: everything the desk is, as of one version.
-- KEYS the desk's nine (include/keys.lua)
-- ARGV 1 epoch
-- RETURNS {version, agents {agent, record, ...}, serves {agent, departments, ...}, held {chat, agent's number, ...},
--   chats {chat, record, ...}}; EPOCH: the desk must be rebuilt
--- @include "epoch"
return {
  redis.call('HGET', META, 'version'),
  redis.call('HGETALL', AGENTS),
  redis.call('HGETALL', SERVES),
  redis.call('ZRANGE', HELD, 0, -1, 'WITHSCORES'),
  redis.call('HGETALL', CHATS),
}
