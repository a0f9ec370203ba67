#!lua flags=no-writes
-- free_slots: how many more chats the accepting agents of a department may be given.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 department
-- RETURNS the number; EPOCH: the desk must be rebuilt
--- @include "epoch"
--- @include "scores"
if redis.call('HEXISTS', DEPARTMENTS, ARGV[2]) == 0 then
  return 0
end
local slots = 0
local lowest, highest = segment(number_of(ARGV[2]), 1)
for _, member in ipairs(redis.call('ZRANGEBYSCORE', FREE, lowest, highest)) do
  local agent = cjson.decode(redis.call('HGET', AGENTS, string.sub(member, 20)))
  slots = slots + agent.capacity - agent.load
end
return slots
