-- A tool that does not answer in its time is given up; the spell goes on.
Tool.register({ name = "slow", timeout_ms = 100, execute = function() util.sleep(60000) return "late" end })
Tool.register({ name = "slower", timeout_ms = 9000000, execute = function() util.sleep(9000000) return "late" end })
local function try(name)
  local ok, failure = pcall(Tool.execute, name)
  return { ok, failure.code, failure.message }
end
return { try("slow"), try("slower") }
