-- Hooks on each request to a model, those of agents and of llm.complete.
local function once(point, answer)
  local hook
  hook = Hook.register(point, function(context)
    hook.unregister()
    if type(answer) == "function" then return answer(context) end
    return answer
  end)
end
local function ask(text) return llm.complete{messages = {{role = "user", content = text}}, model = "openai/gpt-4"} end

once("model:before_call", function(context)
  assert(context.data.model == "openai/gpt-4" and context.turn == 1)
  local messages = context.data.messages
  messages[#messages].content = messages[#messages].content .. "?"
  return {type = "modified", data = {messages = messages, settings = {temperature = 0.1}, model = "openai/small"}}
end)
assert(ask("why").text == "because")
once("model:before_call", {type = "replace", data = "cached"})
local reply = ask("why")
assert(reply.text == "cached" and reply.usage.total_tokens == nil and reply.provider == "replaced")
once("model:before_call", "too expensive")
local ok, why = pcall(ask, "why")
assert(why.code == "cancelled" and why.message == "too expensive", why)
once("model:before_call", {type = "redirect", target = "openai/small"})
assert(ask("small").model == "small")
once("model:before_call", {type = "redirect", target = "secret/x"})
local ok, why = pcall(ask, "why")
assert(why.code == "denied")
once("model:before_call", function() return "skip" end)
assert(ask("why").text == "")

once("model:after_call", {type = "modified", data = {text = "cut"}})
assert(ask("long").text == "cut")
local tries = 0
local again = Hook.register("model:after_call", function(context)
  if context.data.text == "rude" then return {type = "retry", delay_ms = 1, max_attempts = 3} end
end)
assert(ask("rude").text == "polite")
again.unregister()

once("model:error", {type = "retry", delay_ms = 1, max_attempts = 2})
assert(ask("flaky").text == "ok")
once("model:error", {type = "redirect", target = "openai/backup"})
assert(ask("down").model == "backup")
once("model:error", {type = "replace", data = "canned"})
assert(ask("down again").text == "canned")
once("model:error", nil)
local ok, why = pcall(ask, "down for good")
return why.code
