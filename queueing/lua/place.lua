#!lua flags=no-writes
-- place: where a waiting chat stands in its department's line.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 chat
-- RETURNS {department, position from 1}; nil: the chat does not wait; EPOCH: the desk must be rebuilt
--- @include "epoch"
--- @include "scores"
local chat = ARGV[2]
local record = redis.call('HGET', CHATS, chat)

if not record then
  return false
end
record = cjson.decode(record)
if record.agent then
  return false
end
local lowest = segment(number_of(record.department), HIGHEST_TIER)
local before_the_line = redis.call('ZCOUNT', WAITING, '-inf', lowest - 1)
return { record.department, redis.call('ZRANK', WAITING, HIGHEST_TIER .. chat) - before_the_line + 1 }
