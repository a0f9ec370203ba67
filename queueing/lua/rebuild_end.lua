#!lua
-- rebuild_end: the desk is complete; assign what can be assigned. From here on the epoch holds, and
-- who had the lease to rebuild has it no more.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch (the new one)  2 now_ms  3 command (Settle)
--      4 orphans (JSON: {chat, agent}, in line): chats whose agent the snapshot does not know, loaded as waiting
-- RETURNS {version, events, id}; EPOCH: the rebuild must begin again
--- @include "building"
redis.call('HSET', META, 'epoch', ARGV[1])
redis.call('HDEL', META, 'building')
redis.call('DEL', LEASE)
--- @include "settle_all"
for _, orphan in ipairs(cjson.decode(ARGV[4])) do
  note_effect({ kind = 'requeued', chat = orphan.chat, agent = orphan.agent, cause = 'connection_lost' })
end
settle_all()
return finish()
