#!lua
-- rebuild_load: put some agents or chats of the snapshot in place; agents come before the chats they hold.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch (the new one)  2 now_ms  3 agents (JSON: {agent, serves, record without number and load})
--      4 chats (JSON: {chat, record})
-- RETURNS 1; EPOCH: the rebuild must begin again
--- @include "building"
--- @include "chats"
for _, entry in ipairs(cjson.decode(ARGV[3])) do
  local agent, record = entry.agent, entry.record
  record.number, record.load = redis.call('HINCRBY', META, 'agents_ever', 1), 0
  agents[agent], serves[agent] = record, entry.serves
  redis.call('HSET', SERVES, agent, entry.serves)
  redis.call('HSET', AGENTS, agent, cjson.encode(record))
  list(agent)
end
for _, entry in ipairs(cjson.decode(ARGV[4])) do
  put_chat(entry.chat, entry.record)
end
return 1
