-- The templates that work with tools, workflows and collections, and a template as a step of a workflow.
local told = {}
local done = Template.execute("data-analysis", { data = "n,v\na,1\nb,3\n" }).result
told[1] = { done.answer, done.measured ~= nil }
done = Template.execute("workflow-orchestrator", { goal = "a party", tasks = { "invite", "cook" } })
told[2] = { done.result.summary, done.result.tasks[2].output, done.metadata.details.status }
done = Template.run("workflow-orchestrator", { goal = "a party", tasks = { "invite" }, pattern = "parallel" })
told[3] = done.result.summary
done = Template.execute("knowledge-management", { operation = "add", text = "The sea is salty." }).result
told[4] = { done.documents, Template.exec("knowledge-management", { operation = "stats" }).result.documents }
told[5] = Template.execute("knowledge-management", { operation = "search", query = "sea" }).result[1].text
told[6] = Template.execute("knowledge-management", { operation = "ask", query = "Is the sea salty?" }).result.answer
local flow = Workflow.sequential{ name = "w", steps = { { name = "write", type = "template", template_id = "content-generation", params = { topic = "$input" } } } }
told[7] = flow:execute{ input = "tides" }.steps.write.output
return told
