-- Agents: their record, and their entries in `free`, which are always in step with it.
-- A record: {number, tier, capacity, status, connected, idle_since_ms, load}; departments are apart, in `serves`, as
-- the JSON array that came with the command, because cjson would write an empty array as an object.
--- @include "scores"
local now_ms = tonumber(ARGV[2])

local agents = {} -- those of this command: agent -> record, false for one that is not known
local serves = {} -- agent -> JSON array of departments
local seen = {} -- agents touched by this command -> what was visible of them before, false for nothing
local touched_departments = {} -- department -> true where a chat or an agent may have become servable or free

local function agent_of(agent)
  if agents[agent] == nil then
    local record = redis.call('HGET', AGENTS, agent)
    agents[agent] = record and cjson.decode(record)
    serves[agent] = redis.call('HGET', SERVES, agent)
  end
  return agents[agent] or nil
end

local function is_free(record)
  return record.connected and record.status == 'online' and record.load < record.capacity
end

-- AgentChanged, as text: two are equal where nothing changed that anybody may see.
local function visible(agent)
  local record = agent_of(agent)
  return record and string.format(
    '{"kind":"agent_changed","agent":%s,"departments":%s,"status":"%s","connected":%s,"load":%.0f,"capacity":%.0f}',
    cjson.encode(agent), serves[agent], record.status, tostring(record.connected), record.load, record.capacity
  )
end

-- Member of `free`: 00021 0000000001234 ann: the segment makes it unique, then idle time and id decide among equals.
local function free_member(agent, record, number, tier)
  return string.format('%05.0f%014.0f', number * 4 + tier, record.idle_since_ms) .. agent
end

-- An agent is in the segments of all tiers they may serve: one range then finds the best for a chat of that tier.
local function each_free_entry(agent, record, visit)
  for _, department in ipairs(cjson.decode(serves[agent])) do
    for tier = 1, record.tier do
      visit(free_member(agent, record, number_of(department), tier), segment(number_of(department), tier))
    end
  end
end

local function unlist(agent)
  local record = agent_of(agent)
  if seen[agent] == nil then
    seen[agent] = visible(agent) or false
  end
  if record and is_free(record) then
    each_free_entry(agent, record, function(member)
      redis.call('ZREM', FREE, member)
    end)
  end
end

local function list(agent)
  local record = agent_of(agent)
  if is_free(record) then
    each_free_entry(agent, record, function(member, lowest)
      redis.call('ZADD', FREE, lowest + share_of(record), member)
    end)
  end
end

-- Change an agent by `change(record)` and keep all that depends on it in step.
local function change_agent(agent, change)
  unlist(agent)
  change(agents[agent])
  redis.call('HSET', AGENTS, agent, cjson.encode(agents[agent]))
  list(agent)
end

-- The agent may serve more than before: their departments are looked at when the command settles.
local function touch_departments_of(agent)
  for _, department in ipairs(cjson.decode(serves[agent])) do
    touched_departments[department] = true
  end
end

-- Idle time begins when an agent becomes accepting, and ends with being online (see AgentState in states.py).
local function put_agent(agent, status, connected)
  change_agent(agent, function(record)
    record.status, record.connected = status, connected
    if status ~= 'online' then
      record.idle_since_ms = 0
    elseif connected and record.idle_since_ms == 0 then
      record.idle_since_ms = now_ms
    end
  end)
  touch_departments_of(agent)
end

local function drop_agent(agent)
  unlist(agent)
  agents[agent] = false
  redis.call('HDEL', AGENTS, agent)
  redis.call('HDEL', SERVES, agent)
end

-- The router's choice for a chat of this department and tier; nil for nobody. but: an agent who is not to get it.
local function best_agent(department, tier, but)
  local lowest, highest = segment(number_of(department), tier)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', FREE, lowest, highest, 'LIMIT', 0, 2)) do
    local agent = string.sub(member, 20)
    if agent ~= but then
      return agent
    end
  end
  return nil
end
