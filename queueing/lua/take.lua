#!lua
-- take: an agent pulls a waiting chat, or takes an active one over (takeover); force: beyond their capacity.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 chat  5 agent  6 force  7 takeover
-- RETURNS {version, events, id}; refused: unknown_chat, unknown_agent, already_theirs, not_waiting, not_accepting, full;
--   EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local chat, agent, force, takeover = ARGV[4], ARGV[5], ARGV[6] == '1', ARGV[7] == '1'
local record, taker = chat_of(chat), agent_of(agent)

if not record then
  return refuse('unknown_chat')
elseif not taker then
  return refuse('unknown_agent')
elseif record.agent == agent then
  return refuse('already_theirs')
elseif record.agent and not takeover then
  return refuse('not_waiting')
elseif not taker.connected then
  return refuse('not_accepting')
elseif taker.load >= taker.capacity and not force then
  return refuse('full')
end
assign(chat, record, agent, 'taken')
return finish()
