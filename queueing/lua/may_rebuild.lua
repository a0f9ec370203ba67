#!lua
-- may_rebuild: the lease to rebuild goes to one owner; who has it may have it for longer.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch (the one the caller knows)  2 owner  3 for_ms
-- RETURNS 1; 0: somebody else has the lease, or there is a desk that the caller does not know and has to adopt
--- @include "keys"
local epoch = redis.call('HGET', META, 'epoch')
local owner = redis.call('GET', LEASE)

if (epoch and epoch ~= ARGV[1]) or (owner and owner ~= ARGV[2]) then
  return 0
end
redis.call('SET', LEASE, ARGV[2], 'PX', ARGV[3])
return 1
