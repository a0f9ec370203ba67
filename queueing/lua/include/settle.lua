-- Give away what became possible, first chat first. Between two commands no chat waits that a free agent may serve, so
-- it is enough to look at the departments where the command let a chat wait or an agent have more.
--- @include "moves"

-- The first chat of the department that somebody free may serve: {rank, chat}, or nil.
local function first_servable(department)
  local number = number_of(department)
  for tier = HIGHEST_TIER, 1, -1 do
    local lowest, highest = segment(number, tier)
    local head = redis.call('ZRANGEBYSCORE', WAITING, lowest, highest, 'WITHSCORES', 'LIMIT', 0, 1)
    if not head[1] then
      return nil
    end
    if best_agent(department, tier) then
      return { rank = tonumber(head[2]) - lowest, chat = string.sub(head[1], 2) }
    end
  end
  return nil
end

local function settle(departments)
  while true do
    local first
    for department in pairs(departments) do
      local head = first_servable(department)
      if head and (not first or head.rank < first.rank
          or (head.rank == first.rank and comes_before(head.chat, first.chat))) then
        first = head
      end
    end
    if not first then
      return
    end
    local record = chat_of(first.chat)
    assign(first.chat, record, best_agent(record.department, record.tier), 'routed')
  end
end
