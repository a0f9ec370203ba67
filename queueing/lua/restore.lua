#!lua
-- restore: the store's truth about one chat. agent given: theirs, beyond capacity if need be; else queued: it waits;
-- else it is over. An event only for what was not so before.
-- KEYS the desk's (include/keys.lua)
-- ARGV 1 epoch  2 now_ms  3 command  4 chat  5 department  6 tier  7 priority  8 line  9 returned  10 queued
--      11 agent ('' for none)
-- RETURNS {version, events, id}; refused: unknown_agent; EPOCH: the desk must be rebuilt, nothing was changed
--- @include "command"
local chat, queued = ARGV[4], ARGV[10] == '1'
local agent = ARGV[11] ~= '' and ARGV[11] or nil
local before = chat_of(chat)

if agent and not agent_of(agent) then
  return refuse('unknown_agent')
end
if not agent and not queued then
  if before then
    leave(chat, before)
  end
  return finish()
end

local truth = {
  department = ARGV[5],
  tier = tonumber(ARGV[6]),
  priority = ARGV[7],
  line = tonumber(ARGV[8]),
  returned = ARGV[9] == '1' and not agent,
  agent = before and before.agent,
}
number_of(truth.department)
if before and before.priority ~= truth.priority then
  note({ kind = 'reprioritised', chat = chat, priority = truth.priority })
end
local same_place = before and before.department == truth.department and before.tier == truth.tier
  and before.line == truth.line and before.returned == truth.returned
if agent and truth.agent ~= agent then
  assign(chat, truth, agent, 'restored')
elseif agent or (not truth.agent and same_place) then
  put_chat(chat, truth)
else
  enqueue(chat, with_agent(truth, nil, truth.returned), truth.agent)
end
-- So far all this is the record's own word; what settling makes of it is news to it.
has_effects = false
return finish()
