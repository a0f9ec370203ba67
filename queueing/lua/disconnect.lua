#!lua
-- disconnect: the agent's last connection is gone; nothing is routed to them, their chats stay theirs for the grace.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 agent
-- RETURNS {version, events, id}; refused: unknown_agent; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local agent = ARGV[4]
local record = agent_of(agent)

if not record then
  return refuse('unknown_agent')
end
put_agent(agent, record.status, false)
return finish()
