llm.agent{}:run("one")
llm.agent{}:run("two")
