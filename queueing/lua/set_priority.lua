#!lua
-- set_priority: of a waiting chat, which moves in line, or of an active one, for the case that it waits again.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 chat  5 priority
-- RETURNS {version, events, id}; refused: unknown_chat; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local chat, priority = ARGV[4], ARGV[5]
local record = chat_of(chat)

if not record then
  return refuse('unknown_chat')
end
if record.priority ~= priority then
  record.priority = priority
  put_chat(chat, record)
  note({ kind = 'reprioritised', chat = chat, priority = priority })
end
return finish()
