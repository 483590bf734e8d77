const assert = (truth) => { if (!truth) throw new Error("assertion failed"); };
assert(Config.get("default_provider") === "openai");
assert(Config.get("providers.local.kind") === "openai" && Config.get("providers.local.default_model") === "m");
assert(Config.get("nothing.here") === undefined && Config.get("tenant") === "local");
assert(Config.setProvider === undefined && Config.set === undefined);
assert(!JSON.stringify(Config.get()).includes("api_key"));
return Config.get("limits.max-operations");
