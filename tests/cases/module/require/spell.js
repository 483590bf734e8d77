const assert = (truth, what) => { if (!truth) throw new Error(`${what}`); };
const failure = (f) => { try { f(); } catch (why) { return why; } throw new Error("it worked"); };
const words = require("./words");
assert(words === require("./words.js"), "it was loaded twice");
const nested = require("./lib/nested");
assert(failure(() => require("./absent")).message.includes("absent"));
const broken = failure(() => require("./broken"));
assert(broken instanceof SyntaxError && broken.stack.includes("broken.js:1"), broken.stack);
for (const path of ["../words.js", "/etc/passwd", "./lib/../../escape.js", "./.env", "./lib/./.env"])
  assert(failure(() => require(path)).code === "denied", path);
assert(failure(() => require("os")).message.includes("llmspell") && require("llmspell").llm === llm);
return [words.greeting, nested.twice];
