local ok, failure = pcall(llm.agent, {model = "openai/o1"})
assert(not ok and failure.code == "denied")
assert(llm.agent{model = "openai/gpt-4o"}:run("x"))
llm.complete{model = "openai/o1", messages = {{role = "user", content = "x"}}}
