// What a model or a tool says is never read for references, and what a reference to a missing step does.
Tool.register({ name: "echo", execute: (input) => input.text });
const flow = Workflow.sequential({ steps: [
  { name: "model", llm: "test", prompt: "Say it" },
  { name: "tool", tool: "echo", input: { text: "$model.output" } },
  { name: "again", tool: "echo", input: { text: "It said: {{tool.output}}" } },
] });
const result = await flow.execute({ secret: "hidden", input: "x" });
let text = "";
try {
  Workflow.sequential({ steps: [
    { name: "one", tool: "echo", input: { text: "a" } }, { name: "two", tool: "echo", input: { text: "{{step:on:output}}" } },
  ] });
} catch (why) {
  text = String(why);
}
return [result.output, text.includes("on") && text.includes("one")];
