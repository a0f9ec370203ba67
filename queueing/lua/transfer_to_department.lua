#!lua
-- transfer_to_department: the chat waits in another department or tier, in its old line but not as a returned chat.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 chat  5 department  6 tier
-- RETURNS {version, events, id}, no event where it waits there already; refused: unknown_chat;
--   EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local chat, department, tier = ARGV[4], ARGV[5], tonumber(ARGV[6])
local record = chat_of(chat)

if not record then
  return refuse('unknown_chat')
end
if record.agent or record.department ~= department or record.tier ~= tier then
  local moved = with_agent(record, nil, false)
  moved.department, moved.tier = department, tier
  number_of(department)
  enqueue(chat, moved, record.agent)
  has_effects = true
end
return finish()
