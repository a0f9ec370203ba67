#!lua flags=no-writes
-- news: the decisions after one, oldest first. While that one is in the stream, none after it is gone.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 cursor ('' for the present)  3 limit
-- RETURNS {1, cursor, entries of the stream}; {0, the newest, {}}: some are gone, or the cursor is of another desk;
--   EPOCH: the desk must be rebuilt
--- @include "epoch"
local cursor = ARGV[2]
local generation = redis.call('HGET', META, 'generation')
local newest = generation .. '-' .. redis.call('HGET', META, 'version')

if cursor == '' or cursor == newest then
  return { 1, newest, {} }
elseif string.match(cursor, '^%d+') ~= generation then
  return { 0, newest, {} }
end
local entries = redis.call('XRANGE', STREAM, cursor, '+', 'COUNT', ARGV[3] + 1)
if #entries < 2 or entries[1][1] ~= cursor then
  return { 0, newest, {} }
end
table.remove(entries, 1)
return { 1, entries[#entries][1], entries }
