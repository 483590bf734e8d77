-- Whatever hangs off the globals, no raw import does: those take and give operations.
local seen, names = {}, {}
local function walk(value, path)
  if type(value) ~= "table" or seen[value] then return end
  seen[value] = true
  for k, v in next, value do
    if type(v) == "userdata" and v ~= JSON.null then names[#names + 1] = path .. "." .. tostring(k) end
    walk(v, path .. "." .. tostring(k))
  end
  walk(getmetatable(value), path .. ".<metatable>")
end
walk(_G, "_G")
walk(getmetatable(""), "string")
return table.concat(names, " ")
