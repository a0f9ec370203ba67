-- What every command begins and ends with: the epoch, then the version, the outcome and its entry in the stream.
-- ARGV 1 epoch  2 now_ms  3 command (as codec.py writes it): of every command, before its own.
-- An outcome: {version, JSON array of events, the stream entry's id}; the stream has the same text. What the record has
-- to follow is pending until somebody confirms it: in the same step, so that it cannot be lost with whoever asked.
--- @include "epoch"
--- @include "settle"

-- About how many entries the stream keeps; a process that takes effects over reads the newest.
local KEPT_ENTRIES = 10000

local function outcome()
  local version = redis.call('HINCRBY', META, 'version', 1)
  local text = '[' .. table.concat(events, ',') .. ']'
  local id = redis.call('HGET', META, 'generation') .. '-' .. string.format('%.0f', version)
  redis.call('XADD', STREAM, 'MAXLEN', '~', KEPT_ENTRIES, id,
    'epoch', ARGV[1], 'now_ms', ARGV[2], 'command', ARGV[3], 'events', text)
  if has_effects then
    redis.call('ZADD', PENDING, ARGV[2], id)
  end
  return { version, text, id }
end

-- Nothing may have been changed before a refusal.
local function refuse(reason)
  note({ kind = 'refused', reason = reason })
  return outcome()
end

local function finish()
  settle(touched_departments)
  local changed = {}
  for agent in pairs(seen) do
    changed[#changed + 1] = agent
  end
  table.sort(changed, comes_before)
  for _, agent in ipairs(changed) do
    local now = visible(agent)
    if now and now ~= seen[agent] then
      events[#events + 1] = now
    elseif not now and seen[agent] then
      events[#events + 1] = string.format(
        '{"kind":"agent_changed","agent":%s,"departments":[],"status":"offline","connected":false,"load":0,"capacity":0}',
        cjson.encode(agent)
      )
    end
  end
  return outcome()
end
