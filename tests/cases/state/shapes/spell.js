// One key in "global", or a scope and a key: in every spelling that is in use.
const assert = (...truths) => truths.forEach((truth, i) => { if (!truth) throw new Error("not so: " + i); });
await State.set("plain", 1);
await State.set("user:42", "name", "Ada");
await State.write("session:s", "k", [1]);
assert(await State.get("plain") === 1, await State.get("global", "plain") === 1, await State.read("plain") === 1);
assert(await State.get("missing") === undefined, await State.get("missing", "default") === "default", await State.get("missing", false) === false);
// Of two texts, the first is a scope if it looks like one.
assert(await State.get("user:42", "name") === "Ada", await State.get("user:42", "age") === undefined, await State.get("user:42", "age", 36) === 36);
assert(await State.get("user:", "name") === "name", await State.get("users:42", "name") === "name", await State.get("Global", "plain") === "plain");
await State.set("own scope", "k", 3);
assert(await State.load("own scope", "k") === 3, await State.get("own scope", "k", 0) === 3);
assert(await State.exists("plain"), await State.exists("session:s", "k"), !await State.exists("k"), await State.has("plain"));
assert(await State.increment("count") === 1, await State.increment("count", 4) === 5, await State.increment("user:42", "count") === 1);
assert(await State.increment("user:42", "count", -3) === -2, await State.decrement("count") === 4, await State.decrement("user:42", "count", 2) === -4);
// What belongs to one agent, workflow, ...
await State.agent_set("writer", "mood", "calm");
await State.workflowSet("w1", "step", { output: 1 });
await State.tool_set("calc", "calls", 3);
assert(await State.agent_get("writer", "mood") === "calm", await State.load("agent:writer", "mood") === "calm");
assert((await State.workflow_get("w1", "step")).output === 1, (await State.workflow_list("w1"))[0] === "step", await State.tool_get("calc", "calls") === 3);
assert(await State.agentGet("nobody", "mood", "none") === "none", await State.user_get("42", "name") === "Ada");
assert(await State.load(State.scope.Agent("writer"), "mood") === "calm", await State.load(State.scope.Global, "plain") === 1);
assert(await State.delete("plain"), await State.remove("user:42", "count"), !await State.delete("plain"));
// Numbers are names like their text.
await State.set(7, "seven");
assert(await State.get("7") === "seven", await State.load("global", 7) === "seven");
// The same functions by other names.
await storage.set("stored", [1, 2]);
assert((await storage.get("stored"))[1] === 2, await storage.get("none", 0) === 0, await storage.exists("stored"));
assert((await State.get("stored"))[0] === 1, (await storage.list("st"))[0] === "stored", await storage.delete("stored"));
return [await State.keys(), await State.list("user:42"), await State.listKeys("session:s"), await State.all("agent:writer")];
