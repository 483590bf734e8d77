// A personal assistant whose tools keep a to-do list
const todos = [];
let counter = 0;
const addTodo = Tool.create({
  name: "add_todo",
  description: "Adds an item",
  parameters: { type: "object", properties: { title: { type: "string" }, due: { type: "string", format: "date" }, tags: { type: "array", items: { type: "string" } } }, required: ["title"] },
  execute({ title, due = null, tags = [] }) { const item = { id: ++counter, title, due, tags, done: false }; todos.push(item); return item; },
});
const listTodos = { name: "list_todos", description: "Lists", parameters: { type: "object", properties: {} }, execute: () => todos };
const complete = Tool.create({ name: "complete_todo", description: "Done", parameters: { type: "object", properties: { id: { type: "integer" } }, required: ["id"] }, async execute({ id }) { const t = todos.find((x) => x.id === id); if (!t) return { success: false, error: `no item ${id}` }; t.done = true; return `done: ${t.title}`; } });
Tool.register(listTodos);
const assistant = Agent.builder().name("assistant").model("openai/gpt-4o").systemPrompt("Keep the list.").tools([addTodo, "list_todos", complete]).maxToolCalls(10).build();
const seen = [];
await Hook.register("tool:*:before_execution", (ctx) => { seen.push(ctx.tool_name); });
await Hook.register("tool:complete_todo:before_execution", (ctx) => ctx.data.id === 2 ? { type: "cancel", reason: "item 2 is locked" } : undefined);
await Hook.register("tool:add_todo:before_execution", (ctx) => ({ type: "modified", data: { ...ctx.data, tags: [...(ctx.data.tags ?? []), "auto"] } }), "low");
console.log(String(await assistant.run("Add milk and tea")));
console.log(todos.map((t) => `${t.id}:${t.title}:${t.tags}`).join(" "));
console.log((await assistant.execute({ prompt: "Finish both" })).text);
console.log(todos.filter((t) => t.done).length, seen.join(","));
console.log(await tools.list_todos({}), (await tools.add_todo({ title: "direct" })).id);
try { await tools.add_todo({}); } catch (e) { console.log(e.code, e.message); }
try { await tools.nothing_here({}); } catch (e) { console.log(e.message.split("; known")[0]); }
try { await Tool.execute("calculater", { input: "1" }); } catch (e) { console.log(e.message.split("; known")[0]); }
console.log(await Tool.get("nothing_here"), (await Tool.list()).some((t) => t.name === "add_todo"), Tool.exists("add_todo"));
const info = await Tool.get("add_todo"); console.log(info.name, info.description, Object.keys(info.schema ?? info.parameters ?? {}).length > 0);
console.log((await addTodo.execute({ title: "object" })).title, addTodo.name);
console.log(await assistant.discoverTools?.());
const m = await assistant.getMetrics?.(); console.log(typeof m);
const health = await assistant.getHealth?.(); console.log(typeof health);
const state = await assistant.getState?.(); console.log(typeof state);
try { Agent.create({ name: "z", model: "openai/gpt-4", tools: ["nope_tool"] }); console.log("created"); } catch (e) { console.log(e.message.split("; known")[0]); }
try { await assistant.run({ prmpt: "x" }); } catch (e) { console.log(e.message.split("; known")[0]); }
try { await assistant.run(undefined); } catch (e) { console.log(e.message.split("; known")[0]); }
try { const a = llm.agent({ model: "gpt-4" }); const r = a.run("no await"); console.log(r.content, typeof r, `${r}`.slice(0, 40)); await r; } catch (e) { console.log("err", e.message); }
try { await llm.complete({ model: "gpt-4", messages: "hi" }); } catch (e) { console.log(e.message.split("; known")[0]); }
try { await llm.complete({ model: "gpt-4", messages: [{ role: "usr", content: "x" }] }); } catch (e) { console.log(e.message.split("; known")[0]); }
try { await llm.complete({ model: "gpt-4", messages: [], temperature: "hot" }); } catch (e) { console.log(e.message.split("; known")[0]); }
try { await State.save("global", "x", () => 1); } catch (e) { console.log(e.message.split("; known")[0]); }
try { const c = {}; c.c = c; await State.save("global", "x", c); } catch (e) { console.log(e.message.split("; known")[0]); }
try { await Agent.create({ name: "assistant", modl: "x" }); } catch (e) { console.log(e.message.split("; known")[0]); }
try { Event.subscribe("x"); } catch (e) { console.log(e.message.split("; known")[0]); }
try { undefinedFunction(); } catch (e) { console.log(e.message.split("; known")[0]); }
try { Agents.create({}); } catch (e) { console.log(e.message.split("; known")[0]); }
