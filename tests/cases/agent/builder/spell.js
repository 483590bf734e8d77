const agent = Agent.builder()
    .model("openai/gpt-4")
    .build();

return agent.execute({prompt: "Hello!"});
