-- research-workflow.lua
local workflow = workflow.sequential({
    name = "comprehensive_research"
})

-- Step 1: Initial research
workflow:add_step({
    name = "research",
    agent = llm.agent({
        model = "gpt-4",
        tools = {"web_search"},
        system = "You are an expert researcher"
    }),
    prompt = "Research {{topic}} and gather comprehensive information"
})

-- Step 2: Summarize findings
workflow:add_step({
    name = "summarize", 
    agent = llm.agent({
        model = "claude-3-opus",
        system = "You are an expert at creating clear, concise summaries"
    }),
    prompt = "Summarize these research findings: {{research.output}}"
})

-- Step 3: Create final report
workflow:add_step({
    name = "report",
    agent = llm.agent({
        model = "gpt-4",
        tools = {"file_write"},
        system = "You are a technical writer"
    }),
    prompt = "Create a structured report from this summary: {{summarize.output}}"
})

-- Execute workflow
local result = workflow:run({
    topic = params.topic or "quantum computing applications"
})

console.log("Workflow completed:")
for step_name, step_result in pairs(result.steps) do
    console.log("- " .. step_name .. ": " .. step_result.status)
end

return result
