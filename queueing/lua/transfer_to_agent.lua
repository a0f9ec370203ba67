#!lua
-- transfer_to_agent: give a chat, waiting or active, to an agent who is accepting; force: beyond their capacity.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 chat  5 agent  6 force
-- RETURNS {version, events, id}; refused: unknown_chat, unknown_agent, already_theirs, not_accepting, full;
--   EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local chat, agent, force = ARGV[4], ARGV[5], ARGV[6] == '1'
local record, receiver = chat_of(chat), agent_of(agent)

if not record then
  return refuse('unknown_chat')
elseif not receiver then
  return refuse('unknown_agent')
elseif record.agent == agent then
  return refuse('already_theirs')
elseif not (receiver.connected and receiver.status == 'online') then
  return refuse('not_accepting')
elseif receiver.load >= receiver.capacity and not force then
  return refuse('full')
end
assign(chat, record, agent, 'transferred')
return finish()
