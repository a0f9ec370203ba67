#!lua flags=no-writes
-- current_epoch: the epoch of the desk in Redis, for a process that joins the others.
-- KEYS the desk's (include/keys.lua)
-- ARGV none
-- RETURNS the epoch; nil: there is no desk, or it is being rebuilt
--- @include "keys"
return redis.call('HGET', META, 'epoch')
