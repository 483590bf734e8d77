// What agents and tools keep in the host has a bound over all of them, however small its text is.
const items = Array.from({ length: 9000 }, () => ({ "": 0 }));
const fill = (make) => {
    const kept = [];
    for (let i = 1; i <= 200; i++) {
        try { kept.push(make(i)); } catch (why) { return [why.code, i <= 20]; }
    }
    return ["no end"];
};
const text = '{"a":[' + '{"":0},'.repeat(30000) + "1]}";
const conversation = (args) => [{ role: "user", content: "x" },
    { role: "assistant", content: "", tool_calls: [{ id: "c", name: "add", arguments: args }] },
    { role: "tool", tool_call_id: "c", content: "3" }];
const remember = (args) => () => { const agent = Agent.create({}); agent.setHistory(conversation(args)); return agent; };
const told = {};
told.schemas = fill(() => Agent.create({ schema: { type: "object", default: items } }));
told.histories = fill(remember({ a: items }));
told.texts = fill(remember(text));
try { remember('{"a":' + "[".repeat(100) + "]".repeat(100) + "}")(); } catch (why) { told.deep = [why.code]; }
told.tools = fill((i) => Tool.create({ name: "t" + i, parameters: { type: "object", default: items }, execute: () => 1 }));
return told;
