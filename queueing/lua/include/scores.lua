-- Scores of the two sorted sets. Both are cut into segments, one per department and tier, so that one key holds every
-- line of the desk and a range of scores is one line. All scores are whole numbers below 2^53, where doubles are exact:
--   department 12 bits, tier 2 bits, then 39 bits within the segment.
--- @include "keys"
local SEGMENT = 2 ^ 39
local HIGHEST_TIER = 3
local MOST_DEPARTMENTS = 4096

-- In `waiting` the 39 bits are the rank: priority 2 bits, returned 1 bit, line 36 bits.
local LINES = 2 ^ 36
local PRIORITIES = { urgent = 0, high = 1, normal = 2, low = 3 }

local function rank_of(chat)
  return (PRIORITIES[chat.priority] * 2 + (chat.returned and 0 or 1)) * LINES + chat.line
end

-- In `free` they are load/capacity in steps of 2^-32, rounded down. Exact as a comparison: two different fractions of
-- capacities below 2^16 are more than one step apart, and equal ones (1/3 and 2/6) are the same whole number.
local SHARES = 2 ^ 32

local function share_of(agent)
  return math.floor(agent.load * SHARES / agent.capacity)
end

-- A department's number: its place in the order in which this epoch heard of them; 0 is the first.
local numbers = {}

local function number_of(department)
  if not numbers[department] then
    local number = tonumber(redis.call('HGET', DEPARTMENTS, department) or nil)
    if not number then
      number = redis.call('HLEN', DEPARTMENTS)
      if number >= MOST_DEPARTMENTS then
        error({ err = 'DEPARTMENTS more than 4096 since the queue was rebuilt' })
      end
      redis.call('HSET', DEPARTMENTS, department, number)
    end
    numbers[department] = number
  end
  return numbers[department]
end

-- The lowest and the highest score of a line.
local function segment(department_number, tier)
  local lowest = (department_number * 4 + tier) * SEGMENT
  return lowest, lowest + SEGMENT - 1
end
