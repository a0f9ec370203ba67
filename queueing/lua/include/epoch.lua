-- Nothing is read or changed in a desk that is not the caller's: Redis came back empty, or somebody has rebuilt it.
--- @include "keys"
if redis.call('HGET', META, 'epoch') ~= ARGV[1] then
  return redis.error_reply('EPOCH the queue is not the one this process knows; it must be rebuilt or adopted')
end
