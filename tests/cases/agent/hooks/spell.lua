-- All that hooks can do before an agent runs, after it ran, and when it failed.
local agent = Agent.create{name = "writer", model = "openai/gpt-4"}
local other = Agent.create{name = "other", model = "openai/gpt-4"}
local seen = {}
local function once(point, answer)
  local hook
  hook = Hook.register(point, function(context)
    hook.unregister()
    seen[#seen + 1] = context.point .. " " .. context.agent_id .. " " .. tostring(context.input or context.error.code)
    if type(answer) == "function" then return answer(context) end
    return answer
  end)
end
local function run(prompt) return agent:run(prompt, {stateless = true}) end

-- before
once("agent:before_execution", {continue_execution = true})
assert(run("plain").text == "plain answer")
once("BeforeAgentExecution", function(context) return {type = "modified", data = {prompt = context.data.prompt .. " changed", settings = {temperature = 0}}} end)
assert(run("it").text == "changed answer")
once("before_agent_execution", {type = "modified", data = "as text"})
assert(run("it").text == "text answer")
once("agent:before_execution", "skip")
local skipped = run("it")
assert(skipped.text == "" and skipped.skipped == "a hook skipped it" and skipped.usage.total_tokens == nil)
once("agent:before_execution", {type = "cancel", reason = "not today"})
local ok, why = pcall(run, "it")
assert(not ok and why.code == "cancelled" and why.message == "not today", why)
once("agent:before_execution", {type = "replace", data = "ready-made"})
assert(run("it").text == "ready-made")
once("agent:writer:before_execution", {type = "redirect", target = "other"})
local reply = run("other")
assert(reply.text == "other answer" and reply.agent == "other")
once("agent:before_execution", {type = "redirect", target = "anthropic/claude"})
assert(run("model").model == "claude")
local tries = 0
local again = Hook.register("agent:before_execution", function() tries = tries + 1 if tries < 3 then return {type = "retry", delay_ms = 5, max_attempts = 9} end end)
assert(run("plain").text == "plain answer" and tries == 3)
again.unregister()

-- after
once("agent:after_execution", function(context)
  assert(context.duration_ms and context.result == "plain answer" and context.data.model == "gpt-4")
  return {type = "modified", data = {text = "censored"}}
end)
assert(agent:run("plain").text == "censored" and agent:get_history()[2].content == "censored")
agent:clear_history()
once("agent:after_execution", {type = "replace", data = {text = "other", object = {a = 1}}})
assert(run("plain").object.a == 1)
once("agent:after_execution", "this must not get out")
local ok, why = pcall(run, "plain")
assert(why.code == "cancelled" and why.message == "this must not get out", why)
once("agent:after_execution", {type = "retry", delay_ms = 1, max_attempts = 3})
assert(run("plain").text == "plain answer")

-- errors
once("agent:error", nil)
local ok, why = pcall(run, "fail")
assert(why.code == "provider")
once("agent:error", {type = "replace", data = "sorry"})
assert(run("fail").text == "sorry")
once("agent:error", {type = "retry", delay_ms = 1, max_attempts = 3})
assert(run("heals").text == "well")
once("agent:error", {type = "redirect", target = "openai/backup"})
assert(run("fail over").model == "backup")
-- A hook that fails is no reason to stop, unless it is told to be one.
once("agent:before_execution", function() error("broken hook", 0) end)
assert(run("plain").text == "plain answer")
local closed = Hook.register("agent:before_execution", function() error("broken guard", 0) end, {fail_closed = true})
local ok, why = pcall(run, "plain")
assert(why.code == "denied", why)
closed.unregister()

-- Grants hold for what comes out of a hook.
once("agent:before_execution", {type = "redirect", target = "secret/model"})
local ok, why = pcall(run, "plain")
assert(why.code == "denied" and why.message:find("secret/model"), why)
return seen
