-- Chats: their record, their entries in `waiting`, and who holds them.
-- A record: {department, tier, priority, line, returned, agent}; without an agent the chat waits.
--- @include "agents"
local function chat_of(chat)
  local record = redis.call('HGET', CHATS, chat)
  return record and cjson.decode(record) or nil
end

local function with_agent(record, agent, returned)
  return {
    department = record.department,
    tier = record.tier,
    priority = record.priority,
    line = record.line,
    returned = returned,
    agent = agent,
  }
end

-- A chat of tier 2 is in the segments of the agents who may serve it, 2 and 3. Segment 3 is the department's whole line.
local function add_waiting(chat, record)
  for tier = record.tier, HIGHEST_TIER do
    local lowest = segment(number_of(record.department), tier)
    redis.call('ZADD', WAITING, lowest + rank_of(record), tier .. chat)
  end
  touched_departments[record.department] = true
end

local function remove_waiting(chat, record)
  for tier = record.tier, HIGHEST_TIER do
    redis.call('ZREM', WAITING, tier .. chat)
  end
end

local function hold(chat, agent)
  change_agent(agent, function(record)
    record.load = record.load + 1
    redis.call('ZADD', HELD, record.number, chat)
  end)
end

local function release(chat, agent)
  redis.call('ZREM', HELD, chat)
  change_agent(agent, function(record)
    record.load = record.load - 1
    record.idle_since_ms = record.status == 'online' and now_ms or 0
  end)
  touch_departments_of(agent)
end

local function detach(chat, before, next_agent)
  if before and not before.agent then
    remove_waiting(chat, before)
  elseif before and before.agent ~= next_agent then
    release(chat, before.agent)
  end
end

-- Make `record` the chat's state; the agent it had and the one it has get their loads.
local function put_chat(chat, record)
  local before = chat_of(chat)
  detach(chat, before, record.agent)
  redis.call('HSET', CHATS, chat, cjson.encode(record))
  if not record.agent then
    add_waiting(chat, record)
  elseif not before or before.agent ~= record.agent then
    hold(chat, record.agent)
  end
end

local function drop_chat(chat)
  detach(chat, chat_of(chat), nil)
  redis.call('HDEL', CHATS, chat)
end
