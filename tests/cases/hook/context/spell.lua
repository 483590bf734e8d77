-- What a hook is told.
local seen
Hook.register("custom:look", function(context)
  seen = context
  return nil
end)
Hook.execute("custom:look", { n = 1 })
local context = { seen.point, seen.hook_point, seen.component_id.type, seen.language, seen.data.n, seen.correlation_id, type(seen.metadata) }
Hook.register("tool:*:before_execution", function(context) return { type = "modified", data = { query = context.tool_name, same = context.input == context.data } } end)
local before = Hook.execute("tool:web_search:before_execution", { query = "x" })
Hook.register("agent:after_execution", function(context) return { type = "replace", data = context.agent_id .. context.agent_name .. context.result } end)
local after = Hook.execute("agent:writer:after_execution", "!")
Hook.register("agent:error", function(context) return context.error end)
return { context, before.data, after.data, Hook.execute("AgentError", "why").reason }
