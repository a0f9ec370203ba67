-- Lua's `<` on strings asks the server's locale, where "Z" may come after "a"; the engine's order is that of bytes.
local function comes_before(a, b)
  for at = 1, math.min(#a, #b) do
    local one, other = string.byte(a, at), string.byte(b, at)
    if one ~= other then
      return one < other
    end
  end
  return #a < #b
end
