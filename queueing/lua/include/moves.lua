-- The steps that commands are made of: each changes the desk and notes the event that says so.
--- @include "order"
--- @include "events"
--- @include "chats"
local function enqueue(chat, record, from_agent)
  put_chat(chat, record)
  note({ kind = 'queued', chat = chat, department = record.department, tier = record.tier, from_agent = from_agent })
end

local function assign(chat, record, agent, rule)
  local winner = agent_of(agent)
  local forced = winner.load >= winner.capacity
  put_chat(chat, with_agent(record, agent, false))
  note_effect({ kind = 'assigned', chat = chat, agent = agent, rule = rule, from_agent = record.agent, forced = forced })
end

local function leave(chat, record)
  drop_chat(chat)
  note({ kind = 'removed', chat = chat, agent = record.agent or cjson.null })
end

-- All chats of a lost agent wait again before any is given away: who was first stays first.
local function requeue_all_of(agent)
  local returned = {}
  local number = agent_of(agent).number
  for _, chat in ipairs(redis.call('ZRANGEBYSCORE', HELD, number, number)) do
    local record = with_agent(chat_of(chat), nil, true)
    returned[#returned + 1] = { chat = chat, record = record, rank = rank_of(record) }
  end
  table.sort(returned, function(one, other)
    if one.rank ~= other.rank then
      return one.rank < other.rank
    end
    return comes_before(one.chat, other.chat)
  end)
  for _, entry in ipairs(returned) do
    put_chat(entry.chat, entry.record)
    note_effect({ kind = 'requeued', chat = entry.chat, agent = agent, cause = 'connection_lost' })
  end
end
