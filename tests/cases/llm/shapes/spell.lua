-- Every way to write a single request.
local messages = {{role = "user", content = "q"}}
local replies = {
  llm.complete{model = "openai/gpt-4", messages = messages}, llm.chat{messages = messages}, llm.chat(messages),
  llm.complete{prompt = "q"}, llm.complete{text = "q", maxTokens = 5, topP = 0.5, stopSequences = {"x"}},
  llm.complete{prompt = "q", system = "s"}, llm.complete{prompt = "q", parameters = {temperature = 0}},
  Task.spawn(llm.complete, {prompt = "q"}):await(), llm.complete_async{prompt = "q"}:await(), llm.chatPromise{prompt = "q"}:await(),
}
for i, reply in ipairs(replies) do
  assert(reply.text == "a" and reply.content == "a" and reply.success and reply.metadata.finish_reason == "stop", i)
end
-- A text gives a text, or nil and why.
local text, problem = llm.complete("q")
assert(text == "a" and problem == nil)
assert(llm.chat("q", {temperature = 1}) == "a" and llm.complete("q", 10) == "a")
local text, problem = llm.chat("bad")
assert(text == nil and problem:find("provider: "))
assert(llm.stream_chat("bad", function() end):find("provider: "))

-- What was said before, with calls of tools.
assert(llm.complete{messages = {
  {role = "system", content = "s"}, {role = "user", content = "1+2?"},
  {role = "assistant", tool_calls = {{id = "c", name = "add", arguments = {a = 1, b = 2}}}},
  {role = "tool", tool_call_id = "c", content = "3"}, {role = "assistant", content = "3"}, {role = "user", content = "sure?"},
}}.text == "sure")

local wrong = {}
for _, request in ipairs{
  {}, {messages = {}}, {messages = {{role = "user"}}}, {messages = {{role = "assistant", content = "x"}}},
  {prompt = "q", temprature = 1}, {prompt = "q", temperature = "hot"}, {prompt = "q", text = "r"}, {prompt = "q", reasoning = "hihg"},
  {prompt = "q", max_turns = 0}, {prompt = "q", output_modalities = {"audio"}},
  {messages = {{role = "user", content = "q"}, {role = "tool", tool_call_id = "x", content = "y"}, {role = "user", content = "q"}}},
} do
  local ok, why = pcall(llm.complete, request)
  assert(not ok)
  wrong[#wrong + 1] = (tostring(why):gsub("^[^:]*%.lua:%d+: ", ""))
end
local ok, why = pcall(function() return llm.compleet end)
wrong[#wrong + 1] = (why:gsub("^[^:]*%.lua:%d+: ", ""))
return wrong
