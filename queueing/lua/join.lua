#!lua
-- join: put a chat in line; it is served at once where an agent has a free slot. A chat that is known stays as it is.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 chat  5 department  6 tier  7 priority  8 line  9 returned
-- RETURNS {version, events, id}; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local chat = ARGV[4]

if not chat_of(chat) then
  number_of(ARGV[5])
  enqueue(chat, {
    department = ARGV[5],
    tier = tonumber(ARGV[6]),
    priority = ARGV[7],
    line = tonumber(ARGV[8]),
    returned = ARGV[9] == '1',
  })
end
return finish()
