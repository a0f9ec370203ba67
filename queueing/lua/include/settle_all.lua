-- Settle a desk that may not be settled: every department, and agents whose idle time is not known yet.
--- @include "command"
local function settle_all()
  for _, agent in ipairs(redis.call('HKEYS', AGENTS)) do
    local record = agent_of(agent)
    put_agent(agent, record.status, record.connected)
  end
  for _, department in ipairs(redis.call('HKEYS', DEPARTMENTS)) do
    touched_departments[department] = true
  end
end
