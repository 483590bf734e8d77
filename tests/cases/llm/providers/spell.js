// What a spell may know of providers: those of which it may use a model, and nothing of keys.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const names = Provider.list().map((one) => one.name + (one.enabled ? " on" : " off"));
assert(llm.list_providers().join() === "local" && llm.get_provider() === undefined, "list");
const one = Provider.get("local");
assert(one.capabilities.supports_streaming && one.default_model === "tiny" && Provider.get("openai") === undefined, "get");
assert(Provider.isAvailable("local") && !Provider.is_available("openai"), "available");
assert(Provider.getCapabilities("local").available_models[0] === "tiny" && llm.list_models()[0] === "local/tiny", "models");
assert(!JSON.stringify(one).includes("sk-"), "keys");
llm.set_provider("local");
assert(llm.getProvider() === "local", "set");
try { llm.setProvider("lokal"); } catch (why) { return [names, why.message]; }
