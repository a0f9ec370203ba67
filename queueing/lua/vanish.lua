#!lua
-- vanish: the grace is over; offline, their chats wait again before all others of their priority.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 agent
-- RETURNS {version, events, id}, no event if the agent is connected again; refused: unknown_agent;
--   EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local agent = ARGV[4]
local record = agent_of(agent)

if not record then
  return refuse('unknown_agent')
end
if not record.connected then
  put_agent(agent, 'offline', false)
  requeue_all_of(agent)
end
return finish()
