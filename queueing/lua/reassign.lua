#!lua
-- reassign: no first reply in time; to another agent with a free slot.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 chat
-- RETURNS {version, events, id}; refused: unknown_chat, nobody_free; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local chat = ARGV[4]
local record = chat_of(chat)

if not record then
  return refuse('unknown_chat')
end
local other = record.agent and best_agent(record.department, record.tier, record.agent)
if not other then
  return refuse('nobody_free')
end
assign(chat, record, other, 'reassigned')
return finish()
