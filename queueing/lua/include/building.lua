-- A desk that is being rebuilt is touched by nobody but the last one who began to.
--- @include "keys"
if redis.call('HGET', META, 'building') ~= ARGV[1] then
  return redis.error_reply('EPOCH another rebuild has begun, or Redis has lost this one')
end
