#!lua
-- rebuild_begin: throw the desk away. Until rebuild_end no command and no question finds a desk; a second rebuild that
-- begins meanwhile is the one that counts. The stream stays, its ids go on in a new generation.
-- KEYS the desk's nine (include/keys.lua)
-- ARGV 1 epoch (the new one)  2 version (of the snapshot)
-- RETURNS 1
--- @include "keys"
redis.call('UNLINK', DEPARTMENTS, CHATS, WAITING, AGENTS, SERVES, HELD, FREE)
redis.call('HDEL', META, 'epoch', 'agents_ever')
redis.call('HSET', META, 'building', ARGV[1], 'version', ARGV[2])
redis.call('HINCRBY', META, 'generation', 1)
return 1
