#!lua
-- leave_home: a home goes in good order; it is forgotten at once, and leads no more.
-- KEYS the homes' (include/homes.lua)
-- ARGV 1 process
-- RETURNS 1
--- @include "homes"
redis.call('HDEL', HOMES, ARGV[1])
redis.call('HDEL', BODIES, ARGV[1])
if redis.call('GET', LEADER) == ARGV[1] then
  redis.call('DEL', LEADER)
end
return 1
