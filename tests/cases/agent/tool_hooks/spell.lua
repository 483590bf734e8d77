-- Hooks around tool calls, the model's and the spell's own.
local log = {}
Tool.create{name = "shout", parameters = {type = "object", properties = {text = {type = "string"}}, required = {"text"}},
  execute = function(arguments)
    log[#log + 1] = arguments.text
    if arguments.text == "fail" then error("hoarse", 0) end
    return arguments.text:upper()
  end}
Tool.create{name = "whisper", parameters = {type = "object"}, execute = function(arguments) return "psst " .. (arguments.text or "") end}
local function once(point, answer)
  local hook
  hook = Hook.register(point, function(context)
    hook.unregister()
    if type(answer) == "function" then return answer(context) end
    return answer
  end)
end
local function shout(text) return Tool.invoke("shout", {text = text}) end

once("tool:*:before_execution", function(context)
  assert(context.tool_name == "shout" and context.input.text == "a" and context.component_id.name == "shout")
  return {type = "modified", data = {text = "b"}}
end)
assert(shout("a") == "B")
-- What a hook makes of the arguments has to fit as well.
once("tool:before_execution", {type = "modified", data = {text = 1}})
local ok, why = pcall(shout, "a")
assert(why.code == "invalid", why)
once("tool:shout:before_execution", {type = "replace", data = "canned"})
assert(shout("a") == "canned")
once("pre_tool_call", "skip")
assert(shout("a").skipped == "a hook skipped it")
once("BeforeToolExecution", {type = "redirect", target = "whisper"})
assert(shout("a") == "psst a")
once("tool:before_execution", "no shouting")
local ok, why = pcall(shout, "a")
assert(why.code == "cancelled" and why.message == "no shouting", why)
once("tool:after_execution", function(context) return {type = "modified", data = context.result .. "!"} end)
assert(shout("c") == "C!")
once("tool:error", {type = "replace", data = "a cough"})
assert(shout("fail") == "a cough")
once("tool:error", {type = "retry", delay_ms = 1, max_attempts = 5})
local ok, why = pcall(shout, "fail")
assert(why.code == "tool", why)
once("tool:validation", function(context)
  assert(context.valid == false and context.error.code == "invalid")
  return {type = "modified", data = {text = "mended"}}
end)
assert(Tool.invoke("shout", {}) == "MENDED")
once("tool:after_discovery", {type = "modified", data = JSON.array{}})
assert(#Tool.discover{} == 0 and #Tool.discover{text = "shout"} == 1)

-- In an agent's loop the reason is what the model is told, and the loop goes on.
local agent = Agent.create{tools = {"shout", "whisper"}}
once("tool:before_execution", {type = "cancel", reason = "people are asleep"})
assert(agent:run("say it").text == "I whispered.")

-- What is not granted stays so.
once("tool:before_execution", {type = "redirect", target = "launch"})
local ok, why = pcall(shout, "a")
assert(why.code == "denied", why)
local told = {}
Event.subscribe("tool.*", function(event) told[#told + 1] = event.type .. " " .. event.data.tool end)
shout("d")
pcall(shout, "fail")
util.sleep(1)
table.sort(told)
return {log, told}
