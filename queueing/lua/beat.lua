#!lua
-- beat: a home's proof of life by Redis's clock, and the roll of all homes. Who is there is a home's body; it has a
-- revision and travels only when it is not known by that.
-- KEYS the homes' (include/homes.lua)
-- ARGV 1 process  2 revision  3 body ('' for the one that is here)  4 known (JSON {process: revision})
--      5 lives_ms  6 forgotten_ms
-- RETURNS {leader, {{process, age_ms, revision, body ('' where known)}, ...}, begins (1: the process was not on the roll)}
--         nil: the body is not here, send it
--- @include "homes"
local process, revision, body, known = ARGV[1], ARGV[2], ARGV[3], cjson.decode(ARGV[4])
local lives_ms, forgotten_ms = tonumber(ARGV[5]), tonumber(ARGV[6])
local seconds, micros = unpack(redis.call('TIME'))
local now_ms = seconds * 1000 + math.floor(micros / 1000)

local function write(home, at_ms, of_revision)
  redis.call('HSET', HOMES, home, cjson.encode({ at_ms = at_ms, revision = of_revision }))
end

-- Milliseconds since the last beat. A clock that was set back must not keep the dead alive until it is there again.
local function age_of(home, record)
  if record.at_ms > now_ms then
    write(home, now_ms, record.revision)
  end
  return math.max(0, now_ms - record.at_ms)
end

local before = redis.call('HGET', HOMES, process)
if body ~= '' then
  redis.call('HSET', BODIES, process, body)
else
  if not before or cjson.decode(before).revision ~= revision then
    return false
  end
end
write(process, now_ms, revision)

local leader = redis.call('GET', LEADER)
local is_led, roll = false, {}
local homes = redis.call('HGETALL', HOMES)
for at = 1, #homes, 2 do
  local home, record = homes[at], cjson.decode(homes[at + 1])
  local age_ms = age_of(home, record)
  if age_ms >= forgotten_ms then
    redis.call('HDEL', HOMES, home)
    redis.call('HDEL', BODIES, home)
  else
    is_led = is_led or (home == leader and age_ms < lives_ms)
    local is_known = known[home] == record.revision
    roll[#roll + 1] = { home, age_ms, record.revision, is_known and '' or redis.call('HGET', BODIES, home) }
  end
end
if not is_led then
  leader = process
  redis.call('SET', LEADER, process)
end
return { leader, roll, before and 0 or 1 }
