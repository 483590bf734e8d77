// The works of bench/src/workflows.rs with LangGraph.js: a line {"work", "size", "units"} in, a line {"cpu", "result"} out.

import { createInterface } from "node:readline";

import { tool } from "@langchain/core/tools";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";

const State = Annotation.Root({ value: Annotation() });
const Collected = Annotation.Root({ values: Annotation({ reducer: (all, more) => all.concat(more), default: () => [] }) });

const add = (state) => ({ value: state.value + 1 });
const schema = { type: "object", properties: { value: { type: "integer" } }, required: ["value"] };
const increase = tool(({ value }) => value + 1, { name: "increase", description: "Adds one.", schema });

const chain = (size, work) => {
  const graph = new StateGraph(State);
  for (let at = 0; at < size; at++) {
    graph.addNode("s" + at, work);
    graph.addEdge(at === 0 ? START : "s" + (at - 1), "s" + at);
  }
  graph.addEdge("s" + (size - 1), END);
  return graph.compile();
};

const parallel = (size) => {
  const graph = new StateGraph(Collected);
  for (let at = 0; at < size; at++) {
    graph.addNode("s" + at, () => ({ values: [1] }));
    graph.addEdge(START, "s" + at);
    graph.addEdge("s" + at, END);
  }
  return graph.compile();
};

const loop = (size) => {
  const graph = new StateGraph(State);
  graph.addNode("s", add);
  graph.addEdge(START, "s");
  graph.addConditionalEdges("s", (state) => (state.value < size ? "s" : END), ["s", END]);
  return graph.compile();
};

const prepare = (work, size) => {
  const config = { recursionLimit: size + 10 };
  if (work === "parallel") {
    const graph = parallel(size);
    return async () => (await graph.invoke({ values: [] }, config)).values.length;
  }
  const useTool = async (state) => ({ value: await increase.invoke({ value: state.value }) });
  const graph = work === "loop" ? loop(size) : chain(size, work === "tool" ? useTool : add);
  return async () => (await graph.invoke({ value: 0 }, config)).value;
};

const made = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { work, size, units } = JSON.parse(line), key = work + size;
  if (!made.has(key)) made.set(key, prepare(work, size));
  const run = made.get(key), began = process.cpuUsage();
  let result;
  for (let unit = 0; unit < units; unit++) result = await run();
  const { user, system } = process.cpuUsage(began);
  console.log(JSON.stringify({ cpu: (user + system) / 1e6, result: String(result) }));
}
