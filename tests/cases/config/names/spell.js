// What other dialects ask of the configuration, in both spellings.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
assert(Config.getAll().tenant === "local" && Config.get_all().tenant === Config.snapshot().tenant, "all");
const engine = Config.getDefaultEngine();
assert(engine === "lua" || engine === "javascript", "engine");
assert(Config.getDefaultProvider() === "openai" && Config.get_default_provider() === "openai", "default");
assert(Config.getProvider("local").kind === "openai" && Config.get_provider("none") === undefined, "provider");
assert(Config.listProviders().includes("local"), "list");
assert(Config.isFileAccessAllowed("elsewhere") === false, "files");
assert(Config.getLimits()["max-operations"] === 7 && Config.getSecurity().limits["max-operations"] === 7, "limits");
assert(Config.getPermissions().read_only && Config.getSection("limits")["max-operations"] === 7, "section");
assert(Config.getTools().length > 0, "tools");
assert(Config.toJson().includes('"tenant"'), "json");
assert(Config.addAllowedPath === undefined && Config.setSecurity === undefined && Config.restoreSnapshot === undefined, "setters");
try { Config.setProvider("a", {}); } catch (why) { return [false, why.message.length > 0]; }
