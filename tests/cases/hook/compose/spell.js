const part = (name) => (context) => ({ type: "modified", data: (context.data ?? "") + name });
const a = Hook.register("tool:before_execution", part("a"), "high");
const b = Hook.register("agent:after_execution", part("b"));
const around = Hook.compose([a, b.id(), part("c")], "around");
const fire = async (point) => (await Hook.execute(point, "")).data;
const seen = [around.hookPoint(), await fire("tool:before_execution"), await fire("tool:after_execution"), await fire("agent:after_execution"), Hook.list().length];
Hook.pause(around);
seen[5] = await fire("tool:before_execution");
Hook.resume(around);
seen[6] = Hook.unregister(around), seen[7] = Hook.list().length;
const id = zigllms.hook.compose([part("x"), part("y")], zigllms.hook.Type.POST, "agent:writer:before_execution");
seen[8] = Hook.get_info(id).point, seen[9] = await fire("agent:writer:after_execution");
const failing = Hook.compose([part("e")], "error", "tool:before_execution");
seen[10] = failing.hook_point(), seen[11] = await fire("tool:error");
Hook.compose([part("1"), part("2")], "pre", "custom:mine");
seen[12] = await fire("custom:mine");
try { Hook.compose([part("x")], "sideways"); } catch (error) { seen[13] = error.message; }
return seen;
