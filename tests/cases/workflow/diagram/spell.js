// Drawn from the definition, and after an execution with what became of the steps.
const flow = Workflow.sequential({ name: "research", steps: [
  { name: "search", tool: "echo", input: { text: "$input" } },
  { name: "check", type: "conditional", branches: [{ name: "long", condition: "$input == tides", steps: [{ name: "cut", handler: () => 1 }] }],
    otherwise: [{ name: "keep", handler: () => 2 }] },
  { name: "rounds", type: "loop", range: { start: 0, end: 3 }, body: [{ name: "ask", llm: "test", prompt: "Again {{loop:index}}" }] },
  { name: "both", type: "parallel", branches: [{ name: "a", steps: [() => "a"] }, { name: "b", required: false, steps: [() => { throw new Error("no"); }] }] },
  { name: "last", handler: () => "done", when: "$state.n == 1", retry: 2 },
] });
Tool.register({ name: "echo", execute: (input) => input.text });
const before = flow.diagram();
await flow.execute("tides");
const after = flow.diagram({ format: "mermaid" }), svg = flow.diagram({ format: "svg" });
const print = () => {};
const graph = Workflow.dag({ name: "graph", steps: [{ name: "c", dependsOn: ["a", "b"], handler: print }, { name: "b", handler: print }, { name: "a", handler: print }] });
let why;
try {
  flow.diagram({ format: "png" });
} catch (problem) {
  why = problem;
}
const id = zigllms.workflow.create({ name: "z", steps: [{ name: "one", type: "custom", execute: print }] });
return {
  before, after, graph: graph.diagram(), svg: svg.slice(0, 5), states: svg.split("completed").length > 4, times: svg.includes("3 times"),
  tokens: svg.includes(" tokens"), skipped: svg.includes("skipped"), failed: svg.includes("failed"), refused: why.code,
  z: zigllms.workflow.diagram(id),
};
