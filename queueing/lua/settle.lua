#!lua
-- settle: assign what can be assigned, everywhere.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command
-- RETURNS {version, events, id}; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "settle_all"
settle_all()
return finish()
