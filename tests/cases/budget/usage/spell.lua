-- What is not reported is charged as it was set aside, and so is what can't be; a refusal costs nothing.
local function ask(what)
  pcall(llm.complete, {messages = {{role = "user", content = what}}, max_tokens = 50, model = "openai/gpt-4o"})
  print(what, Budget.remaining().tokens)
end
ask("nothing")
ask("huge")
ask("refused")
ask("broken off")
ask("half")
