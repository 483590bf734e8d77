const pass = () => "continue";
const first = Hook.register("BeforeAgentExecution", pass, { name: "audit", tags: ["log"], priority: "high" });
const second = Hook.register("tool:*:before_execution", pass, "low");
const third = Hook.register("custom:mine", pass, 3);
const names = (filter) => Hook.list(filter).map((hook) => hook.name).join(" ");
return [
  first.id(), first.id(), first.hook_point(), second.hookPoint(), `${third}`,
  names(), names("agent:*"), names({ hook_point: "tool:web_search:before_execution" }), names({ priority: "high" }),
  names({ language: "javascript", tag: "log" }), names({ language: "lua" }), names({ priority: 3 }), names("custom:*"),
  Hook.list("custom:mine")[0].priority, Hook.get_info(first).enabled,
  Hook.pause(first), Hook.get_info(1).enabled, Hook.resume(1), Hook.pause(99),
  first.unregister(), first.unregister(), Hook.unregister(second), Hook.unregister(second.id()), names(),
  Hook.clear(), Hook.list().length,
];
