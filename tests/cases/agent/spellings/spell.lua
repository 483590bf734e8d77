local made = {
  llm.agent{model = "m"}, Agent.create{model = "m"}, Agent.new{model = "m"}, Agent.createAsync{model = "m"},
  Agent.builder():name("n"):model("m"):systemPrompt("s"):max_tokens(5):temperature(0.5):build(),
  Agent.builder().model("m").build(),
}
local texts = {}
for i, agent in ipairs(made) do
  for _, call in ipairs{"run", "execute", "invoke", "complete", "chat"} do
    for _, input in ipairs{"q", {prompt = "q"}, {text = "q"}, {input = "q"}} do
      texts[agent[call](agent, input).text] = true
    end
  end
end
local text, problem = llm.complete("q", 10)
assert(type(text) == "string" and problem == nil)
assert(made[1]:run(made[1]:run("q")), "a reply is a prompt, too")
local count = 0
for _ in pairs(texts) do count = count + 1 end
return {count, (next(texts):find("[offline]", 1, true))}
