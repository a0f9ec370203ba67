#!lua
-- remove_agent: forget an agent; their chats are requeued like those of a vanished agent.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 agent
-- RETURNS {version, events, id}; refused: unknown_agent; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local agent = ARGV[4]

if not agent_of(agent) then
  return refuse('unknown_agent')
end
requeue_all_of(agent)
drop_agent(agent)
return finish()
