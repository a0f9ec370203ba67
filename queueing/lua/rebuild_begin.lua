#!lua
-- rebuild_begin: throw the desk away. Until rebuild_end no command and no question finds a desk; a second rebuild that
-- begins meanwhile is the one that counts. The stream stays; its ids go on in a new generation, the moment of the rebuild,
-- so that they rise even when Redis has come back empty and cannot know the one before.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch (the new one)  2 now_ms  3 version (of the snapshot)
-- RETURNS 1
--- @include "keys"
redis.call('UNLINK', DEPARTMENTS, CHATS, WAITING, AGENTS, SERVES, HELD, FREE, PENDING)
redis.call('HDEL', META, 'epoch', 'agents_ever')
redis.call('HSET', META, 'building', ARGV[1], 'version', ARGV[3])
local last = tonumber(redis.call('HGET', META, 'generation') or 0)
redis.call('HSET', META, 'generation', string.format('%.0f', math.max(last + 1, tonumber(ARGV[2]))))
return 1
