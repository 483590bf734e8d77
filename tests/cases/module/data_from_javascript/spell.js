import data from "./data.json" with { type: "json" };
import same from "./data.json";
import prompt from "./prompt.txt" with { type: "text" };
import fs, { readFileSync, writeFileSync } from "node:fs";
import { readFile } from "fs/promises";

const assert = (truth, what) => { if (!truth) throw new Error(`${what}`); };
const says = async (text, f) => {
  try { await f(); } catch (error) { return assert(error.message.includes(text), error.message); }
  throw new Error(`it worked: ${f}`);
};
assert(data.a[1] === 2 && same.a[0] === 1 && prompt === "Be brief.\n", "import");
assert((await import("./data.json", { with: { type: "text" } })).default.endsWith("2]}"), "as text");
assert(require("./data.json").a[1] === 2 && require("./data") === require("./data.json"), "require");
assert(require("./prompt.txt") === prompt && require("./old.cjs").old, "other files");
assert(require("./pkg").inner === "inner" && require("./pkg").folder === "pkg", "a folder");
assert(require("./pkg") === require("./pkg/index.js") && require("./pkg/") === require("./pkg"), "once");
await says("'index.js'", () => require("."));
assert(readFileSync("prompt.txt", "utf8") === prompt && require("fs") === fs, "fs");
assert(fs.readFileSync("./prompt.txt", { encoding: "UTF-8" }) === prompt && fs.readFileSync("prompt.txt").toString() === prompt, "encodings");
assert((await readFile("more.jsonl")) === "1\n2\n" && (await fs.promises.readFile("prompt.txt", "utf8")) === prompt, "promises");
assert(fs.existsSync("prompt.txt") && !fs.existsSync("absent.txt"), "existsSync");
const called = await new Promise((done) => fs.readFile("prompt.txt", "utf8", (error, text) => done([error, text])));
assert(called[0] === null && called[1] === prompt, "a callback");
assert((await new Promise((done) => fs.readFile("absent.txt", done))).code === "not-found", "a callback with an error");
await says("--allow-write", () => writeFileSync("new.txt", "x"));
await says("fs.chmodSync: a spell has no such files", () => fs.chmodSync("new.txt"));
await says("--allow-write", () => fs.promises.writeFile("new.txt", "x"));
await says("not in latin1", () => fs.readFileSync("prompt.txt", "latin1"));
await says("takes a path", () => util.readFile({}));
await says("require loads programs", () => util.readFile("spell.js"));
await says("'prompt.txt'", () => util.readFile("promt.txt"));
await says("require can", () => import("./old.cjs"));
await says('{type: "json"}', () => import("./data.json", { with: { type: "css" } }));
await says("unexpected", () => require("./bad.json"));
const broken = await import("./bad.json").catch((error) => error);
assert(broken instanceof SyntaxError && broken.stack.includes("bad.json:1:7"), broken.stack);
await says("leads out", () => import("../data.json"));
await says("leads out", () => require("/etc/hosts.txt"));
