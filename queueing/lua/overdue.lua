#!lua
-- overdue: the pending decisions of commands given before a moment. Those that the stream has dropped are let go.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 older_than_ms  3 limit
-- RETURNS entries of the stream; EPOCH: the desk must be rebuilt
--- @include "epoch"
local entries = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', PENDING, '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])) do
  local entry = redis.call('XRANGE', STREAM, id, id)[1]
  if entry then
    entries[#entries + 1] = entry
  else
    redis.call('ZREM', PENDING, id)
  end
end
return entries
