// What a hook is told.
let seen;
Hook.register("custom:look", (context) => { seen = context; });
await Hook.execute("custom:look", { n: 1 });
const context = [seen.point, seen.hook_point, seen.component_id.type, seen.language, seen.data.n, seen.correlation_id,
  typeof seen.metadata === "object" && "table"];
Hook.register("tool:*:before_execution", (context) => ({ type: "modified", data: { query: context.tool_name, same: context.input === context.data } }));
const before = await Hook.execute("tool:web_search:before_execution", { query: "x" });
Hook.register("agent:after_execution", (context) => ({ type: "replace", data: context.agent_id + context.agent_name + context.result }));
const after = await Hook.execute("agent:writer:after_execution", "!");
Hook.register("agent:error", (context) => context.error);
return [context, before.data, after.data, (await Hook.execute("AgentError", "why")).reason];
