-- What happened in this command, in order: each event as the JSON object that codec.py reads.
local events = {}

local function note(event)
  events[#events + 1] = cjson.encode(event)
end
