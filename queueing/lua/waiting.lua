#!lua flags=no-writes
-- waiting: the chats of a department in the order of service, all tiers.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 department  3 limit (-1 for all)
-- RETURNS {chat, ...}; EPOCH: the desk must be rebuilt
--- @include "epoch"
--- @include "scores"
if redis.call('HEXISTS', DEPARTMENTS, ARGV[2]) == 0 then
  return {}
end
local lowest, highest = segment(number_of(ARGV[2]), HIGHEST_TIER)
local chats = redis.call('ZRANGEBYSCORE', WAITING, lowest, highest, 'LIMIT', 0, ARGV[3])
for at, member in ipairs(chats) do
  chats[at] = string.sub(member, 2)
end
return chats
