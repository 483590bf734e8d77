-- Calls standard tools with each of the arguments in case.toml, and says what comes of it.
local all = {}
for i, call in ipairs(params.calls) do
  local ok, answer = pcall(Tool.execute, call.tool, call.input)
  if not ok then
    all[i] = answer.code .. ": " .. answer.message
  elseif answer.success then
    all[i] = answer.result
  else
    all[i] = { [answer.operation] = answer.error.message }
  end
end
return all
