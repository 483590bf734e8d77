// A model reads and writes files through an agent's tools; what it is denied, it is told.
const agent = Agent.create({ model: "local/m", tools: ["file_read", "file_write"] });
return (await agent.run("Copy the notes.")).text;
