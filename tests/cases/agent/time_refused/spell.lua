-- What is no time is refused under the name that the spell gave it.
local function why(main)
  local ok, problem = pcall(main)
  return ok or (tostring(problem):gsub("^.-:%d+: ", ""))
end
local function create(options) options.model = "test" return why(function() Agent.create(options) end) end
return {create{timeout_ms = 1e20}, create{timeout_ms = -5}, create{max_execution_time_ms = 0}, create{max_execution_time_secs = -1}, create{timeout_ms = 0.5}}
