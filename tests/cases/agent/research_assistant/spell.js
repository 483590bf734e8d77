// Example spell: Research Assistant (JavaScript)
const researcher = await llm.agent({
    provider: "anthropic",
    model: "claude-3-opus", 
    tools: ["web_search", "file_write"],
    system: "You are a helpful research assistant"
});

const topic = "quantum computing breakthroughs 2025";
const research = await researcher.run(`Research ${topic} and summarize findings`);
await tools.file_write("research_summary.md", research);
