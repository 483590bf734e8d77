local kept = {}
for i = 1, 20 do
  local ok, why = pcall(llm.agent, {})
  if not ok then return {i, why.code} end
  kept[i] = why
end
