"""What the Redis adapter (queueing/redis_adapter.py) is made of: connection, scripts, keys, values.

The commands themselves are the Lua scripts in queueing/lua. Nothing outside the adapter imports from here.
"""
