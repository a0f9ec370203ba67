#!lua
-- set_agent: make an agent known or change what they serve; keeps their chats and their connection.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 agent  5 departments (JSON, sorted)  6 tier  7 capacity  8 status
-- RETURNS {version, events, id}; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local agent, departments = ARGV[4], ARGV[5]

for _, department in ipairs(cjson.decode(departments)) do
  number_of(department)
end
unlist(agent)
local record = agent_of(agent) or {
  number = redis.call('HINCRBY', META, 'agents_ever', 1),
  status = 'offline',
  connected = false,
  idle_since_ms = 0,
  load = 0,
}
record.tier, record.capacity = tonumber(ARGV[6]), tonumber(ARGV[7])
-- Until put_agent lists them anew they are not in `free`; a record that is not free says the same.
record.status = 'offline'
agents[agent], serves[agent] = record, departments
redis.call('HSET', SERVES, agent, departments)
put_agent(agent, ARGV[8], record.connected)
return finish()
