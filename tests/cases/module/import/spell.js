import greeting, { count, increase } from "./words.js";
import { shout } from "./lib/shout";
import { llm as same } from "llmspell";
import * as all from "llmspell";

const assert = (truth, what) => { if (!truth) throw new Error(`${what}`); };
assert(count === 1 && (increase(), count === 2), "exports are live");
assert(all.Agent === Agent && all.default === undefined, "llmspell");
const late = await import("./lib/late.js");
assert(late.default === "late", "dynamic import");
const failed = async (name) => { try { await import(name); } catch (error) { return error; } throw new Error(name); };
assert((await failed("./absent")).code === "not-found", "absent");
assert((await failed("../words.js")).code === "denied" && (await failed("/etc/passwd")).code === "denied", "outside");
const broken = await failed("./lib/broken.js");
assert(broken instanceof SyntaxError && broken.stack.includes("lib/broken.js:2:9"), broken.stack);
assert((await failed("lodash")).message.includes("'./lodash.js'"), "a package");
export default { default: greeting, named: shout(greeting), live: count, same: same === llm };
