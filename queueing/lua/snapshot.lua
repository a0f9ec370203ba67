#!lua flags=no-writes
-- snapshot: everything the desk is, as of one version.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch
-- RETURNS {version, and as JSON: agents {agent: record}, serves {agent: departments}, held {chat: agent's number},
--   chats {chat: record}}; EPOCH: the desk must be rebuilt
--- @include "epoch"
--- @include "objects"
return {
  redis.call('HGET', META, 'version'),
  object_of(redis.call('HGETALL', AGENTS)),
  object_of(redis.call('HGETALL', SERVES)),
  object_of(redis.call('ZRANGE', HELD, 0, -1, 'WITHSCORES')),
  object_of(redis.call('HGETALL', CHATS)),
}
