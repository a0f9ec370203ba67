#!lua
-- leave: a chat is over, waiting or active; a slot that becomes free is given away at once.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 chat
-- RETURNS {version, events, id}; refused: unknown_chat; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local chat = ARGV[4]
local record = chat_of(chat)

if not record then
  return refuse('unknown_chat')
end
leave(chat, record)
return finish()
