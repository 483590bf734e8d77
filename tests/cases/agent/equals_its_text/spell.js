// A reply is a text where it is compared and where it is a key.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const agent = Agent.create({ stateless: true });
const yes = await agent.run("?"), again = await agent.run("?"), no = await agent.run("?");
assert(yes === "yes" && "yes" === yes && yes === again && yes == again && yes === "ye" + "s", "===");
assert(yes !== "no" && no !== "yes" && yes !== no && no === "no", "!==");
assert(yes !== null && yes !== undefined && yes !== 1 && yes !== true, "others");
const switched = (reply) => { switch (reply) { case "no": return 2; case "yes": return 1; default: return 0; } };
assert(switched(yes) === 1 && switched(no) === 2, "switch");
assert(["no", "yes"].includes(yes) && ["no", "yes"].indexOf(yes) === 1 && [no, yes].lastIndexOf("yes") === 1 && [yes].includes(again), "lists");
const found = new Map([["yes", 1], ["no", 2]]);
assert(found.get(yes) === 1 && found.has(no) && !new Map().has(yes) && { no: 3 }[no] === 3, "Map");
const count = {};
for (const reply of [yes, again, no]) count[reply] = (count[reply] ?? 0) + 1;
assert(new Set([yes, again, no]).size === 2 && new Set(["yes"]).has(yes) && new Set(["yes", "no"]).isSupersetOf(new Set([no])), "Set");
assert(Map.groupBy([yes, again], (reply) => reply).get("yes").length === 2, "groupBy");
found.delete(yes);
assert(!found.has("yes"), "delete");
// Others are compared as ever, and a reply is still itself.
assert(new String("yes") !== "yes" && !Object.is(yes, "yes") && !Object.is(yes, again) && Object.is(yes, yes), "objects");
const weak = new WeakMap([[yes, 1]]);
assert(weak.get(yes) === 1 && weak.get(again) === undefined, "WeakMap");
Hook.register("model:after_call", () => ({ action: "replace", data: "" }));
const empty = await agent.run("?");
assert(empty === "" && !empty && (empty || "otherwise") === "otherwise" && [empty, yes].filter(Boolean).length === 1, "empty");
return JSON.stringify({ no: count.no, yes: count.yes });
