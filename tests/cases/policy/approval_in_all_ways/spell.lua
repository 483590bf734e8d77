-- A spell's call, an agent's, a step's, and one that hooks have changed are asked about alike, with what is really done.
local agent = llm.agent({ model = "openai/gpt-4o", tools = { "mail" } })
local reply = agent:run("ask") .. ""
local flow = Workflow.sequential({ name = "flow", steps = { { name = "send", tool = "mail", input = { to = "step" } } } })
local step = flow:execute().output
Hook.register("tool:validation", function(context) return { action = "modify", data = { to = "hook" } } end)
local ok, failure = pcall(Tool.execute, "mail", { to = "spell" })
return { reply, step, ok, failure.code }
