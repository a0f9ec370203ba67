#!lua
-- set_status: an agent's own word, and (when given) how many chats they take. They keep the chats they have.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 agent  5 status  6 capacity ('' keeps it)
-- RETURNS {version, events, id}; refused: unknown_agent; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local agent, status, capacity = ARGV[4], ARGV[5], tonumber(ARGV[6])
local record = agent_of(agent)

if not record then
  return refuse('unknown_agent')
end
change_agent(agent, function(changed)
  changed.capacity = capacity or changed.capacity
end)
put_agent(agent, status, record.connected)
return finish()
