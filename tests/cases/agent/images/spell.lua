-- Images go in as bytes, or as base64 with their type.
local png = "\137PNG\r\n\26\n" .. "rest"
local agent = Agent.create{stateless = true}
assert(agent:run{prompt = "what?", images = {png}}.text == "seen")
assert(agent:run{text = "what?", image = {data = "iVBORw0KGgpyZXN0", mime_type = "image/png"}}.text == "seen")
assert(llm.complete{prompt = "what?", images = {{data = png, media_type = "image/png"}}}.text == "seen")
local messages = {}
for _, image in ipairs{{path = "cat.png"}, {url = "http://cats/cat.png"}, {data = "nothing"}, "GIF89a" .. "x"} do
  local ok, why = pcall(agent.run, agent, {prompt = "what?", images = {image}})
  messages[#messages + 1] = ok and "ok" or why.message
end
return messages
