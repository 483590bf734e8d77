// Whatever hangs off the globals, no raw import does: those take and give operations.
const seen = new Set(), names = [];
const todo = [[globalThis, "globalThis"]];
const add = (value, path) => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  todo.push([value, path]);
};
const raw = ["drive", "sleep", "close", "namespace", "errorText", "className", "failures"];
for (let next; (next = todo.pop());) {
  const [value, path] = next;
  if (value === env) continue;
  if (Object.prototype.toString.call(value) === "[object Operation]") names.push(path);
  if (typeof value === "function" && raw.includes(value.name) && path !== "util.sleep" && !path.endsWith("util.sleep")) names.push(path);
  for (const key of Reflect.ownKeys(value)) {
    const found = Object.getOwnPropertyDescriptor(value, key);
    for (const part of ["value", "get", "set"]) add(found[part], `${path}.${String(key)}`);
  }
  add(Object.getPrototypeOf(value), `${path}.<prototype>`);
}
const agent = llm.agent({}), reply = await agent.run("x");
add(agent, "agent"), add(reply, "reply");
if (seen.size < 500) names.push(`only ${seen.size} seen`);
for (const f of [llm.complete, agent.run, util.sleep])
  for (const key of ["caller", "arguments"])
    try { if (f[key]) names.push(key); } catch (error) { if (!(error instanceof TypeError)) throw error; }
return names.join(" ");
