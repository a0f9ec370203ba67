#!lua
-- confirm: the record has followed these decisions. Asks for no epoch: ids rise over rebuilds.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 decisions (JSON)
-- RETURNS how many of them were pending
--- @include "keys"
local confirmed = 0
for _, id in ipairs(cjson.decode(ARGV[1])) do
  confirmed = confirmed + redis.call('ZREM', PENDING, id)
end
return confirmed
