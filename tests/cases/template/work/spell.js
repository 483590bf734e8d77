// The templates that work with tools, workflows and collections, and a template as a step of a workflow.
const told = [];
let done = (await Template.execute("data-analysis", { data: "n,v\na,1\nb,3\n" })).result;
told.push([done.answer, done.measured !== undefined]);
done = await Template.execute("workflow-orchestrator", { goal: "a party", tasks: ["invite", "cook"] });
told.push([done.result.summary, done.result.tasks[1].output, done.metadata.details.status]);
done = await Template.run("workflow-orchestrator", { goal: "a party", tasks: ["invite"], pattern: "parallel" });
told.push(done.result.summary);
done = (await Template.execute("knowledge-management", { operation: "add", text: "The sea is salty." })).result;
told.push([done.documents, (await Template.exec("knowledge-management", { operation: "stats" })).result.documents]);
told.push((await Template.execute("knowledge-management", { operation: "search", query: "sea" })).result[0].text);
told.push((await Template.execute("knowledge-management", { operation: "ask", query: "Is the sea salty?" })).result.answer);
const flow = Workflow.sequential({ name: "w", steps: [{ name: "write", type: "template", template_id: "content-generation", params: { topic: "$input" } }] });
told.push((await flow.execute({ input: "tides" })).steps.write.output);
return told;
