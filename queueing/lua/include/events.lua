-- What happened in this command, in order: each event as the JSON object that codec.py reads.
local events = {}
local has_effects = false -- one of them is news to the record, which has to follow

local function note(event)
  events[#events + 1] = cjson.encode(event)
end

local function note_effect(event)
  has_effects = true
  note(event)
end
