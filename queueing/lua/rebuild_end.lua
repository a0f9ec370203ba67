#!lua
-- rebuild_end: the desk is complete; assign what can be assigned. From here on the epoch holds.
-- KEYS the desk's nine (include/keys.lua)
-- ARGV 1 epoch (the new one)  2 now_ms  3 command (Settle)
--      4 orphans (JSON: {chat, agent}, in line): chats whose agent the snapshot does not know, loaded as waiting
-- RETURNS {version, events}; EPOCH: the rebuild must begin again
--- @include "building"
redis.call('HSET', META, 'epoch', ARGV[1])
redis.call('HDEL', META, 'building')
--- @include "settle_all"
for _, orphan in ipairs(cjson.decode(ARGV[4])) do
  note({ kind = 'requeued', chat = orphan.chat, agent = orphan.agent, cause = 'connection_lost' })
end
settle_all()
return finish()
