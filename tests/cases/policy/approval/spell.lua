-- Somebody is asked with the exact arguments: yes is for once, no for the same call, always for the tool in this run.
local told = {}
Event.subscribe("approval.answered", function(event)
  told[#told + 1] = event.data.by .. " " .. tostring(event.data.approved) .. " " .. #event.data.digest
end)
local function sum(input)
  local ok, answer = pcall(Tool.execute, "calculator", { input = input })
  return ok and answer.result.result or answer.code .. ": " .. answer.message
end
local results = { sum("1 + 1"), sum("2 + 2"), sum("2 + 2"), sum("3 + 3"), sum("4 + 4"), Tool.execute("base64_encoder", { operation = "encode", input = "x" }).success }
util.sleep(1)
return { results, told }
